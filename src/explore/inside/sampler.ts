/**
 * Executions of a module that run inside WebAssembly (src/stepped/inside), many in one call. What comes out is what a search
 * counts: how many, their steps, the ends they came to. An execution that somebody has to be told of is not judged here; the
 * slice ends in front of it, and it runs again on the stepped machine, which knows all.
 */
import { readFileSync } from 'node:fs';
import { Late } from '../../stepped/late.ts';
import { HEAD as NOTES_HEAD } from '../../stepped/notes.ts';
import * as places from '../../stepped/inside/places.ts';
import { type StateHash, stateNumber } from '../../stepped/state.ts';
import { changesAnything, type Cut, fitsInside, type InsideCode, renderCut } from '../../stepper/wasm/cut.ts';
import { hostMath } from '../../stepper/wasm/host-math.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { type Beginning, bytesOf, writeBeginning, writeCopies } from './beginning.ts';

const BUILT = new URL('../../../inside/search.json', import.meta.url);
const PAGE = 65_536;

/** What a slice came to. */
export interface Slice {
  /** The number of the first execution that was not run to its end inside. */
  readonly next: number;
  /** Whether that is because of something to tell. */
  readonly tells: boolean;
  readonly steps: number;
}

/** An execution that ended with nothing to tell. */
export interface PlainEnd extends StateHash {
  readonly steps: number;
}

interface Exports {
  sample(first: number, last: number): number;
}

/** Whether nothing is noted of loops as yet. */
function isAtRest({ unit, initial, cpus }: Beginning): boolean {
  const { notes } = initial;
  if (!unit.noting) return true;
  // Late turns, then for every CPU: got somewhere, no entries (notes.ts). Of the one behind them nothing is kept.
  if (notes.slice(0, 6).some((set) => set !== 0)) return false;
  for (let i = 0; i < cpus; i++) {
    const at = Late.words + i * NOTES_HEAD;
    if (notes[at] === 0 || notes[at + 2] !== 0) return false;
  }
  return true;
}

let code: InsideCode | undefined;

export class Sampler {
  readonly #memory: Int32Array;
  readonly #begun: Beginning;
  readonly #cut: Cut;
  readonly #exports: Exports;

  /** Undefined for a module that does something that is not done inside, and where the host has no WebAssembly. */
  static of(begun: Beginning, seed: number, bound: number): Sampler | undefined {
    const { unit, cpus, initial, invariant } = begun;
    if (cpus > 32 || initial.ram.far.length > 0 || !isAtRest(begun)) return undefined;
    if (invariant !== undefined && changesAnything(unit, invariant)) return undefined;
    if (!fitsInside(unit) || typeof WebAssembly !== 'object') return undefined;
    return new Sampler(begun, seed, bound);
  }

  private constructor(begun: Beginning, seed: number, bound: number) {
    code ??= JSON.parse(readFileSync(BUILT, 'utf8')) as InsideCode;
    this.#begun = begun;
    this.#cut = renderCut(begun.unit, code);
    const memory = new WebAssembly.Memory<ArrayBuffer>({ initial: Math.ceil(bytesOf(begun) / PAGE) });
    const host: Record<string, WebAssembly.Import> = { memory };
    for (const { name } of this.#cut.imports) host[name] = hostMath[name] as (...numbers: number[]) => number;
    const module = new WebAssembly.Module(this.#cut.bytes);
    this.#exports = new WebAssembly.Instance(module, { host }).exports as unknown as Exports;
    this.#memory = new Int32Array(memory.buffer);
    writeBeginning(this.#memory, begun, this.#cut, bound);
    this.#memory[places.SEED >> 2] = seed | 0;
    writeCopies(this.#memory, begun, this.#cut, begun.initial.ram.end - FIRST_WORD);
  }

  /** Words of RAM up to `end` are in use by now. */
  grow(end: number): void {
    const size = end - FIRST_WORD;
    if (size > (this.#memory[places.SIZE >> 2] as number)) writeCopies(this.#memory, this.#begun, this.#cut, size);
  }

  /** Runs executions from `first` up to below `last`, or fewer; `onEnd` gets the ends that were not met lately. */
  run(first: number, last: number, onEnd: (state: number) => void): Slice {
    const memory = this.#memory;
    let next: number;
    let tells = false;
    try {
      next = this.#exports.sample(first, last);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      // A function that nothing cuts cannot go on.
      next = memory[places.INDEX >> 2] as number;
      tells = true;
    }
    const ends = memory[places.ENDS >> 2] as number;
    for (let i = 0; i < ends; i++) {
      const at = (places.ENDS_LIST >> 2) + 2 * i;
      onEnd(stateNumber({ high: (memory[at] as number) >>> 0, low: (memory[at + 1] as number) >>> 0 }));
    }
    return { next, tells: tells || memory[places.TELLS >> 2] !== 0, steps: memory[places.STEPS >> 2] as number };
  }

  /** One execution alone; undefined when there is something to tell of it. */
  one(index: number): PlainEnd | undefined {
    const { next } = this.run(index, index + 1, () => {});
    if (next === index) return undefined;
    const [steps, high, low] = [places.LAST_STEPS, places.LAST_HIGH, places.LAST_LOW].map(
      (at) => this.#memory[at >> 2] as number,
    ) as [number, number, number];
    return { steps, high: high >>> 0, low: low >>> 0 };
  }
}
