/**
 * Mutex, condition variable and semaphore for modules, over a futex; each is one word that is 0 to begin with. Plain code of
 * the machine, compiled with the module: its accesses are steps like the module's own, and what it gets wrong is found.
 *
 *   mutex        0 free, 1 held, 2 held and somebody may sleep: the second mutex of Drepper, "Futexes are tricky". Who has
 *                slept takes it as 2, since others may sleep yet
 *   condition    counts signals. Who waits remembers the count while it holds the mutex and sleeps only if it is still the
 *                same: a signal between giving the mutex back and going to sleep is not lost
 *   semaphore    the count; every post wakes one
 *
 * A waiter is woken by a signal, or not put to sleep by one that was meant for another: so cond_wait stands in a loop that
 * looks again, as with POSIX.
 */
import { cmpxchg, futex_wait, futex_wake, READ_ONCE, xadd, xchg } from './bus.ts';

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;
const ALL = 0x7fffffff;

/** Takes the mutex, asleep while another has it. */
export function mutex_lock(mutex: number): void {
  if (cmpxchg(mutex, FREE, HELD) === FREE) return;
  while (xchg(mutex, CONTENDED) !== FREE) futex_wait(mutex, CONTENDED);
}

/** Takes the mutex if it is free: 1, else 0. */
export function mutex_trylock(mutex: number): number {
  return cmpxchg(mutex, FREE, HELD) === FREE ? 1 : 0;
}

/** Gives the mutex back, and wakes one that may sleep. */
export function mutex_unlock(mutex: number): void {
  if (xchg(mutex, FREE) === CONTENDED) futex_wake(mutex, 1);
}

/** Gives the mutex back, sleeps until signalled, and takes the mutex again. */
export function cond_wait(cond: number, mutex: number): void {
  const seen = READ_ONCE(cond);
  mutex_unlock(mutex);
  futex_wait(cond, seen);
  mutex_lock(mutex);
}

/** Wakes one that waits. */
export function cond_signal(cond: number): void {
  xadd(cond, 1);
  futex_wake(cond, 1);
}

/** Wakes all that wait. */
export function cond_broadcast(cond: number): void {
  xadd(cond, 1);
  futex_wake(cond, ALL);
}

/** Takes one of the semaphore's count, asleep while there is none. */
export function sem_wait(sem: number): void {
  for (;;) {
    const count = READ_ONCE(sem);
    if (count > 0) {
      if (cmpxchg(sem, count, count - 1) === count) return;
    } else futex_wait(sem, count);
  }
}

/** Takes one if there is one: 1, else 0. */
export function sem_trywait(sem: number): number {
  for (;;) {
    const count = READ_ONCE(sem);
    if (count <= 0) return 0;
    if (cmpxchg(sem, count, count - 1) === count) return 1;
  }
}

/** Adds one, and wakes one that sleeps. */
export function sem_post(sem: number): void {
  xadd(sem, 1);
  futex_wake(sem, 1);
}
