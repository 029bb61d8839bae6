/**
 * A mutex that sleeps: three CPUs add to a word that it guards. Verdict: pass. With `--set CAREFUL=0` who was asleep takes
 * it as if nobody else could be: the last of three is not woken, "deadlock: no CPU can go on in lock".
 */
import { cmpxchg, futex_wait, load, mutex_lock, mutex_unlock, store, xchg } from 'tasklock/bus';

const CAREFUL = 1;

const MUTEX = 0x1000;
const COUNT = 0x1004;

/** As mutex_lock, but that it forgets who else sleeps. */
function lock(): void {
  for (;;) {
    if (cmpxchg(MUTEX, 0, 1) === 0) return;
    if (xchg(MUTEX, 2) === 0) {
      store(MUTEX, 1);
      return;
    }
    futex_wait(MUTEX, 2);
  }
}

function add(): void {
  if (CAREFUL) mutex_lock(MUTEX);
  else lock();
  store(COUNT, load(COUNT) + 1);
  mutex_unlock(MUTEX);
}

export const cpus = [add, add, add];

export function finished(): boolean {
  return load(COUNT) === 3;
}
