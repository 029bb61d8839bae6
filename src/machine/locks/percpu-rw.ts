/**
 * Per-CPU reader lock (the big-reader locks of Linux 2.4, and percpu-rwsem after them): a reader writes only a line of its
 * own CPU and reads one flag that hardly ever changes, so readers scale; a writer raises the flag and waits for every CPU
 * in turn. Writers go first.
 *
 * Reader and writer each write one word and then read the other's: the locked operations in between are what keeps both
 * from going in at once.
 */
import { cpu_relax, load, READ_ONCE, store, WRITE_ONCE, xadd, xchg } from '../bus.ts';

const WRITER = 0;
/** Number of CPUs; written once. */
const SIZE = 64;
const READERS = 128;
const LINE = 64;

/** In a record, written once: the number of its CPU. */
const OWN_NUMBER = 120;

export function init(lock: number, cpus: number): void {
  store(lock + WRITER, 0);
  store(lock + SIZE, cpus);
  for (let cpu = 0; cpu < cpus; cpu++) store(lock + READERS + LINE * cpu, 0);
}

export function acquire_shared(lock: number, me: number): void {
  const own = lock + READERS + LINE * load(me + OWN_NUMBER);
  for (;;) {
    xadd(own, 1);
    if (READ_ONCE(lock + WRITER) === 0) return;
    xadd(own, -1);
    while (READ_ONCE(lock + WRITER) !== 0) cpu_relax();
  }
}

export function release_shared(lock: number, me: number): void {
  xadd(lock + READERS + LINE * load(me + OWN_NUMBER), -1);
}

export function acquire(lock: number, _me: number): void {
  while (xchg(lock + WRITER, 1) !== 0) {
    while (READ_ONCE(lock + WRITER) !== 0) cpu_relax();
  }
  const cpus = load(lock + SIZE);
  for (let cpu = 0; cpu < cpus; cpu++) {
    while (READ_ONCE(lock + READERS + LINE * cpu) !== 0) cpu_relax();
  }
}

export function release(lock: number, _me: number): void {
  WRITE_ONCE(lock + WRITER, 0);
}
