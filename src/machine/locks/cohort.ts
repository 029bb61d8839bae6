/**
 * Cohort lock C-TKT-MCS (Dice, Marathe, Shavit, "Lock cohorting", PPoPP 2012): an MCS queue for each socket, and a ticket
 * lock over the sockets. Who holds the local lock and sees a waiter on its own socket hands both locks over, so that the
 * data stay in the socket's cache; after MOST_PASSES hand-overs in a row the other sockets get their turn.
 *
 * The ticket lock may be released by another CPU than took it, as the construction demands.
 */
import { cmpxchg, cpu_relax, load, READ_ONCE, store, WRITE_ONCE, xadd, xchg } from '../bus.ts';

/** The lock over the sockets. */
const NEXT_TICKET = 0;
const SERVING = 4;
/** One line for each socket: the tail of its queue, and hand-overs since it got the lock over all, the holder's. */
const LOCALS = 64;
const LINE = 64;
const TAIL = 0;
const PASSES = 4;
/** Sockets it has room for; more share. A power of two. */
const ROOM = 8;

const MOST_PASSES = 64;

/** In the record of a CPU: its place in the queue of its socket. */
const NEXT = 0;
const STATE = 4;
const WAITING = 1;
const HAS_LOCAL = 2;
const HAS_BOTH = 3;
/** Written once: number of the CPU's socket. */
const OWN_SOCKET = 124;

export function init(lock: number, _cpus: number): void {
  store(lock + NEXT_TICKET, 0);
  store(lock + SERVING, 0);
  for (let i = 0; i < ROOM; i++) {
    store(lock + LOCALS + LINE * i + TAIL, 0);
    store(lock + LOCALS + LINE * i + PASSES, 0);
  }
}

function local_of(lock: number, me: number): number {
  return lock + LOCALS + LINE * (load(me + OWN_SOCKET) & (ROOM - 1));
}

export function acquire(lock: number, me: number): void {
  const local = local_of(lock, me);
  store(me + NEXT, 0);
  store(me + STATE, WAITING);
  const before = xchg(local + TAIL, me);
  if (before !== 0) {
    WRITE_ONCE(before + NEXT, me);
    let state = READ_ONCE(me + STATE);
    while (state === WAITING) {
      cpu_relax();
      state = READ_ONCE(me + STATE);
    }
    if (state === HAS_BOTH) return;
  }
  const ticket = xadd(lock + NEXT_TICKET, 1);
  while (READ_ONCE(lock + SERVING) !== ticket) cpu_relax();
  store(local + PASSES, 0);
}

export function release(lock: number, me: number): void {
  const local = local_of(lock, me);
  let next = READ_ONCE(me + NEXT);
  const passes = load(local + PASSES);
  if (next !== 0 && passes < MOST_PASSES) {
    store(local + PASSES, passes + 1);
    WRITE_ONCE(next + STATE, HAS_BOTH);
    return;
  }
  // The lock over all goes first: the next local holder has to stand in line for it.
  WRITE_ONCE(lock + SERVING, (READ_ONCE(lock + SERVING) + 1) | 0);
  if (next === 0) {
    if (cmpxchg(local + TAIL, me, 0) === me) return;
    while (next === 0) {
      cpu_relax();
      next = READ_ONCE(me + NEXT);
    }
  }
  WRITE_ONCE(next + STATE, HAS_LOCAL);
}
