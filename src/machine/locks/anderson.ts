/**
 * Array-based queue lock (Anderson 1990): a waiter draws a place in a ring of flags, each on a line of its own, and spins
 * on its flag alone; the holder raises the next one. First come, first served. The price is room: a line for every CPU,
 * in every lock.
 *
 * The ring has a power of two of places, so that it goes on where the counter of places wraps round.
 */
import { cpu_relax, load, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const TAIL = 0;
/** Bytes of the ring, less one line: a mask. */
const RING = 4;
const PLACES = 64;
const LINE = 64;

/** In the private part of a record: the flag this CPU waited for, as an offset. */
const PLACE = 64;

export function init(lock: number, cpus: number): void {
  let places = 1;
  while (places < cpus) places = places * 2;
  store(lock + TAIL, 0);
  store(lock + RING, places * LINE - 1);
  for (let i = 0; i < places; i++) store(lock + PLACES + LINE * i, 0);
  store(lock + PLACES, 1);
}

export function acquire(lock: number, me: number): void {
  const place = (xadd(lock + TAIL, 1) * LINE) & load(lock + RING);
  store(me + PLACE, place);
  while (READ_ONCE(lock + PLACES + place) === 0) cpu_relax();
  WRITE_ONCE(lock + PLACES + place, 0);
}

export function release(lock: number, me: number): void {
  const next = (load(me + PLACE) + LINE) & load(lock + RING);
  WRITE_ONCE(lock + PLACES + next, 1);
}
