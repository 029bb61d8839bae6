/**
 * The loops of rounds with time stamps: before asking, after getting, before releasing. A turn was contended when the
 * last holder released after it had asked. Imported once for each lock, as
 * turns.ts. The stamp after getting and the word that names the holder make the section longer; that is why no
 * throughput is taken from here.
 */
import { cpu_delay, load, store } from '../../machine/bus.ts';
import type { Exclusive, Sequence, Shared } from '../../machine/locks/lock-kind.ts';
import { DATA, DATA_LINE, HOLDER, STOP } from './map.ts';
import type { TimedTurns } from './work.ts';

function write_lines(touch: number): void {
  for (let line = 0; line < touch; line++) store(DATA + DATA_LINE * line, (load(DATA + DATA_LINE * line) + 1) | 0);
}

function read_lines(touch: number): number {
  let sum = 0;
  for (let line = 0; line < touch; line++) sum = (sum + load(DATA + DATA_LINE * line)) | 0;
  return sum;
}

const next = (random: number): number => (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;

/** A turn that has the lock for itself. */
function write_turn({ acquire, release }: Exclusive, lock: number, me: number, work: TimedTurns): void {
  const { touch, inside, log, lastRelease, offset } = work;
  const asked = performance.now();
  acquire(lock, me);
  const got = performance.now();
  const before = load(HOLDER);
  const contended = (lastRelease[0] as number) > asked + offset;
  store(HOLDER, work.cpu + 1);
  write_lines(touch);
  if (inside > 0) cpu_delay(inside);
  const released = performance.now();
  lastRelease[0] = released + offset;
  release(lock, me);
  work.writesDone++;
  log.note(asked, got, released, contended, before, true);
}

export function exclusive(code: Exclusive, lock: number, me: number, work: TimedTurns): void {
  const { outside } = work;
  while (load(STOP) === 0) {
    write_turn(code, lock, me, work);
    if (outside > 0) cpu_delay(outside);
    work.turns++;
  }
}

export function shared(code: Shared, lock: number, me: number, work: TimedTurns): void {
  const { acquire_shared, release_shared } = code;
  const { touch, inside, outside, writes, log, lastRelease, offset } = work;
  let random = work.seed;
  while (load(STOP) === 0) {
    random = next(random);
    if ((random >>> 8) % 1000 < writes) {
      write_turn(code, lock, me, work);
    } else {
      const asked = performance.now();
      acquire_shared(lock, me);
      const got = performance.now();
      const before = load(HOLDER);
      const contended = (lastRelease[0] as number) > asked + offset;
      work.sum = (work.sum + read_lines(touch)) | 0;
      if (inside > 0) cpu_delay(inside);
      const released = performance.now();
      release_shared(lock, me);
      log.note(asked, got, released, contended, before, false);
    }
    if (outside > 0) cpu_delay(outside);
    work.turns++;
  }
}

/** A reader that has to look again has waited until the look that counted. */
export function sequence(code: Sequence, lock: number, me: number, work: TimedTurns): void {
  const { read_begin, read_retry } = code;
  const { touch, inside, outside, writes, log, lastRelease, offset } = work;
  let random = work.seed;
  while (load(STOP) === 0) {
    random = next(random);
    if ((random >>> 8) % 1000 < writes) {
      write_turn(code, lock, me, work);
    } else {
      const asked = performance.now();
      let got = asked;
      let before = 0;
      let contended = false;
      let began = 0;
      do {
        began = read_begin(lock);
        got = performance.now();
        before = load(HOLDER);
        contended = (lastRelease[0] as number) > asked + offset;
        work.sum = (work.sum + read_lines(touch)) | 0;
        if (inside > 0) cpu_delay(inside);
      } while (read_retry(lock, began) !== 0 && load(STOP) === 0);
      log.note(asked, got, performance.now(), contended, before, false);
    }
    if (outside > 0) cpu_delay(outside);
    work.turns++;
  }
}
