/**
 * The i386 spin algorithm: a signed counter, 1 = free. Acquire is a locked decrement; who gets zero has the lock,
 * who gets less waits until the counter is positive and tries again, so waiters drive it negative. Release is a plain
 * store of 1. No fairness at all.
 *
 * Departures: the byte lies in a word of its own, because a parked thread needs 32 bits to wait on; and a release
 * that sees a negative counter wakes the parked ones. A CPU parks only on a value it has itself driven below zero, so
 * a release that sees 0 has nobody to wake. (A release still in the store buffer may be missed: the park is bounded.)
 *
 * This file is the interface a lock algorithm has to offer.
 */
import { load, store, wait_for_change, wake_waiters, xadd, xchg } from './bus.ts';
import { isPoison } from './atomic.ts';
import { lock_contended, lock_is_held, lock_wait_over } from './cpu.ts';
import { BUG, BUG_RECURSION, MachineFault } from './fault.ts';

export const UNLOCKED = 1;

/** Takes the lock, however long that takes. */
export function arch_spin_lock(lock: number): void {
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

/** 1 when the lock was free and is now ours. */
export function arch_spin_trylock(lock: number): number {
  const old = xchg(lock, 0);
  if (old > 0) return 1;
  if (old < 0) wake_waiters(lock);
  return 0;
}

export function arch_spin_unlock(lock: number): void {
  const seen = load(lock);
  store(lock, UNLOCKED);
  if (seen < 0) wake_waiters(lock);
}

export function arch_spin_is_locked(lock: number): number {
  return load(lock) <= 0 ? 1 : 0;
}
