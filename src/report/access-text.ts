/** One access in words: what it does to which word, what that held before and holds now. */
import * as kinds from '../machine/access.ts';
import { isLock, LOCK, WRITES } from '../machine/access-kinds.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import { valueOf } from '../stepped/move.ts';

/** A value as the subject calls it. */
export type ValueText = (value: number) => string;

/** Without `arch_`: the prefix tells of how the machine is made. */
export const called = (kind: string): string => kind.replace(/^arch_/, '');

/** As `store TOP = B (was A)`. */
export function accessText({ move, of, fault, interrupts, access, detail }: ToldMove, text: ValueText): string {
  if (detail.said !== undefined) return detail.said;
  if (interrupts) return of === 0 ? 'time passes: a tick' : valueOf(move) > 0 ? 'takes a tick' : 'takes no tick';
  if (fault !== null) return valueOf(move) > 0 ? `${fault.site} fails: ${fault.error}` : `${fault.site} succeeds`;
  if (of > 0) return `chooses ${valueOf(move)} of ${of}`;
  if (access === null) return detail.kind === kinds.SMP_MB ? 'smp_mb' : 'goes on';
  const { before, after } = access;
  const { kind, name } = detail;
  const what = called(access.kind);
  if (before === null || after === null) return `${what} ${name}: no such address`;
  if (isLock(kind)) return `${what} ${name}`;
  if (LOCK[kind] === kinds.FREED || LOCK[kind] === kinds.GIVEN_BACK) return `${what} ${name}`;
  switch (kind) {
    case kinds.CMPXCHG:
      return before === detail.operand
        ? `${what} ${name} = ${text(after)} (was ${text(before)})`
        : `${what} ${name} fails: ${text(before)}, not ${text(detail.operand)}`;
    case kinds.FUTEX_WAIT:
      return before === detail.operand
        ? `${what} ${name}, still ${text(before)}: sleeps`
        : `${what} ${name}: ${text(before)}, not ${text(detail.operand)}`;
    case kinds.FUTEX_WAKE:
      return `${what} ${name} wakes ${wakes(detail.asleep, detail.operand)}`;
    case kinds.FUTEX_SLEEP:
      return `was woken at ${name}`;
    case kinds.SPIN:
    case kinds.WAIT_FOR_CHANGE:
      return `sees ${name} change: ${text(before)}`;
    case kinds.MEMSET:
    case kinds.MEMCPY:
    case kinds.MEMEQ:
    case kinds.MEMCHR_INV:
      return `${what} ${name}, ${detail.operand2} bytes`;
    default:
      return WRITES[kind] === 1
        ? `${what} ${name} = ${text(after)} (was ${text(before)})`
        : `${what} ${name} = ${text(before)}`;
  }
}

const wakes = (asleep: number, most: number): string => {
  const woken = Math.min(asleep, Math.max(0, most));
  return woken === 0 ? 'nobody' : String(woken);
};
