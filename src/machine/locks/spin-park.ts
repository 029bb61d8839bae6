/**
 * MCS queue whose waiters spin for a while and then park: what paravirtual spinlocks do (Friebel and Biemueller, "How to
 * deal with lock holder preemption", 2008; Linux 3.12, and 4.2 for queued ones), where a waiter that spins may keep the
 * holder from running. First come, first served.
 *
 * A record goes waiting -> parked by its own CPU, and either -> granted by the one in front: both by a locked operation, so
 * that a waiter either sees that it was granted or is seen to be parked.
 */
import { cmpxchg, cpu_relax, READ_ONCE, store, WRITE_ONCE, wait_for_change, wake_waiters, xchg } from '../bus.ts';

const TAIL = 0;

/** Turns of spinning before a waiter parks. */
const SPINS = 2000;

/** In the record of a CPU. */
const NEXT = 0;
const STATE = 4;
const GRANTED = 0;
const WAITING = 1;
const PARKED = 2;

export function init(lock: number, _cpus: number): void {
  store(lock + TAIL, 0);
}

export function acquire(lock: number, me: number): void {
  store(me + NEXT, 0);
  store(me + STATE, WAITING);
  const before = xchg(lock + TAIL, me);
  if (before === 0) return;
  WRITE_ONCE(before + NEXT, me);
  for (let turn = 0; turn < SPINS; turn++) {
    if (READ_ONCE(me + STATE) === GRANTED) return;
    cpu_relax();
  }
  if (cmpxchg(me + STATE, WAITING, PARKED) !== WAITING) return;
  while (READ_ONCE(me + STATE) === PARKED) wait_for_change(me + STATE, PARKED);
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
  if (xchg(next + STATE, GRANTED) === PARKED) wake_waiters(next + STATE);
}
