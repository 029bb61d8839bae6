/** Steps that may have to wait: taking a lock, waiting for a word to change. */
import { UNLESS_FREE, UNTIL_CHANGED, UNTIL_WOKEN } from '../machine/access.ts';
import { FREE_FROM, FREE_TO, WAITS_FOR } from '../machine/access-kinds.ts';
import { isPoison } from '../machine/atomic.ts';
import { MachineFault } from '../machine/fault.ts';

/** Whether an access that may have to wait can be performed when its word holds `value`. */
export function passes(kind: number, value: number, operand: number): boolean {
  switch (WAITS_FOR[kind]) {
    case UNLESS_FREE:
      // Taking a lock in a freed object is a fault, and no wait.
      return (value >= (FREE_FROM[kind] as number) && value <= (FREE_TO[kind] as number)) || isPoison(value);
    case UNTIL_CHANGED:
      return value !== operand;
    case UNTIL_WOKEN:
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
