/**
 * MCS queue lock (Mellor-Crummey and Scott, "Algorithms for scalable synchronization on shared-memory
 * multiprocessors", TOCS 1991). The lock is the tail of a queue; each waiter spins on its own record, which the one in
 * front clears. First come, first served; a hand-over moves one cache line.
 *
 * A CPU that has swapped itself in as the tail and not yet linked itself to the one in front is seen by nobody: a
 * release that finds no successor but is not the tail waits for the link.
 */
import { cmpxchg, cpu_relax, READ_ONCE, store, WRITE_ONCE, xchg } from '../bus.ts';

const TAIL = 0;

/** In the record of a CPU. */
const NEXT = 0;
const WAITING = 4;

export function init(lock: number, _cpus: number): void {
  store(lock + TAIL, 0);
}

export function acquire(lock: number, me: number): void {
  store(me + NEXT, 0);
  store(me + WAITING, 1);
  const before = xchg(lock + TAIL, me);
  if (before === 0) return;
  WRITE_ONCE(before + NEXT, me);
  while (READ_ONCE(me + WAITING) !== 0) cpu_relax();
}

export function release(lock: number, me: number): void {
  let next = READ_ONCE(me + NEXT);
  if (next === 0) {
    if (cmpxchg(lock + TAIL, me, 0) === me) return;
    while (next === 0) {
      cpu_relax();
      next = READ_ONCE(me + NEXT);
    }
  }
  WRITE_ONCE(next + WAITING, 0);
}
