/**
 * JavaScript text that performs a pending access: it stands where the function is taken up again. The address and the
 * operands lie in the CPU's header; the value read is left in $v. What is no text goes through the machine.
 */
import { ADDRESS, KIND, LINE, OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import {
  type Access,
  accesses,
  ALLOC,
  ALLOC_TAKE,
  FUTEX_SLEEP,
  NOTHING,
  SPIN_LOCK,
  WAIT_FOR_CHANGE,
  WORD,
} from '../../machine/access.ts';

const at = (word: number): string => `$F[$c + ${word}]`;
const PLACE = `$a = ${at(ADDRESS)} >> 2;`;
const OUTSIDE = '($a - $first) >>> 0 >= $size';
const WHERE = `${PLACE} if (${OUTSIDE} && ($a - $high) >>> 0 >= $highSize) $reach($a, $c);`;
/** Turned round by two bits, an address that is no multiple of 4 lies beyond RAM. For modules, where nobody knows. */
const STRICT_WHERE = `$a = ${at(ADDRESS)} >>> 2 | ${at(ADDRESS)} << 30; if (${OUTSIDE}) $reach($a, $c);`;
const READ = '$v = $R[$a];';
const WRITE = '$R[$a] =';

const rows = new Map(accesses.map((row) => [row.kind, row]));

/** What is done to the word once its place is known; undefined for what the machine performs. */
function effectText({ kind, touches, becomes, gives, queue, free }: Access): string | undefined {
  if (touches !== WORD || queue !== undefined) return touches === NOTHING && gives !== true ? '' : undefined;
  // The lock that is taken most is taken in place.
  if (kind === SPIN_LOCK) return `${READ} ${WRITE} $v - 1; if ($v > 1) $poisoned($v, $c);`;
  if (free !== undefined) return undefined;
  switch (becomes) {
    case undefined:
      return READ;
    case '=':
      return `${gives === true ? `${READ} ` : ''}${WRITE} ${at(OPERAND)};`;
    case '=?':
      return `${READ} if ($v === ${at(OPERAND)}) ${WRITE} ${at(OPERAND2)};`;
    default:
      if (typeof becomes === 'number') return `${WRITE} ${becomes};`;
      return `${READ} ${WRITE} $v ${becomes} ${at(OPERAND)};`;
  }
}

/**
 * Performs an access of this kind. With `noting`, the machine is told (spin.ts). With `strict`, an address that is no
 * multiple of 4 faults.
 */
export function performText(kind: number, noting: boolean, strict: boolean): string {
  // The kernel looks at the word itself afterwards.
  if (kind === WAIT_FOR_CHANGE && !strict) return '';
  const row = rows.get(kind);
  const effect = row && effectText(row);
  if (effect === '') return '';
  if (effect === undefined) {
    const slow = `${at(LINE)} = 0; $v = $perform($c);`;
    // The block is known, and about to be taken.
    if (kind === ALLOC) return `${slow} if (${at(KIND)} === ${ALLOC_TAKE}) return true;`;
    // Asleep, the CPU stands where it stood, with another access pending.
    return row?.queue === 'changes' && row.touches === WORD
      ? `${slow} if (${at(KIND)} === ${FUTEX_SLEEP}) return true;`
      : slow;
  }
  const text = `${strict ? STRICT_WHERE : WHERE} ${effect}`;
  if (!noting) return text;
  const noted = text.includes(READ) ? text : text.replace(WRITE, `${READ} ${WRITE}`);
  return `${noted} $did($c, $a, $v, ${kind});`;
}
