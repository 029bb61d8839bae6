/**
 * Ticket lock with proportional back-off (Mellor-Crummey and Scott 1991, section 2.2): a waiter knows how many are in
 * front of it and stays away for so long. The line is read less often, and first come is still first served.
 */
import { cpu_delay, cpu_relax, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const NEXT = 0;
const SERVING = 4;

/** Turns of waiting for each CPU in front but the first: about one short critical section. */
const EACH = 32;

export function init(lock: number, _cpus: number): void {
  store(lock + NEXT, 0);
  store(lock + SERVING, 0);
}

export function acquire(lock: number, _me: number): void {
  const ticket = xadd(lock + NEXT, 1);
  for (;;) {
    const ahead = (ticket - READ_ONCE(lock + SERVING)) | 0;
    if (ahead === 0) return;
    cpu_relax();
    cpu_delay((ahead - 1) * EACH);
  }
}

export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock + SERVING, (READ_ONCE(lock + SERVING) + 1) | 0);
}
