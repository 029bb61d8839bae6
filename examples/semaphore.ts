/**
 * A semaphore lets in as many CPUs as it has permits. Verdict: pass. With `--set POST=0` nobody gives the permit back:
 * "deadlock: no CPU can go on in use". With `--set PERMITS=2`: "assert: two at once in use".
 */
import { assert, sem_post, sem_wait, store, xadd } from 'tasklock/bus';

const PERMITS = 1;
const POST = 1;

const SEM = 0x1000;
const INSIDE = 0x1004;

export function setup(): void {
  store(SEM, PERMITS);
}

function use(): void {
  sem_wait(SEM);
  assert(xadd(INSIDE, 1) === 0, 'two at once');
  xadd(INSIDE, -1);
  if (POST) sem_post(SEM);
}

export const cpus = [use, use];
