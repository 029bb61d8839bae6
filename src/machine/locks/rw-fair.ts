/**
 * Phase-fair ticket lock (Brandenburg and Anderson, "Spin-based reader-writer synchronization for multiprocessor real-time
 * systems", 2010, PF-T). Phases of readers and of one writer alternate: a reader waits for one writer at most, a writer for
 * the readers that came before it and the writers in front. Writers among themselves are first come, first served.
 *
 * Readers count up READERS_IN as they come and READERS_OUT as they go, by READER. The low bits of READERS_IN say that a
 * writer is present, and whether its phase is even or odd, so that a reader also sees that one writer went and the next
 * one came. The paper clears them with a byte store; the bus has words, so it is a locked operation here.
 */
import { cpu_relax, fetch_and, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const READERS_IN = 0;
const READERS_OUT = 4;
const WRITERS_IN = 64;
const WRITERS_OUT = 68;

const READER = 0x100;
const PRESENT = 2;
const PHASE = 1;

export function init(lock: number, _cpus: number): void {
  store(lock + READERS_IN, 0);
  store(lock + READERS_OUT, 0);
  store(lock + WRITERS_IN, 0);
  store(lock + WRITERS_OUT, 0);
}

export function acquire_shared(lock: number, _me: number): void {
  const writer = xadd(lock + READERS_IN, READER) & (PRESENT | PHASE);
  if (writer === 0) return;
  while ((READ_ONCE(lock + READERS_IN) & (PRESENT | PHASE)) === writer) cpu_relax();
}

export function release_shared(lock: number, _me: number): void {
  xadd(lock + READERS_OUT, READER);
}

export function acquire(lock: number, _me: number): void {
  const ticket = xadd(lock + WRITERS_IN, 1);
  while (READ_ONCE(lock + WRITERS_OUT) !== ticket) cpu_relax();
  const readers = xadd(lock + READERS_IN, PRESENT | (ticket & PHASE));
  while (READ_ONCE(lock + READERS_OUT) !== readers) cpu_relax();
}

export function release(lock: number, _me: number): void {
  fetch_and(lock + READERS_IN, ~(PRESENT | PHASE));
  WRITE_ONCE(lock + WRITERS_OUT, (READ_ONCE(lock + WRITERS_OUT) + 1) | 0);
}
