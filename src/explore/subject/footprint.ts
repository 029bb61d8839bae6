/**
 * What a pending move will touch, for partial-order reduction: words, each read or written. Two moves of different CPUs are
 * dependent when they share a word that one of them writes; else their order cannot matter. Encoded as word * 2, plus 1 for
 * a write. What a word is is the subject's matter: one of RAM, the queue of a futex, a byte of a buffer.
 */
import type { CpuSet } from '../../base/cpu-set.ts';

export type Footprint = readonly number[];
/** Whether a step that may have to wait could be performed with its words holding these values. */
export type Waits = (valueOf: (word: number) => number) => boolean;

/** Of what commutes with whatever others do. */
export const NOTHING: Footprint = [];
/** Of a CPU that nobody has started yet: what it will do first is asked again behind every step. */
export const NOT_THERE: Footprint = [];
/** Of a step that ends the execution: nothing commutes with it. */
export const EVERYTHING: Footprint = [-1];
/** The word that all writes share that an invariant may see. */
export const VISIBLE = 1;

/** Makes footprints of what the CPUs of a subject are about to do. */
export interface Footprints {
  /** Words are numbers below this. */
  readonly words: number;
  /** Whether writes of different words depend on each other, since an invariant may see them. */
  readonly sees: boolean;
  /** The footprint of what a CPU is about to do. */
  of(cpu: number): Footprint;
  /** Whether a CPU has its turn because nobody else could go on. */
  isLate(cpu: number): boolean;
  /** The same of a CPU that does it in its turn, and not because nobody else could go on. */
  inTurn(cpu: number): Footprint;
  /** What a word holds, for those that somebody may wait for. */
  valueOf(word: number): number;
  /** Of a move that may have to wait: whether it could be made with its words holding other values. */
  waits(cpu: number): Waits | undefined;
}

/** Leaves of the CPUs asleep those that a step does not wake: it commutes with what they are about to do. */
export function wake(asleep: CpuSet, next: readonly Footprint[], step: Footprint): void {
  for (let cpu = asleep.next(-1); cpu >= 0; cpu = asleep.next(cpu)) {
    if (dependent(next[cpu] as Footprint, step)) asleep.delete(cpu);
  }
}

/** From so many words on a footprint is that of a block. */
const MANY = 16;

/** The same for two blocks, in a time that grows with their words and not with the pairs of them. */
function blocksMeet(a: Footprint, b: Footprint): boolean {
  const writes = new Map<number, boolean>();
  for (const key of a) writes.set(key >> 1, (key & 1) === 1 || writes.get(key >> 1) === true);
  return b.some((key) => writes.has(key >> 1) && ((key & 1) === 1 || writes.get(key >> 1) === true));
}

/** True when two accesses of different CPUs do not commute. */
export function dependent(a: Footprint, b: Footprint): boolean {
  if (a === EVERYTHING || b === EVERYTHING) return true;
  if (a.length > MANY && b.length > MANY) return blocksMeet(a, b);
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    for (let j = 0; j < b.length; j++) {
      const y = b[j] as number;
      if (x >> 1 === y >> 1 && ((x | y) & 1) === 1) return true;
    }
  }
  return false;
}
