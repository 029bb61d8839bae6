/**
 * A sense-reversing barrier, used twice: nobody begins a round before all have ended the one before. Verdict: pass.
 * With `--set SENSE=0` everybody waits for the counter itself to come back to 0, and who is quick counts in the next
 * round before who is slow has looked: "livelock: spinning for ever in barrier".
 */
import { assert, cpu_relax, load, store, xadd } from 'tasklock/bus';

const SENSE = 1;
const CPUS = 2;
const ROUNDS = 2;

const ARRIVED = 0x1000;
const RELEASED = 0x1004;
/** DONE + 4 * cpu: rounds that CPU has done. */
const DONE = 0x1010;

function barrier(round: number): void {
  const last = xadd(ARRIVED, 1) === CPUS - 1;
  if (last) {
    store(ARRIVED, 0);
    store(RELEASED, round + 1);
  } else if (SENSE) {
    while (load(RELEASED) !== round + 1) cpu_relax();
  } else {
    while (load(ARRIVED) !== 0) cpu_relax();
  }
}

function worker(cpu: number): void {
  for (let round = 0; round < ROUNDS; round++) {
    store(DONE + 4 * cpu, round + 1);
    barrier(round);
    for (let other = 0; other < CPUS; other++) {
      assert(load(DONE + 4 * other) > round, 'a CPU went on alone');
    }
  }
}

export const cpus = Array(CPUS).fill(worker);
