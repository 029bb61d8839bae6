/** The contract between compiled code and the machine that steps it. */
import type { Tracer } from './tracer.ts';

/** What the compiled code asks of the machine. */
export interface Hooks extends Tracer {
  /** Words from FIRST_ADDRESS on that need no question. */
  readonly size: number;
  /** An access beyond: the new size, or a fault. */
  reach(word: number, address: number): number;
  /** A lock was taken that was not 1: a fault when it lies in a freed object. */
  poisoned(value: number, region: number): void;
  /** Something in the code itself cannot go on (stops.ts). Does not return. */
  stop(reason: number): never;
  /** Performs a rare access; its result. */
  perform(region: number): number;
  spin(region: number): boolean;
  note(region: number, word: number, value: number): void;
  wrote(region: number): void;
}

/** What a compiled module exports. */
export interface CompiledModule {
  readonly entries: Readonly<Record<string, number>>;
  readonly headerWords: number;
  readonly regionWords: number;
  /** Live words of a function's frame, by number of the function and resume point. */
  readonly live: ReadonlyArray<Readonly<Record<number, readonly number[]>>>;
  instantiate(frames: Int32Array, ram: Int32Array, hooks: Hooks): (region: number) => void;
}
