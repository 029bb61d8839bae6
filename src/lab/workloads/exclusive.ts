/**
 * Every CPU takes the lock TURNS times and looks whether it is alone. What stands for the lock here is replaced by the
 * one that is asked for.
 */
import { assert, load, store } from '../../bus.ts';
import { acquire, init, release } from '../../machine/locks/ticket.ts';

const CPUS = 2;
const TURNS = 2;
/** CPUs of one socket. */
const PER_SOCKET = 1;

const THE_LOCK = 0x1000;
const RECORDS = 0x8000;
const INSIDE = 0xe000;
const COUNT = 0xe004;

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
  for (let turn = 0; turn < TURNS; turn++) {
    acquire(THE_LOCK, me);
    assert(load(INSIDE) === 0, 'two CPUs hold the lock');
    store(INSIDE, 1);
    store(COUNT, load(COUNT) + 1);
    store(INSIDE, 0);
    release(THE_LOCK, me);
  }
}

export const cpus: readonly ((cpu: number) => void)[] = Array.from({ length: CPUS }, () => worker);

export function finished(): boolean {
  return load(COUNT) === CPUS * TURNS;
}
