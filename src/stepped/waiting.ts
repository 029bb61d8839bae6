/** Steps that may have to wait: taking a lock, waiting for a word to change. */
import { RW_LOCK_BIAS } from '../machine/arch-rwlock.ts';
import { isPoison } from '../machine/atomic.ts';
import { MachineFault } from '../machine/fault.ts';
import {
  DOWN_READ,
  DOWN_WRITE,
  FUTEX_SLEEP,
  IDLE,
  READ_LOCK,
  SPIN_LOCK,
  WAIT_FOR_CHANGE,
  WRITE_LOCK,
} from '../machine/access.ts';

/** By kind: 1 for those that can be performed at once; for those that may have to wait, or have several values. */
export const READY = Uint8Array.from({ length: 32 }, (_, kind) => (kind !== IDLE && kind < WAIT_FOR_CHANGE ? 1 : 0));
export const LOOKED_AT = Uint8Array.from({ length: 32 }, (_, kind) => (kind >= WAIT_FOR_CHANGE ? 1 : 0));

/** What taking a lock adds to its word. */
export const TAKES: Readonly<Record<number, number>> = {
  [READ_LOCK]: -1,
  [WRITE_LOCK]: -RW_LOCK_BIAS,
  [DOWN_READ]: 1,
  [DOWN_WRITE]: -1,
};

/** Whether an access that may have to wait can be performed when its word holds `value`. */
export function passes(kind: number, value: number, operand: number): boolean {
  switch (kind) {
    case WAIT_FOR_CHANGE:
      return value !== operand;
    case SPIN_LOCK:
    case READ_LOCK:
      return value > 0;
    case WRITE_LOCK:
      return value === RW_LOCK_BIAS || isPoison(value);
    case DOWN_READ:
      return value >= 0;
    case DOWN_WRITE:
      return value === 0 || isPoison(value);
    case FUTEX_SLEEP:
      // Its place in the queue (futex.ts), not its word.
      return operand === 0;
    default:
      return true;
  }
}

/** The fault of taking a lock that lies in a freed object. */
export function lockInFreed(lock: number): MachineFault {
  return new MachineFault('use-after-free', 'lock taken in a freed object', lock);
}
