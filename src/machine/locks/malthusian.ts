/**
 * Malthusian lock, form MCSCR (Dice, "Malthusian locks", EuroSys 2017): an MCS queue that is kept short. A release that
 * finds two or more waiters sets the first of them aside and hands over to the second, until holder and one waiter are
 * all that circulate; the rest wait on a passive list and leave the caches alone. When no waiter is left, the newest of
 * the list comes back; and every PERIOD releases the oldest gets the lock, so that nobody starves.
 *
 * The passive list is the holder's: linked both ways, newest first. The paper lets chance choose when the oldest is served;
 * here it is counted, so that runs repeat.
 */
import { cmpxchg, cpu_relax, load, READ_ONCE, store, WRITE_ONCE, xchg } from '../bus.ts';

const TAIL = 0;
/** The holder's line. */
const NEWEST = 64;
const OLDEST = 68;
const RELEASES = 72;

const PERIOD = 256;

/** In the record of a CPU: next in the queue, or the older one on the list; the newer one on the list. */
const NEXT = 0;
const WAITING = 4;
const NEWER = 8;

export function init(lock: number, _cpus: number): void {
  store(lock + TAIL, 0);
  store(lock + NEWEST, 0);
  store(lock + OLDEST, 0);
  store(lock + RELEASES, 0);
}

export function acquire(lock: number, me: number): void {
  store(me + NEXT, 0);
  store(me + WAITING, 1);
  const before = xchg(lock + TAIL, me);
  if (before === 0) return;
  WRITE_ONCE(before + NEXT, me);
  while (READ_ONCE(me + WAITING) !== 0) cpu_relax();
}

export function release(lock: number, me: number): void {
  const releases = (load(lock + RELEASES) + 1) % PERIOD;
  store(lock + RELEASES, releases);
  if (releases === 0 && load(lock + OLDEST) !== 0) {
    put_behind(lock, me, take_oldest(lock));
    return;
  }
  let next = READ_ONCE(me + NEXT);
  if (next === 0) {
    if (load(lock + NEWEST) !== 0) {
      put_behind(lock, me, take_newest(lock));
      return;
    }
    if (cmpxchg(lock + TAIL, me, 0) === me) return;
    next = wait_for_next(me);
  }
  const after = READ_ONCE(next + NEXT);
  if (after === 0) {
    WRITE_ONCE(next + WAITING, 0);
    return;
  }
  set_aside(lock, next);
  WRITE_ONCE(after + WAITING, 0);
}

/** The record behind this one, which has swapped itself in as the tail and may not have linked itself yet. */
function wait_for_next(me: number): number {
  let next = READ_ONCE(me + NEXT);
  while (next === 0) {
    cpu_relax();
    next = READ_ONCE(me + NEXT);
  }
  return next;
}

/** Puts a waiter into the queue right behind the holder, and hands over to it. */
function put_behind(lock: number, me: number, waiter: number): void {
  store(waiter + NEXT, 0);
  if (READ_ONCE(me + NEXT) !== 0 || cmpxchg(lock + TAIL, me, waiter) !== me) {
    store(waiter + NEXT, wait_for_next(me));
  }
  WRITE_ONCE(waiter + WAITING, 0);
}

/** Makes a waiter the newest of the passive list. */
function set_aside(lock: number, waiter: number): void {
  const newest = load(lock + NEWEST);
  store(waiter + NEXT, newest);
  store(waiter + NEWER, 0);
  if (newest === 0) store(lock + OLDEST, waiter);
  else store(newest + NEWER, waiter);
  store(lock + NEWEST, waiter);
}

function take_newest(lock: number): number {
  const waiter = load(lock + NEWEST);
  const older = load(waiter + NEXT);
  store(lock + NEWEST, older);
  if (older === 0) store(lock + OLDEST, 0);
  else store(older + NEWER, 0);
  return waiter;
}

function take_oldest(lock: number): number {
  const waiter = load(lock + OLDEST);
  const newer = load(waiter + NEWER);
  store(lock + OLDEST, newer);
  if (newer === 0) store(lock + NEWEST, 0);
  else store(newer + NEXT, 0);
  return waiter;
}
