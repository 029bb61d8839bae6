/**
 * The loops of rounds without time stamps. The module is imported once for each lock, with a query, so that each lock
 * has loops of its own: the engine inlines the lock into them and what it learns about one lock stays with that lock.
 */
import { cpu_delay, load, store } from '../../machine/bus.ts';
import type { Exclusive, Sequence, Shared } from '../../machine/locks/lock-kind.ts';
import { DATA, DATA_LINE, STOP } from './map.ts';
import type { Turns } from './work.ts';

function write_lines(touch: number): void {
  for (let line = 0; line < touch; line++) store(DATA + DATA_LINE * line, (load(DATA + DATA_LINE * line) + 1) | 0);
}

function read_lines(touch: number): number {
  let sum = 0;
  for (let line = 0; line < touch; line++) sum = (sum + load(DATA + DATA_LINE * line)) | 0;
  return sum;
}

/** Next of a sequence of numbers below 2^31 that decides whether a turn is for writing. */
const next = (random: number): number => (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;

export function exclusive({ acquire, release }: Exclusive, lock: number, me: number, work: Turns): void {
  const { touch, inside, outside } = work;
  let turns = 0;
  while (load(STOP) === 0) {
    acquire(lock, me);
    write_lines(touch);
    if (inside > 0) cpu_delay(inside);
    release(lock, me);
    if (outside > 0) cpu_delay(outside);
    turns++;
  }
  work.turns = turns;
  work.writesDone = turns;
}

export function shared(code: Shared, lock: number, me: number, work: Turns): void {
  const { acquire, release, acquire_shared, release_shared } = code;
  const { touch, inside, outside, writes } = work;
  let random = work.seed;
  let turns = 0;
  let written = 0;
  let sum = 0;
  while (load(STOP) === 0) {
    random = next(random);
    if ((random >>> 8) % 1000 < writes) {
      acquire(lock, me);
      write_lines(touch);
      if (inside > 0) cpu_delay(inside);
      release(lock, me);
      written++;
    } else {
      acquire_shared(lock, me);
      sum = (sum + read_lines(touch)) | 0;
      if (inside > 0) cpu_delay(inside);
      release_shared(lock, me);
    }
    if (outside > 0) cpu_delay(outside);
    turns++;
  }
  work.turns = turns;
  work.writesDone = written;
  work.sum = sum;
}

export function sequence(code: Sequence, lock: number, me: number, work: Turns): void {
  const { acquire, release, read_begin, read_retry } = code;
  const { touch, inside, outside, writes } = work;
  let random = work.seed;
  let turns = 0;
  let written = 0;
  let sum = 0;
  while (load(STOP) === 0) {
    random = next(random);
    if ((random >>> 8) % 1000 < writes) {
      acquire(lock, me);
      write_lines(touch);
      if (inside > 0) cpu_delay(inside);
      release(lock, me);
      written++;
    } else {
      let seen = 0;
      do {
        seen = read_begin(lock);
        sum = (sum + read_lines(touch)) | 0;
        if (inside > 0) cpu_delay(inside);
      } while (read_retry(lock, seen) !== 0 && load(STOP) === 0);
    }
    if (outside > 0) cpu_delay(outside);
    turns++;
  }
  work.turns = turns;
  work.writesDone = written;
  work.sum = sum;
}

/** So many pairs of acquire and release and nothing else. */
export function pairs({ acquire, release }: Exclusive, lock: number, me: number, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    acquire(lock, me);
    release(lock, me);
  }
}
