/** What a stepped machine is made from, and a copy of its state. */
import type { InterruptSource } from './interrupts.ts';
import type { Tracer } from './tracer.ts';
import type { Gap, RamCopy } from './used-words.ts';

export interface Snapshot {
  readonly frames: Int32Array;
  ram: RamCopy;
  /** Of a machine whose loops may spin (loops.ts). */
  notes: Int32Array;
  /** Of one with a heap. */
  heap: RamCopy | undefined;
  /** The CPUs that are ready, and those that have to be looked at. */
  ready: number;
  lookedAt: number;
  readyHigh: number;
  lookedAtHigh: number;
}

export interface SteppedOptions {
  readonly memory: ArrayBufferLike;
  readonly cpus: number;
  readonly tracer: Tracer;
  /** RAM address below which a module may use RAM at first; room is made for more. */
  readonly reach?: number;
  /** Words below that which nobody is expected to touch: as long as they are zero, they cost nothing. */
  readonly gap?: Gap | undefined;
  /** What becomes of freed blocks, for a module that asks for memory (heap.ts). */
  readonly reuse?: number | undefined;
  /** Who says when CPUs may be interrupted; by default they are not. */
  readonly interrupts?: InterruptSource | undefined;
  /** Regions behind those of the CPUs, for functions that run at once and are never scheduled. */
  readonly spare?: number;
}
