/**
 * Sequence lock (Linux 2.5.60, after Lameter and Arcangeli's frlock): readers take nothing. A writer makes the number odd
 * while it writes; a reader that saw it change throws away what it read and begins again. Writers exclude each other by a
 * test-and-set lock.
 *
 * x86 keeps stores in order and loads in order, so no fence is needed on either side.
 */
import { cpu_relax, READ_ONCE, store, WRITE_ONCE, xchg } from '../bus.ts';

const SEQUENCE = 0;
const WRITER = 4;

export function init(lock: number, _cpus: number): void {
  store(lock + SEQUENCE, 0);
  store(lock + WRITER, 0);
}

export function acquire(lock: number, _me: number): void {
  while (xchg(lock + WRITER, 1) !== 0) cpu_relax();
  WRITE_ONCE(lock + SEQUENCE, (READ_ONCE(lock + SEQUENCE) + 1) | 0);
}

export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock + SEQUENCE, (READ_ONCE(lock + SEQUENCE) + 1) | 0);
  WRITE_ONCE(lock + WRITER, 0);
}

/** The number to hand to read_retry; waits while a writer is at work. */
export function read_begin(lock: number): number {
  let sequence = READ_ONCE(lock + SEQUENCE);
  while ((sequence & 1) !== 0) {
    cpu_relax();
    sequence = READ_ONCE(lock + SEQUENCE);
  }
  return sequence;
}

export function read_retry(lock: number, sequence: number): number {
  return READ_ONCE(lock + SEQUENCE) !== sequence ? 1 : 0;
}
