/** The contract between compiled code and the machine that steps it. */
import type { Tracer } from './tracer.ts';

/** What the compiled code asks of the machine. */
export interface Hooks extends Tracer {
  /** Words from FIRST_ADDRESS on that need no question; the kernel's code knows of as many from another word on. */
  readonly size: number;
  readonly high: number;
  readonly highSize: number;
  /** An access beyond, by the CPU of a region where that is known: the new size, or a fault. */
  reach(word: number, address: number, region?: number): number;
  /** A lock was taken that was not 1: a fault when it lies in a freed object. */
  poisoned(value: number, region: number): void;
  /** Something in the code itself cannot go on (stops.ts). Does not return. */
  stop(reason: number): never;
  /** Performs a rare access; its result. */
  perform(region: number): number;
  /** The CPU is at the head of a loop: whether it waits there (spin.ts). */
  spin(region: number): boolean;
  /** An access of this kind has been performed; what the word held before. */
  did(region: number, word: number, before: number, kind: number): void;
}

/** Where a compiled module has everything in one memory: RAM from address 0 on and before `ramEnd`, frames from `framesAt` on. */
export interface OneMemory {
  readonly ramEnd: number;
  readonly framesAt: number;
}

/** What a compiled module exports. */
export interface CompiledModule {
  /** undefined for one that works on whatever arrays it is given. */
  readonly oneMemory?: OneMemory | undefined;
  readonly entries: Readonly<Record<string, number>>;
  readonly headerWords: number;
  /** Whether what loops read and write has to be noted (spin.ts). */
  readonly noting: boolean;
  readonly regionWords: number;
  /** Live words of a function's frame, by number of the function and resume point. */
  readonly live: ReadonlyArray<Readonly<Record<number, readonly number[]>>>;
  instantiate(frames: Int32Array, ram: Int32Array, hooks: Hooks): (region: number) => void;
}
