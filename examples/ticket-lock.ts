/**
 * A ticket lock (Linux 2.6.25): who comes first is served first. Verdict: pass.
 * With `--set ATOMIC=0` a ticket is drawn in two steps and two CPUs may draw the same one:
 * "assert: two CPUs hold the lock in worker", or one waits for a turn that never comes: "livelock: spinning for ever in
 * worker".
 */
import { assert, cpu_relax, load, store, xadd } from 'tasklock/bus';

const ATOMIC = 1;

const NEXT = 0x1000;
const SERVING = 0x1004;
const INSIDE = 0x1008;

function draw(): number {
  if (ATOMIC) return xadd(NEXT, 1);
  const ticket = load(NEXT);
  store(NEXT, ticket + 1);
  return ticket;
}

function worker(): void {
  const ticket = draw();
  while (load(SERVING) !== ticket) cpu_relax();
  assert(xadd(INSIDE, 1) === 0, 'two CPUs hold the lock');
  xadd(INSIDE, -1);
  store(SERVING, ticket + 1);
}

export const cpus = [worker, worker, worker];
