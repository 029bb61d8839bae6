/**
 * Queued spinlock (Linux 4.2; Long, Zijlstra, after MCS). One word holds everything:
 *
 *   bit 0   locked     the holder
 *   bit 1   pending    one waiter that spins on the word itself: no queue for two CPUs
 *   bit 7-  tail       record of the last CPU in the MCS queue; records are aligned to 128 bytes
 *
 * Only the head of the queue looks at the word; the others spin on their own records. A record is free again as soon as
 * its CPU has the lock. Bits change as follows: 0 -> locked by whoever finds the word 0; locked -> locked and pending by
 * one CPU; pending -> locked by that CPU alone; tail by exchange; tail and not locked -> locked by the head alone.
 *
 * Linux stores single bytes where only one CPU may change them. The bus has words, so each of these is a locked add here.
 */
import { cmpxchg, cpu_relax, READ_ONCE, store, WRITE_ONCE, xadd } from '../bus.ts';

const LOCKED = 1;
const PENDING = 2;
const BITS = 127;

/** In the record of a CPU. */
const NEXT = 0;
const WAITING = 4;

export function init(lock: number, _cpus: number): void {
  store(lock, 0);
}

export function acquire(lock: number, me: number): void {
  const found = cmpxchg(lock, 0, LOCKED);
  if (found !== 0) acquire_slow(lock, me, found);
}

function acquire_slow(lock: number, me: number, found: number): void {
  let seen = found;
  // The pending CPU is about to become the holder: its place is nearly free.
  while (seen === PENDING) {
    cpu_relax();
    seen = READ_ONCE(lock);
  }
  while ((seen & ~LOCKED) === 0) {
    const old = cmpxchg(lock, seen, seen === LOCKED ? LOCKED | PENDING : LOCKED);
    if (old === seen) {
      if (seen === LOCKED) wait_as_pending(lock);
      return;
    }
    seen = old;
  }
  acquire_queued(lock, me);
}

/** Spins on the word until the holder is gone, then turns pending into locked. */
function wait_as_pending(lock: number): void {
  while ((READ_ONCE(lock) & LOCKED) !== 0) cpu_relax();
  xadd(lock, LOCKED - PENDING);
}

function acquire_queued(lock: number, me: number): void {
  store(me + NEXT, 0);
  store(me + WAITING, 1);
  const before = exchange_tail(lock, me);
  if (before !== 0) {
    WRITE_ONCE(before + NEXT, me);
    while (READ_ONCE(me + WAITING) !== 0) cpu_relax();
  }
  let seen = READ_ONCE(lock);
  while ((seen & (LOCKED | PENDING)) !== 0) {
    cpu_relax();
    seen = READ_ONCE(lock);
  }
  // With nobody behind, the queue goes with the same step that takes the lock.
  if ((seen & ~BITS) === me && cmpxchg(lock, me, LOCKED) === me) return;
  xadd(lock, LOCKED);
  let next = READ_ONCE(me + NEXT);
  while (next === 0) {
    cpu_relax();
    next = READ_ONCE(me + NEXT);
  }
  WRITE_ONCE(next + WAITING, 0);
}

/** Makes this CPU the tail, whatever the other bits; the tail before, or 0. */
function exchange_tail(lock: number, me: number): number {
  let seen = READ_ONCE(lock);
  for (;;) {
    const old = cmpxchg(lock, seen, me | (seen & BITS));
    if (old === seen) return seen & ~BITS;
    seen = old;
  }
}

export function release(lock: number, _me: number): void {
  xadd(lock, -LOCKED);
}
