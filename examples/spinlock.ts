/**
 * A spinlock by one atomic exchange. Verdict: pass.
 * The twin that tests and sets in two steps is spinlock-broken.ts.
 */
import { assert, cpu_relax, load, store, xchg } from 'tasklock/bus';

const LOCK = 0x1000;
const OWNER = 0x1004;
const COUNT = 0x1008;

function lock(): void {
  while (xchg(LOCK, 1) !== 0) cpu_relax();
}

function unlock(): void {
  store(LOCK, 0);
}

/** CPUs are numbered from 0, so the owner is kept as number + 1. */
function worker(cpu: number): void {
  lock();
  assert(load(OWNER) === 0, 'two CPUs hold the lock');
  store(OWNER, cpu + 1);
  store(COUNT, load(COUNT) + 1);
  store(OWNER, 0);
  unlock();
}

export const cpus = [worker, worker, worker];

export function finished(): boolean {
  return load(COUNT) === 3;
}
