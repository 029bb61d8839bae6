/** What operations of JavaScript are as accesses of a machine: reports and reversals know those. */
import * as access from '../../machine/access.ts';
import type { Operation, OperationKind } from '../../javascript/operation.ts';

const numbers: Readonly<Record<Exclude<OperationKind, 'bulk'>, number>> = {
  read: access.LOAD,
  write: access.STORE,
  load: access.READ_ONCE,
  store: access.WRITE_ONCE,
  update: access.XADD,
  wait: access.FUTEX_WAIT,
  woken: access.FUTEX_SLEEP,
  waitAsync: access.FUTEX_WAIT,
  notify: access.FUTEX_WAKE,
  send: access.WRITE_ONCE,
  receive: access.XCHG,
  spin: access.SPIN,
  task: access.WAIT_FOR_CHANGE,
  start: access.RELAX,
  choose: access.CHOOSE,
};

/** The number of the kind that comes closest (machine/access.ts). */
export function kindNumber({ kind, touches }: Operation): number {
  if (kind !== 'bulk') return numbers[kind];
  return touches.some(({ writes }) => writes) ? access.MEMSET : access.MEMEQ;
}
