/**
 * Mutex over a futex (Franke, Russell, Kirkwood, "Fuss, futexes and furwocks", OLS 2002; the state machine is the second
 * mutex of Drepper, "Futexes are tricky"). 0 is free, 1 held, 2 held and somebody may sleep. Without contention the kernel
 * is never asked.
 *
 * The futex itself is here too, as the kernel has it: a queue of sleepers under a bucket lock. Who wants to sleep looks at
 * the state again under that lock, and who wakes takes it after changing the state; so no wake-up falls between looking
 * and sleeping. Each sleeper waits on a flag of its own.
 */
import {
  cmpxchg,
  cpu_relax,
  load,
  READ_ONCE,
  store,
  WRITE_ONCE,
  wait_for_change,
  wake_waiters,
  xadd,
  xchg,
} from '../bus.ts';

const STATE = 0;
/** The futex: its lock, then the queue. */
const BUCKET = 64;
const FIRST = 68;
const LAST = 72;

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

/** In the record of a CPU. */
const NEXT = 0;
const ASLEEP = 4;

export function init(lock: number, _cpus: number): void {
  store(lock + STATE, FREE);
  store(lock + BUCKET, 0);
  store(lock + FIRST, 0);
  store(lock + LAST, 0);
}

/** Who had to wait cannot know whether others do, and leaves the lock contended. */
export function acquire(lock: number, me: number): void {
  if (cmpxchg(lock + STATE, FREE, HELD) === FREE) return;
  while (xchg(lock + STATE, CONTENDED) !== FREE) futex_wait(lock, me);
}

export function release(lock: number, _me: number): void {
  if (xadd(lock + STATE, -1) === HELD) return;
  WRITE_ONCE(lock + STATE, FREE);
  futex_wake(lock);
}

/** Sleeps until woken, unless the lock is no longer contended. */
function futex_wait(lock: number, me: number): void {
  lock_bucket(lock);
  if (READ_ONCE(lock + STATE) !== CONTENDED) {
    unlock_bucket(lock);
    return;
  }
  store(me + NEXT, 0);
  WRITE_ONCE(me + ASLEEP, 1);
  const last = load(lock + LAST);
  if (last === 0) store(lock + FIRST, me);
  else store(last + NEXT, me);
  store(lock + LAST, me);
  unlock_bucket(lock);
  while (READ_ONCE(me + ASLEEP) !== 0) wait_for_change(me + ASLEEP, 1);
}

/** Wakes the first sleeper, if there is one. */
function futex_wake(lock: number): void {
  lock_bucket(lock);
  const first = load(lock + FIRST);
  if (first !== 0) {
    const next = load(first + NEXT);
    store(lock + FIRST, next);
    if (next === 0) store(lock + LAST, 0);
  }
  unlock_bucket(lock);
  if (first === 0) return;
  WRITE_ONCE(first + ASLEEP, 0);
  wake_waiters(first + ASLEEP);
}

/** A locked exchange: the store of the state before it is seen by whoever takes the bucket next. */
function lock_bucket(lock: number): void {
  while (xchg(lock + BUCKET, 1) !== 0) cpu_relax();
}

function unlock_bucket(lock: number): void {
  WRITE_ONCE(lock + BUCKET, 0);
}
