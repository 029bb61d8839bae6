/**
 * Writers and readers take the lock TURNS times each. A writer looks whether it is alone and changes two words; a reader
 * must find them equal. What stands for the lock here is replaced by the one that is asked for.
 */
import { assert, load, store } from '../../bus.ts';
import { acquire, acquire_shared, init, release, release_shared } from '../../machine/locks/rw-biased.ts';

const WRITERS = 1;
const CPUS = 3;
const TURNS = 1;

const THE_LOCK = 0x1000;
const RECORDS = 0x8000;
const INSIDE = 0xe000;
const LEFT = 0xe004;
const RIGHT = 0xe008;

const recordOf = (cpu: number): number => RECORDS + 128 * cpu;

export function setup(): void {
  for (let cpu = 0; cpu < CPUS; cpu++) store(recordOf(cpu) + 120, cpu);
  init(THE_LOCK, CPUS);
}

function writer(cpu: number): void {
  const me = recordOf(cpu);
  for (let turn = 0; turn < TURNS; turn++) {
    acquire(THE_LOCK, me);
    assert(load(INSIDE) === 0, 'two writers hold the lock');
    store(INSIDE, 1);
    store(LEFT, load(LEFT) + 1);
    store(RIGHT, load(RIGHT) + 1);
    store(INSIDE, 0);
    release(THE_LOCK, me);
  }
}

function reader(cpu: number): void {
  const me = recordOf(cpu);
  for (let turn = 0; turn < TURNS; turn++) {
    acquire_shared(THE_LOCK, me);
    const left = load(LEFT);
    assert(load(RIGHT) === left, 'a reader is inside with a writer');
    release_shared(THE_LOCK, me);
  }
}

export const cpus: readonly ((cpu: number) => void)[] = Array.from({ length: CPUS }, (_, cpu) =>
  cpu < WRITERS ? writer : reader,
);

export function finished(): boolean {
  return load(LEFT) === WRITERS * TURNS && load(RIGHT) === WRITERS * TURNS;
}
