/**
 * rwlock_t of i386: one word, bias 0x01000000 = free. A reader subtracts 1, a writer the whole bias; who sees a sign
 * or a rest puts it back, waits and retries. Readers always win: a stream of them starves writers, and read locks
 * nest. Unlocks are locked adds.
 *
 * A CPU that waits parks on the value it saw; every unlock that leaves the lock more free wakes the parked ones when
 * the third word, the number of waiters, is not zero.
 */
import { load, store, wait_for_change, wake_waiters, xadd } from './bus.ts';
import { isPoison } from './atomic.ts';
import {
  irq_enable_after_unlock,
  LOCK_CLASS,
  local_irq_disable,
  lock_acquired,
  lock_contended,
  lock_is_held,
  lock_released,
  lock_wait_over,
  preempt_disable,
  preempt_enable,
} from './cpu.ts';
import { BUG, BUG_RECURSION, MachineFault } from './fault.ts';

export const RW_LOCK_BIAS = 0x01000000;
const WAITERS = 8;

export function rwlock_init(lock: number, lock_class: number): void {
  store(lock, RW_LOCK_BIAS);
  store(lock + LOCK_CLASS, lock_class);
  store(lock + WAITERS, 0);
}

export function read_lock(lock: number): void {
  preempt_disable();
  const old = xadd(lock, -1);
  if (old <= 0 || isPoison(old)) read_lock_failed(lock, old);
  lock_acquired(lock);
}

function read_lock_failed(lock: number, found: number): void {
  if (isPoison(found)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
  lock_contended(lock);
  let old = found;
  while (old <= 0) {
    give_back(lock, 1);
    wait_while(lock, load(lock), 1);
    old = xadd(lock, -1);
  }
  lock_wait_over();
}

export function read_unlock(lock: number): void {
  lock_released(lock);
  give_back(lock, 1);
  preempt_enable();
}

export function write_lock(lock: number): void {
  preempt_disable();
  const old = xadd(lock, -RW_LOCK_BIAS);
  if (old !== RW_LOCK_BIAS) write_lock_failed(lock, old);
  lock_acquired(lock);
}

function write_lock_failed(lock: number, found: number): void {
  if (isPoison(found)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
  if (lock_is_held(lock)) BUG(BUG_RECURSION, lock);
  lock_contended(lock);
  let old = found;
  while (old !== RW_LOCK_BIAS) {
    give_back(lock, RW_LOCK_BIAS);
    wait_while(lock, load(lock), RW_LOCK_BIAS);
    old = xadd(lock, -RW_LOCK_BIAS);
  }
  lock_wait_over();
}

export function write_unlock(lock: number): void {
  lock_released(lock);
  give_back(lock, RW_LOCK_BIAS);
  preempt_enable();
}

/** Undoes a subtraction and wakes whoever parked on the value before. */
function give_back(lock: number, amount: number): void {
  xadd(lock, amount);
  if (load(lock + WAITERS)) wake_waiters(lock);
}

/** Waits until the lock holds at least `enough`. */
function wait_while(lock: number, first: number, enough: number): void {
  let seen = first;
  if (seen >= enough) return;
  xadd(lock + WAITERS, 1);
  while (seen < enough) {
    wait_for_change(lock, seen);
    seen = load(lock);
  }
  xadd(lock + WAITERS, -1);
}

export function write_lock_irq(lock: number): void {
  local_irq_disable();
  write_lock(lock);
}

export function write_unlock_irq(lock: number): void {
  write_unlock(lock);
  irq_enable_after_unlock(lock);
}
