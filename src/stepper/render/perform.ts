/**
 * JavaScript text that performs a pending access: it stands where the function is taken up again. The address and the
 * operands lie in the CPU's header; the value read is left in $v. Kinds that are rare go through the machine.
 */
import { ADDRESS, KIND, LINE, OPERAND, OPERAND2 } from '../../stepped/frames.ts';
import * as kinds from '../../machine/access.ts';

const at = (word: number): string => `$F[$c + ${word}]`;
const WHERE = `$a = ${at(ADDRESS)} >> 2; if (($a - $first) >>> 0 >= $size) $reach($a, $c);`;
/** Turned round by two bits, an address that is no multiple of 4 lies beyond RAM. For modules, where nobody knows. */
const STRICT_WHERE = WHERE.replace(`${at(ADDRESS)} >> 2`, `${at(ADDRESS)} >>> 2 | ${at(ADDRESS)} << 30`);
const MODIFY = (value: string): string => `${WHERE} $v = $R[$a]; $R[$a] = ${value};`;

const TEXTS: Readonly<Record<number, string>> = {
  [kinds.LOAD]: `${WHERE} $v = $R[$a];`,
  [kinds.READ_ONCE]: `${WHERE} $v = $R[$a];`,
  [kinds.STORE]: `${WHERE} $R[$a] = ${at(OPERAND)};`,
  [kinds.WRITE_ONCE]: `${WHERE} $R[$a] = ${at(OPERAND)};`,
  [kinds.SPIN_UNLOCK]: `${WHERE} $R[$a] = 1;`,
  [kinds.XCHG]: MODIFY(at(OPERAND)),
  [kinds.XADD]: MODIFY(`$v + ${at(OPERAND)}`),
  [kinds.GIVE_BACK]: MODIFY(`$v + ${at(OPERAND)}`),
  [kinds.FETCH_OR]: MODIFY(`$v | ${at(OPERAND)}`),
  [kinds.FETCH_AND]: MODIFY(`$v & ${at(OPERAND)}`),
  [kinds.CMPXCHG]: `${WHERE} $v = $R[$a]; if ($v === ${at(OPERAND)}) $R[$a] = ${at(OPERAND2)};`,
  [kinds.SMP_MB]: '',
  [kinds.RELAX]: '',
  [kinds.DELAY]: '',
  [kinds.WAKE]: '',
  [kinds.WAIT_FOR_CHANGE]: `${WHERE} $v = $R[$a];`,
  [kinds.SPIN_LOCK]: `${MODIFY('$v - 1')} if ($v > 1) $poisoned($v, $c);`,
};

const STORES: ReadonlySet<number> = new Set([kinds.STORE, kinds.WRITE_ONCE, kinds.SPIN_UNLOCK]);

/**
 * Performs an access of this kind. With `noting`, the machine is told (spin.ts). With `strict`, an address that is no
 * multiple of 4 faults.
 */
export function performText(kind: number, noting: boolean, strict: boolean): string {
  // The kernel looks at the word itself afterwards.
  if (kind === kinds.WAIT_FOR_CHANGE && !strict) return '';
  const text = strict ? TEXTS[kind]?.replace(WHERE, STRICT_WHERE) : TEXTS[kind];
  if (text === undefined) {
    const slow = `${at(LINE)} = 0; $v = $perform($c);`;
    // Asleep, the CPU stands where it stood, with another access pending.
    return kind === kinds.FUTEX_WAIT ? `${slow} if (${at(KIND)} === ${kinds.FUTEX_SLEEP}) return true;` : slow;
  }
  if (!noting || text === '') return text;
  const noted = STORES.has(kind) ? text.replace('$R[$a] =', '$v = $R[$a]; $R[$a] =') : text;
  return `${noted} $did($c, $a, $v, ${kind});`;
}
