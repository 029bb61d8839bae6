/**
 * Every CPU takes the lock for ever, in virtual time. Stores from MARKS on cost nothing: they tell who asked, got and
 * released. Negative delays are the work inside and outside, whose length the clock knows.
 */
import { cpu_delay, load, store } from '../../bus.ts';
import { acquire, init, release } from '../../machine/locks/ticket.ts';

const CPUS = 2;
const PER_SOCKET = 1;
const TOUCH = 1;

const THE_LOCK = 0x1000;
const RECORDS = 0x8000;
const DATA = 0xb000;
const ASKED = 0x10000;
const GOT = 0x10004;
const RELEASED = 0x10008;

const INSIDE = -1;
const OUTSIDE = -2;

const recordOf = (cpu: number): number => RECORDS + 128 * cpu;

export function setup(): void {
  for (let cpu = 0; cpu < CPUS; cpu++) {
    store(recordOf(cpu) + 120, cpu);
    store(recordOf(cpu) + 124, cpu / PER_SOCKET);
  }
  init(THE_LOCK, CPUS);
}

function worker(cpu: number): void {
  const me = recordOf(cpu);
  for (;;) {
    store(ASKED, 1);
    acquire(THE_LOCK, me);
    store(GOT, 1);
    for (let line = 0; line < TOUCH; line++) store(DATA + 64 * line, load(DATA + 64 * line) + 1);
    cpu_delay(INSIDE);
    store(RELEASED, 1);
    release(THE_LOCK, me);
    cpu_delay(OUTSIDE);
  }
}

export const cpus: readonly ((cpu: number) => void)[] = Array.from({ length: CPUS }, () => worker);
