/**
 * Test and test-and-set with exponential back-off (Anderson, "The performance of spin lock alternatives for shared-memory
 * multiprocessors", TPDS 1990). A waiter reads until the lock looks free, and after a lost race stays away for a while
 * that doubles.
 */
import { cpu_delay, cpu_relax, READ_ONCE, store, WRITE_ONCE, xchg } from '../bus.ts';

const SHORTEST = 16;
const LONGEST = 1024;

export function init(lock: number, _cpus: number): void {
  store(lock, 0);
}

export function acquire(lock: number, _me: number): void {
  let away = SHORTEST;
  for (;;) {
    while (READ_ONCE(lock) !== 0) cpu_relax();
    if (xchg(lock, 1) === 0) return;
    cpu_delay(away);
    away = Math.min(2 * away, LONGEST);
  }
}

export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock, 0);
}
