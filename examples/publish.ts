/**
 * Publishing a pointer as RCU does: readers take no lock; the writer shows the new version by one store, waits until no
 * reader can still have the old one, then takes it away. Verdict: pass. With `--set WAIT=0` the writer does not wait:
 * "assert: a reader met a version that is gone in reader".
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const WAIT = 1;
const READERS = 2;

/** The current version; READING + 4 * i: reader i is inside. */
const CURRENT = 0x1000;
const READING = 0x1004;

/** A version: whether it is still there. */
const OLD = 0x1020;
const NEW = 0x1030;

export function setup(): void {
  store(OLD, 1);
  store(CURRENT, OLD);
}

function writer(): void {
  store(NEW, 1);
  store(CURRENT, NEW);
  for (let i = 0; WAIT && i < READERS; i++) {
    while (load(READING + 4 * i) !== 0) cpu_relax();
  }
  store(OLD, 0);
}

/** CPU 0 is the writer. */
function reader(cpu: number): void {
  const reading = READING + 4 * (cpu - 1);
  store(reading, 1);
  const version = load(CURRENT);
  assert(load(version) === 1, 'a reader met a version that is gone');
  store(reading, 0);
}

export const cpus = [writer, ...Array.from({ length: READERS }, () => reader)];
