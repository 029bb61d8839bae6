/**
 * The i386 spin algorithm: a signed counter, 1 = free. Acquire is a locked decrement; who gets zero has the lock,
 * who gets less waits until the counter is positive and tries again, so waiters drive it negative. Release is a plain
 * store of 1. No fairness at all.
 *
 * Departures: the byte lies in a word of its own, because a parked thread needs 32 bits to wait on; and a release
 * that sees a negative counter wakes the parked ones. A CPU parks only on a value it has itself driven below zero, so
 * a release that sees 0 has nobody to wake. (A release still in the store buffer may be missed: the park is bounded.)
 *
 * A machine may have other algorithms for some of its locks: chosen-locks.ts. A stepped machine has none; taking and giving
 * back are a step each there, and it does not look inside.
 */
import { load, store, wait_for_change, wake_waiters, xadd, xchg } from './bus.ts';
import { chosen_acquire, chosen_release, isChosen, someChosen } from './chosen-locks.ts';
import { isPoison } from './atomic.ts';
import { lock_contended, lock_is_held, lock_wait_over } from './cpu.ts';
import { BUG, BUG_RECURSION, MachineFault } from './fault.ts';

export const UNLOCKED = 1;

/** Takes the lock, however long that takes. */
export function arch_spin_lock(lock: number): void {
  if (someChosen && isChosen(lock)) {
    chosen_acquire(lock);
    return;
  }
  const old = xadd(lock, -1);
  if (old === UNLOCKED) return;
  arch_spin_lock_slow(lock, old);
}

function arch_spin_lock_slow(lock: number, found: number): void {
  if (isPoison(found)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
  if (lock_is_held(lock)) BUG(BUG_RECURSION, lock);
  lock_contended(lock);
  let seen = (found - 1) | 0;
  for (;;) {
    if (seen <= 0) {
      wait_for_change(lock, seen);
      seen = load(lock);
      if (seen === 0) seen = (xadd(lock, -1) - 1) | 0;
      if (seen === 0) break;
    } else {
      seen = (xadd(lock, -1) - 1) | 0;
      if (seen === 0) break;
    }
  }
  lock_wait_over();
}

/** 1 when the lock was free and is now ours. A chosen algorithm may make a CPU wait that lost a race for it. */
export function arch_spin_trylock(lock: number): number {
  if (someChosen && isChosen(lock)) {
    if (load(lock) !== UNLOCKED) return 0;
    chosen_acquire(lock);
    return 1;
  }
  const old = xchg(lock, 0);
  if (old > 0) return 1;
  if (old < 0) wake_waiters(lock);
  return 0;
}

export function arch_spin_unlock(lock: number): void {
  if (someChosen && isChosen(lock)) {
    chosen_release(lock);
    return;
  }
  const seen = load(lock);
  store(lock, UNLOCKED);
  if (seen < 0) wake_waiters(lock);
}
