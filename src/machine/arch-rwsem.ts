/**
 * struct rw_semaphore: sleeping lock for readers and one writer; a waiting writer keeps new readers out, as Linux's
 * FIFO list does. Here the sleep is the CPU's own: the holder always runs on another CPU, because a system call runs
 * to its end where it began.
 *
 * Words: count (-1 = a writer, n > 0 = readers), class, writers waiting, CPUs parked.
 */
import { cmpxchg, load, wait_for_change, wake_waiters, xadd } from './bus.ts';
import { isPoison } from './atomic.ts';
import { lock_contended, lock_is_held, lock_wait_over } from './cpu.ts';
import { BUG, BUG_RECURSION, MachineFault } from './fault.ts';

export const WRITERS_WAITING = 8;
export const PARKED = 12;
const WRITER = -1;

/** Waits until there is no writer, holding one or waiting for it. */
export function arch_down_read(sem: number): void {
  const seen = load(sem);
  if (seen < 0 || load(sem + WRITERS_WAITING) !== 0 || cmpxchg(sem, seen, seen + 1) !== seen) arch_down_read_slow(sem);
}

function arch_down_read_slow(sem: number): void {
  if (isPoison(load(sem))) throw new MachineFault('use-after-free', 'semaphore taken in a freed object', sem);
  lock_contended(sem);
  xadd(sem + PARKED, 1);
  for (;;) {
    const seen = load(sem);
    if (seen === WRITER) wait_for_change(sem, seen);
    else if (load(sem + WRITERS_WAITING) !== 0) wait_for_change(sem + WRITERS_WAITING, load(sem + WRITERS_WAITING));
    else if (cmpxchg(sem, seen, seen + 1) === seen) break;
  }
  xadd(sem + PARKED, -1);
  lock_wait_over();
}

export function arch_up_read(sem: number): void {
  give_back(sem, -1);
}

/** Waits until nobody holds the semaphore. */
export function arch_down_write(sem: number): void {
  if (cmpxchg(sem, 0, WRITER) !== 0) arch_down_write_slow(sem);
}

function arch_down_write_slow(sem: number): void {
  if (isPoison(load(sem))) throw new MachineFault('use-after-free', 'semaphore taken in a freed object', sem);
  if (lock_is_held(sem)) BUG(BUG_RECURSION, sem);
  lock_contended(sem);
  xadd(sem + WRITERS_WAITING, 1);
  xadd(sem + PARKED, 1);
  for (;;) {
    const seen = load(sem);
    if (seen !== 0) wait_for_change(sem, seen);
    else if (cmpxchg(sem, 0, WRITER) === 0) break;
  }
  xadd(sem + PARKED, -1);
  xadd(sem + WRITERS_WAITING, -1);
  wake_waiters(sem + WRITERS_WAITING);
  lock_wait_over();
}

export function arch_up_write(sem: number): void {
  give_back(sem, 1);
}

/** Leaves the semaphore and wakes whoever parked on it. */
function give_back(sem: number, amount: number): void {
  xadd(sem, amount);
  if (load(sem + PARKED)) wake_waiters(sem);
}
