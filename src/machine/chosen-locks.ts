/**
 * Kernel locks that follow another algorithm than the machine's own. Which classes do is said to each thread before its
 * CPU runs; by default none does, and one test of a variable is all that it costs.
 *
 * A kernel lock has 8 bytes, too few for most algorithms. So the state of such a lock lies in a block of its own behind
 * RAM, where no kernel looks: block i belongs to the lock at `first + i * step`. The kernel's own word goes on telling
 * whether the lock is held, for whoever looks at it without taking it; the holder writes it.
 *
 * Records of a CPU: each class has a few, so that a CPU may hold several of its locks. The one in use is kept in the
 * block's last word, which is the holder's. Readers need no record of their own each: the algorithms that let them in
 * together keep nothing there.
 */
import { isPoison } from './atomic.ts';
import { load, store, wake_waiters } from './bus.ts';
import { LOCK_CLASS, lock_contended, lock_is_held, lock_wait_over } from './cpu.ts';
import { BUG, BUG_HELD_OVERFLOW, BUG_RECURSION, MachineFault } from './fault.ts';
import type { Exclusive, Shared } from './locks/lock-kind.ts';
import { RECORD_BYTES } from './locks/lock-kind.ts';

/** Where a class has its blocks and this CPU its records, and what is done with them. */
export interface ChosenClass {
  readonly lockClass: number;
  readonly code: Exclusive | Shared;
  /** The lock that block 0 belongs to, and bytes from one lock to the next. */
  readonly first: number;
  readonly step: number;
  readonly blocks: number;
  /** Bytes of a block, its last word included. */
  readonly blockBytes: number;
  readonly records: number;
  /** What the kernel's own word holds while the lock is free. */
  readonly free: number;
}

/** Locks of one class that a CPU may hold at once. */
export const RECORDS_EACH = 4;

interface State extends ChosenClass {
  /** Records in use, as bits. */
  used: number;
}

/** True when some class of this thread's machine has been given another algorithm. */
export let someChosen = false;
let byClass: (State | undefined)[] = [];

/** Says to this thread which classes are served otherwise; an empty list undoes it. */
export function chooseLocks(chosen: readonly ChosenClass[]): void {
  someChosen = chosen.length > 0;
  byClass = [];
  for (const one of chosen) byClass[one.lockClass] = { ...one, used: 0 };
}

/** Whether this lock is of a class that is served otherwise. */
export function isChosen(lock: number): boolean {
  return byClass[load(lock + LOCK_CLASS)] !== undefined;
}

const stateOf = (lock: number): State => byClass[load(lock + LOCK_CLASS)] as State;

const blockOf = ({ blocks, blockBytes, first, step }: State, lock: number): number =>
  blocks + (((lock - first) / step) | 0) * blockBytes;

const holderOf = ({ blockBytes }: State, block: number): number => block + blockBytes - 4;

/** Takes a chosen lock for its caller alone, however long that takes. */
export function chosen_acquire(lock: number): void {
  const state = stateOf(lock);
  const block = blockOf(state, lock);
  const slot = 31 - Math.clz32(~state.used & -~state.used);
  if (slot >= RECORDS_EACH) BUG(BUG_HELD_OVERFLOW, lock);
  state.used |= 1 << slot;
  const me = state.records + slot * RECORD_BYTES;
  const seen = load(lock);
  if (seen === state.free) {
    state.code.acquire(block, me);
  } else {
    if (isPoison(seen)) throw new MachineFault('use-after-free', 'lock taken in a freed object', lock);
    if (lock_is_held(lock)) BUG(BUG_RECURSION, lock);
    lock_contended(lock);
    state.code.acquire(block, me);
    lock_wait_over();
  }
  store(holderOf(state, block), me);
  store(lock, 0);
}

/** Releases one that chosen_acquire took. */
export function chosen_release(lock: number): void {
  const state = stateOf(lock);
  const block = blockOf(state, lock);
  const me = load(holderOf(state, block));
  store(lock, state.free);
  state.code.release(block, me);
  state.used &= ~(1 << ((me - state.records) / RECORD_BYTES));
  wake_waiters(lock);
}

/** Takes a chosen lock together with other readers, or alone where the algorithm knows no readers. */
export function chosen_acquire_shared(lock: number): void {
  const state = stateOf(lock);
  if (!('acquire_shared' in state.code)) {
    chosen_acquire(lock);
    return;
  }
  if (load(lock) === state.free) {
    state.code.acquire_shared(blockOf(state, lock), state.records);
    return;
  }
  lock_contended(lock);
  state.code.acquire_shared(blockOf(state, lock), state.records);
  lock_wait_over();
}

export function chosen_release_shared(lock: number): void {
  const state = stateOf(lock);
  if ('release_shared' in state.code) state.code.release_shared(blockOf(state, lock), state.records);
  else chosen_release(lock);
}
