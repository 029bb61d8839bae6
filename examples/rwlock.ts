/**
 * A reader-writer lock in one word: readers count up, a writer brings it from 0 to -1. Verdict: pass. With
 * `--set ATOMIC=0` a reader looks and counts in two steps and may meet a writer: "assert: invariant does not hold in
 * invariant".
 */
import { cmpxchg, cpu_relax, load, store, xadd } from 'tasklock/bus';

const ATOMIC = 1;

const LOCK = 0x1000;
const READERS = 0x1004;
const WRITERS = 0x1008;

function readLock(): void {
  for (;;) {
    const seen = load(LOCK);
    if (seen < 0) cpu_relax();
    else if (ATOMIC) {
      if (cmpxchg(LOCK, seen, seen + 1) === seen) return;
    } else {
      xadd(LOCK, 1);
      return;
    }
  }
}

function reader(): void {
  readLock();
  xadd(READERS, 1);
  xadd(READERS, -1);
  xadd(LOCK, -1);
}

function writer(): void {
  while (cmpxchg(LOCK, 0, -1) !== 0) cpu_relax();
  store(WRITERS, 1);
  store(WRITERS, 0);
  xadd(LOCK, 1);
}

export const cpus = [reader, reader, writer];

/** Readers and a writer are never inside together. */
export function invariant(): boolean {
  return load(WRITERS) === 0 || load(READERS) === 0;
}
