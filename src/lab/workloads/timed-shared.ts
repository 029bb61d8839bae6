/** The same for locks with readers: WRITES of 1000 turns are a writer's, evenly spread. */
import { cpu_delay, load, store } from '../../bus.ts';
import { acquire, acquire_shared, init, release, release_shared } from '../../machine/locks/rw-biased.ts';

const CPUS = 2;
const PER_SOCKET = 1;
const TOUCH = 1;
const WRITES = 100;

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

function readLines(): number {
  let sum = 0;
  for (let line = 0; line < TOUCH; line++) sum = sum + load(DATA + 64 * line);
  return sum;
}

function writeTurn(me: number): void {
  store(ASKED, 1);
  acquire(THE_LOCK, me);
  store(GOT, 1);
  for (let line = 0; line < TOUCH; line++) store(DATA + 64 * line, load(DATA + 64 * line) + 1);
  cpu_delay(INSIDE);
  store(RELEASED, 1);
  release(THE_LOCK, me);
}

function readTurn(me: number): void {
  store(ASKED, 0);
  acquire_shared(THE_LOCK, me);
  store(GOT, 0);
  readLines();
  cpu_delay(INSIDE);
  store(RELEASED, 0);
  release_shared(THE_LOCK, me);
}

function worker(cpu: number): void {
  const me = recordOf(cpu);
  let due = (cpu * 1000) / CPUS;
  for (;;) {
    due = due + WRITES;
    if (due >= 1000) {
      due = due - 1000;
      writeTurn(me);
    } else {
      readTurn(me);
    }
    cpu_delay(OUTSIDE);
  }
}

export const cpus: readonly ((cpu: number) => void)[] = Array.from({ length: CPUS }, () => worker);
