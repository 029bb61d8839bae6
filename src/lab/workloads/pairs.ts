/**
 * Acquire and release of one CPU, as often as it is told. What stands for the lock here is replaced by the one that is asked
 * for.
 */
import { load, store } from '../../machine/bus.ts';
import { acquire, release } from '../../machine/locks/ticket.ts';

/** Nothing else. */
export function pairs(lock: number, me: number, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    acquire(lock, me);
    release(lock, me);
  }
}

/** Counts in a word, by plain accesses, which only the lock keeps apart from those of others. */
export function counting(lock: number, me: number, turns: number, count: number): void {
  for (let turn = 0; turn < turns; turn++) {
    acquire(lock, me);
    store(count, load(count) + 1);
    release(lock, me);
  }
}
