/** A whole compiled module in the intermediate form: all that a renderer has to know. */
import type { Graph, Whole } from './code.ts';
import type { Constant, Local } from './value.ts';

/** A cut function, with where each local lives. */
export interface Resumable {
  readonly graph: Graph;
  /** Words of its frame, header included. */
  readonly frameWords: number;
  /** Words of the frame (offsets) that hold locals. Other locals never matter where the function stands still. */
  readonly homes: ReadonlyMap<Local, number>;
  /** The others that there are. */
  readonly variables: readonly Local[];
  /** Live words of the frame (offsets), by resume point. */
  readonly live: ReadonlyMap<number, readonly number[]>;
}

export interface Unit {
  /** Functions of the frames; each is known by its place in the list. */
  readonly resumable: readonly Resumable[];
  readonly whole: readonly Whole[];
  readonly constants: readonly Constant[];
  /** Names that are imported, by where from. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Functions that the module exports by name: their numbers, in `whole` where nothing is cut. */
  readonly exported: ReadonlyMap<string, number>;
  /** Words of a CPU's region. */
  readonly regionWords: number;
  /** Whether calls can leave the region, so that each has to look. */
  readonly guarded: boolean;
  /** Notes what loops read, so that spinning is seen. */
  readonly noting: boolean;
  /** Refuses addresses that are no multiple of 4, and counts turns of loops and calls. */
  readonly strict: boolean;
  /** Bytes of a CPU's own block that no other CPU touches: plain accesses there are no scheduling points. */
  readonly privateBytes: number;
}
