/** Test and set: every try of a waiter is a locked exchange, which takes the line away from the holder. */
import { cpu_relax, store, WRITE_ONCE, xchg } from '../bus.ts';

export function init(lock: number, _cpus: number): void {
  store(lock, 0);
}

export function acquire(lock: number, _me: number): void {
  while (xchg(lock, 1) !== 0) cpu_relax();
}

/** On x86 no earlier access of the holder can pass a plain store. */
export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock, 0);
}
