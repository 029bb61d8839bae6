/**
 * Ticket lock (Reed and Kanodia, "Synchronization with eventcounts and sequencers", CACM 1979; i386 from Linux 2.6.25):
 * a waiter draws a number and waits until it is served. First come, first served; all waiters watch one word.
 */
import { cpu_relax, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const NEXT = 0;
const SERVING = 4;

export function init(lock: number, _cpus: number): void {
  store(lock + NEXT, 0);
  store(lock + SERVING, 0);
}

export function acquire(lock: number, _me: number): void {
  const ticket = xadd(lock + NEXT, 1);
  while (READ_ONCE(lock + SERVING) !== ticket) cpu_relax();
}

/** Only the holder writes here, so that a plain store will do. */
export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock + SERVING, (READ_ONCE(lock + SERVING) + 1) | 0);
}
