/** A module with the search inside it, instantiated over a memory of its own that stands at the beginning. */
import { readFileSync } from 'node:fs';
import { someChosen } from '../../machine/chosen-locks.ts';
import { FIRST_WORD } from '../../machine/limits.ts';
import { Late } from '../../stepped/late.ts';
import { HEAD as NOTES_HEAD } from '../../stepped/notes.ts';
import * as places from '../../stepped/inside/places.ts';
import { stateNumber } from '../../stepped/state.ts';
import type { Unit } from '../../stepper/form/unit.ts';
import { changesAnything, type Cut, fitsInside, type InsideCode, renderCut } from '../../stepper/wasm/cut.ts';
import { hostMath } from '../../stepper/wasm/host-math.ts';
import { type Beginning, bytesOf, writeBeginning, writeCopies } from './beginning.ts';

const BUILT = new URL('../../../inside/search.json', import.meta.url);
const PAGE = 65_536;

interface Exports {
  sample(first: number, last: number, strategy: number): number;
  beginStates(): number;
  searchStates(transitions: number): number;
  moveTable(to: number, mask: number): number;
}

/** Whether nothing is noted of loops as yet. */
function isAtRest({ unit, initial, cpus }: Beginning): boolean {
  const { notes } = initial;
  if (!unit.noting) return true;
  // Late turns, then for every CPU: got somewhere, no entries (notes.ts). Of the one behind them nothing is kept.
  if (notes.slice(0, Late.words - 1).some((set) => set !== 0)) return false;
  for (let i = 0; i < cpus; i++) {
    const at = Late.words + i * NOTES_HEAD;
    if (notes[at] === 0 || notes[at + 2] !== 0) return false;
  }
  return true;
}

let code: InsideCode | undefined;

interface Compiled {
  readonly cut: Cut;
  readonly module: WebAssembly.Module;
}

/** Strategies that take turns search the same module. */
const compiled = new WeakMap<Unit, Compiled>();

function compiledOf(unit: Unit): Compiled {
  const known = compiled.get(unit);
  if (known !== undefined) return known;
  code ??= JSON.parse(readFileSync(BUILT, 'utf8')) as InsideCode;
  const cut = renderCut(unit, code);
  const made = { cut, module: new WebAssembly.Module(cut.bytes) };
  compiled.set(unit, made);
  return made;
}

export class Inside {
  readonly exports: Exports;
  readonly #memory: WebAssembly.Memory<ArrayBuffer>;
  readonly #begun: Beginning;
  readonly #cut: Cut;
  #words: Int32Array;

  /** Undefined for a module that does something that is not done inside, and where the host has no WebAssembly. */
  static of(begun: Beginning): Inside | undefined {
    const { unit, cpus, initial, invariant } = begun;
    if (cpus > 32 || initial.ram.far.length > 0 || !isAtRest(begun)) return undefined;
    if (invariant !== undefined && changesAnything(unit, invariant)) return undefined;
    if (!fitsInside(unit) || typeof WebAssembly !== 'object') return undefined;
    return new Inside(begun);
  }

  private constructor(begun: Beginning) {
    const { cut, module } = compiledOf(begun.unit);
    this.#begun = begun;
    this.#cut = cut;
    this.#memory = new WebAssembly.Memory<ArrayBuffer>({ initial: Math.ceil(bytesOf(begun) / PAGE) });
    // Where another algorithm of a lock is chosen the machine is asked.
    const host: Record<string, WebAssembly.Import> = { memory: this.#memory, someChosen: Number(someChosen) };
    for (const { name } of this.#cut.imports) host[name] = hostMath[name] as (...numbers: number[]) => number;
    this.exports = new WebAssembly.Instance(module, { host }).exports as unknown as Exports;
    this.#words = new Int32Array(this.#memory.buffer);
    writeBeginning(this.#words, begun, this.#cut);
    writeCopies(this.#words, begun, this.#cut, begun.initial.ram.end - FIRST_WORD);
  }

  get(address: number): number {
    return this.#words[address >> 2] as number;
  }

  put(address: number, value: number): void {
    this.#words[address >> 2] = value;
  }

  /** So many words of RAM are in use by now. */
  grow(size: number): void {
    if (size > this.get(places.SIZE)) writeCopies(this.#words, this.#begun, this.#cut, size);
  }

  /** Adds so many bytes of zeros behind all others: their address. Throws RangeError when there are none. */
  extend(bytes: number): number {
    const at = this.#memory.buffer.byteLength;
    this.#memory.grow(Math.ceil(bytes / PAGE));
    this.#words = new Int32Array(this.#memory.buffer);
    return at;
  }

  /** Calls for the ends in the list, which is empty then. */
  takeEnds(onEnd: (state: number) => void): void {
    const ends = this.get(places.ENDS);
    for (let i = 0; i < ends; i++) {
      const at = places.ENDS_LIST + 8 * i;
      onEnd(stateNumber({ high: this.get(at) >>> 0, low: this.get(at + 4) >>> 0 }));
    }
    this.put(places.ENDS, 0);
  }
}
