/**
 * The i386 rwlock algorithm: one word, bias 0x01000000 = free. A reader subtracts 1, a writer the whole bias; who sees
 * a sign or a rest puts it back, waits and retries. Readers always win: a stream of them starves writers, and read
 * locks nest. Unlocks are locked adds.
 *
 * A CPU that waits parks on the value it saw; every give-back wakes the parked ones when the third word of the lock,
 * the number of waiters, is not zero.
 */
import {
  chosen_acquire,
  chosen_acquire_shared,
  chosen_release,
  chosen_release_shared,
  isChosen,
  someChosen,
} from './chosen-locks.ts';
import { isPoison } from './atomic.ts';
import { load, wait_for_change, wake_waiters, xadd } from './bus.ts';
import { lock_contended, lock_is_held, lock_wait_over } from './cpu.ts';
import { BUG, BUG_RECURSION, MachineFault } from './fault.ts';

export const RW_LOCK_BIAS = 0x01000000;
export const RW_WAITERS = 8;

/** Takes the lock for reading, however long that takes. */
export function arch_read_lock(lock: number): void {
  if (someChosen && isChosen(lock)) {
    chosen_acquire_shared(lock);
    return;
  }
  const old = xadd(lock, -1);
  if (old <= 0 || isPoison(old)) arch_read_lock_slow(lock, old);
}

function arch_read_lock_slow(lock: number, found: number): void {
  if (isPoison(found)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
  lock_contended(lock);
  let old = found;
  while (old <= 0) {
    give_back(lock, 1);
    wait_until(lock, 1);
    old = xadd(lock, -1);
  }
  lock_wait_over();
}

export function arch_read_unlock(lock: number): void {
  give_back(lock, 1);
}

/** Takes the lock for writing, however long that takes. */
export function arch_write_lock(lock: number): void {
  if (someChosen && isChosen(lock)) {
    chosen_acquire(lock);
    return;
  }
  const old = xadd(lock, -RW_LOCK_BIAS);
  if (old !== RW_LOCK_BIAS) arch_write_lock_slow(lock, old);
}

function arch_write_lock_slow(lock: number, found: number): void {
  if (isPoison(found)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
  if (lock_is_held(lock)) BUG(BUG_RECURSION, lock);
  lock_contended(lock);
  let old = found;
  while (old !== RW_LOCK_BIAS) {
    give_back(lock, RW_LOCK_BIAS);
    wait_until(lock, RW_LOCK_BIAS);
    old = xadd(lock, -RW_LOCK_BIAS);
  }
  lock_wait_over();
}

export function arch_write_unlock(lock: number): void {
  give_back(lock, RW_LOCK_BIAS);
}

/** Undoes a subtraction and wakes whoever parked on the value before; for a chosen lock, releases it. */
function give_back(lock: number, amount: number): void {
  if (someChosen && isChosen(lock)) {
    if (amount === RW_LOCK_BIAS) chosen_release(lock);
    else chosen_release_shared(lock);
    return;
  }
  xadd(lock, amount);
  if (load(lock + RW_WAITERS)) wake_waiters(lock);
}

/** Waits until the lock holds at least `enough`. */
function wait_until(lock: number, enough: number): void {
  let seen = load(lock);
  if (seen >= enough) return;
  xadd(lock + RW_WAITERS, 1);
  while (seen < enough) {
    wait_for_change(lock, seen);
    seen = load(lock);
  }
  xadd(lock + RW_WAITERS, -1);
}
