/** lib/dec_and_lock: counts down and takes a lock only when the count goes to zero. */
import { atomic_dec_and_test, atomic_dec_unless_one } from '../machine/atomic.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';

/** Drops a reference. 1 when it was the last one, and then the lock is held; else 0, and it is not. */
export function atomic_dec_and_lock(counter: number, lock: number): number {
  if (atomic_dec_unless_one(counter)) return 0;
  spin_lock(lock);
  if (atomic_dec_and_test(counter)) return 1;
  spin_unlock(lock);
  return 0;
}
