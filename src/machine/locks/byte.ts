/**
 * The spinlock of i386 up to Linux 2.6.24: 1 is free. A try is a locked decrement, and who gets to zero has the lock;
 * the others watch the word until it is positive. Whoever is nearest to the line wins, however long others have waited.
 *
 * Linux decrements a byte; ours is a word. The kernel's own lock (arch-spin.ts) is this one with parking.
 */
import { cpu_relax, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const FREE = 1;

export function init(lock: number, _cpus: number): void {
  store(lock, FREE);
}

export function acquire(lock: number, _me: number): void {
  while (xadd(lock, -1) !== FREE) {
    while (READ_ONCE(lock) <= 0) cpu_relax();
  }
}

/** Overwrites whatever the waiters have made of the word. */
export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock, FREE);
}
