/**
 * Spinning, seen from outside: a CPU that comes round a loop to the very state it was in, having changed nothing and
 * read only words that still hold what they held, will do the same again for ever, so it waits until one of these words
 * changes. Nothing is lost: between two such turns nothing it can observe differs. So a search never explores spinning,
 * whatever the loop looks like, and a module needs no special form to wait.
 *
 * The compiled code calls spins() on the way back to the head of every loop with a scheduling point in it, and noteRead
 * and noteWrite at each access. Kept in the CPU's header:
 *
 *   MARK   fingerprint of the CPU's frames at an earlier arrival, 0 for none
 *   LOG    the words read since, with what they held; every turn from MARK on lies between
 *
 * Nested loops have no arrival in common, so the mark is moved as in Brent's cycle finding (1980): after 1, 2, 4, ...
 * arrivals. A cycle of n arrivals is then found within 3n. The fingerprint has 32 bits; frames that differ and meet
 * (one in four thousand million a comparison) would let a CPU wait that could have gone on.
 */
import {
  ADDRESS,
  KIND,
  MAX_SPIN_READS,
  SPIN_COUNT,
  SPIN_LOG,
  SPIN_MARK,
  SPIN_POWER,
  SPIN_READS,
  SPIN_WROTE,
} from './frames.ts';
import { fingerprint, type Layout } from './state.ts';
import { SPIN } from './primitives.ts';

/** True when the CPU spins: SPIN is then its pending step. Called between two accesses, at the head of a loop. */
export function spins(frames: Int32Array, region: number, layout: Layout): boolean {
  const mark = fingerprint(frames, region, layout) || 1;
  if (frames[region + SPIN_WROTE] !== 0) {
    setMark(frames, region, mark, 1);
    return false;
  }
  if (mark === frames[region + SPIN_MARK]) {
    frames[region + KIND] = SPIN;
    // A turn that read nothing at all goes on for ever.
    const read = (frames[region + SPIN_READS] as number) > 0;
    frames[region + ADDRESS] = read ? (frames[region + SPIN_LOG] as number) << 2 : 0;
    // When it goes on, something has changed: the next arrival starts afresh.
    frames[region + SPIN_WROTE] = 1;
    return true;
  }
  const count = (frames[region + SPIN_COUNT] as number) + 1;
  frames[region + SPIN_COUNT] = count;
  const power = frames[region + SPIN_POWER] as number;
  if (count >= power) setMark(frames, region, mark, 2 * power || 1);
  return false;
}

function setMark(frames: Int32Array, region: number, mark: number, power: number): void {
  frames[region + SPIN_MARK] = mark;
  frames[region + SPIN_POWER] = power;
  frames[region + SPIN_COUNT] = 0;
  frames[region + SPIN_READS] = 0;
  frames[region + SPIN_WROTE] = 0;
}

/** Notes what a word held when the CPU read it. More words than there is room for count as a change. */
export function noteRead(frames: Int32Array, region: number, word: number, value: number): void {
  if (frames[region + SPIN_WROTE] !== 0) return;
  const reads = frames[region + SPIN_READS] as number;
  for (let i = 0; i < reads; i++) {
    if (frames[region + SPIN_LOG + 2 * i] !== word) continue;
    if (frames[region + SPIN_LOG + 2 * i + 1] !== value) frames[region + SPIN_WROTE] = 1;
    return;
  }
  if (reads === MAX_SPIN_READS) {
    frames[region + SPIN_WROTE] = 1;
    return;
  }
  frames[region + SPIN_LOG + 2 * reads] = word;
  frames[region + SPIN_LOG + 2 * reads + 1] = value;
  frames[region + SPIN_READS] = reads + 1;
}

/** Notes that the CPU itself changed RAM. */
export function noteWrite(frames: Int32Array, region: number): void {
  frames[region + SPIN_WROTE] = 1;
}

/** True as long as every word that was noted holds what it held: a spinning CPU then goes on spinning. */
export function unchanged(frames: Int32Array, region: number, ram: Int32Array): boolean {
  const reads = frames[region + SPIN_READS] as number;
  for (let i = 0; i < reads; i++) {
    const at = region + SPIN_LOG + 2 * i;
    if (ram[frames[at] as number] !== frames[at + 1]) return false;
  }
  return true;
}

/** The same with other values than RAM holds. */
export function wouldSpin(frames: Int32Array, region: number, valueOf: (word: number) => number): boolean {
  const reads = frames[region + SPIN_READS] as number;
  for (let i = 0; i < reads; i++) {
    const at = region + SPIN_LOG + 2 * i;
    if (valueOf(frames[at] as number) !== frames[at + 1]) return false;
  }
  return true;
}
