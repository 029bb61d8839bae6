/**
 * Writers change two words TURNS times each; readers read both until no writer was there meanwhile, and must find them
 * equal. What stands for the lock here is replaced by the one that is asked for.
 */
import { assert, load, store } from '../../bus.ts';
import { acquire, init, read_begin, read_retry, release } from '../../machine/locks/seqlock.ts';

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

function reader(): void {
  for (let turn = 0; turn < TURNS; turn++) {
    let sequence = 0;
    let left = 0;
    let right = 0;
    do {
      sequence = read_begin(THE_LOCK);
      left = load(LEFT);
      right = load(RIGHT);
    } while (read_retry(THE_LOCK, sequence) !== 0);
    assert(left === right, 'a reader used a torn pair');
  }
}

export const cpus: readonly ((cpu: number) => void)[] = Array.from({ length: CPUS }, (_, cpu) =>
  cpu < WRITERS ? writer : reader,
);

export function finished(): boolean {
  return load(LEFT) === WRITERS * TURNS && load(RIGHT) === WRITERS * TURNS;
}
