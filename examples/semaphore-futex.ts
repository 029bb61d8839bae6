/**
 * A semaphore over a futex, as in Jiu-xiao/libxr 264: who finds the count at 0 sleeps on it until woken. Verdict: pass.
 * With `--set WAKE_ALWAYS=0` a post wakes somebody only when the count was 0. Two posts in a row, before the first sleeper
 * has run, then wake one of two: "deadlock: no CPU can go on in take".
 */
import { cmpxchg, futex_wait, futex_wake, load, xadd } from 'tasklock/bus';

const WAKE_ALWAYS = 1;

const COUNT = 0x1000;

function take(): void {
  for (;;) {
    const count = load(COUNT);
    if (count > 0 && cmpxchg(COUNT, count, count - 1) === count) return;
    if (count === 0) futex_wait(COUNT, 0);
  }
}

function post(): void {
  const before = xadd(COUNT, 1);
  if (WAKE_ALWAYS || before === 0) futex_wake(COUNT, 1);
}

function poster(): void {
  post();
  post();
}

export const cpus = [take, take, poster];

export function finished(): boolean {
  return load(COUNT) === 0;
}
