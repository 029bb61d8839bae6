/**
 * A spinlock that tests and sets in two steps: between them another CPU can test as well.
 * Verdict: "assert: two CPUs hold the lock in worker". The twin that holds is spinlock.ts.
 */
import { assert, cpu_relax, load, store } from 'tasklock/bus';

const LOCK = 0x1000;
const OWNER = 0x1004;

function lock(): void {
  while (load(LOCK) !== 0) cpu_relax();
  store(LOCK, 1);
}

function unlock(): void {
  store(LOCK, 0);
}

function worker(cpu: number): void {
  lock();
  assert(load(OWNER) === 0, 'two CPUs hold the lock');
  store(OWNER, cpu + 1);
  store(OWNER, 0);
  unlock();
}

export const cpus = [worker, worker];
