/**
 * Which words of RAM have been touched: one stretch from the first word on, and blocks far away from it. All others hold
 * zero, so what a copy or a fingerprint of RAM costs depends on how many words are in use and not on where they lie.
 */
import { FIRST_WORD } from '../machine/limits.ts';

/** Words of a block, and how far behind the stretch a word may lie to be taken into it. */
const BLOCK = 16;
const NEAR = 4 * BLOCK;

/** RAM at one moment. */
export interface RamCopy {
  /** The stretch, then the far blocks in the order of `far`. */
  readonly ram: Int32Array;
  readonly end: number;
  readonly far: readonly number[];
}

export class UsedWords {
  readonly #ram: Int32Array;
  #end: number;
  /** First words of the far blocks, in rising order; a new array whenever one is added. */
  #far: readonly number[] = [];
  readonly #isFar: Uint8Array;

  /** `end`: the stretch ends there at first. */
  constructor(ram: Int32Array, end: number) {
    this.#ram = ram;
    this.#end = Math.min(ram.length, (end + BLOCK - 1) & -BLOCK);
    this.#isFar = new Uint8Array(Math.ceil(ram.length / BLOCK));
  }

  /** Where the stretch ends. */
  get end(): number {
    return this.#end;
  }

  /** The far blocks. */
  get far(): readonly number[] {
    return this.#far;
  }

  /** Notes that a word of RAM is in use. */
  reach(word: number): void {
    if (word < this.#end) return;
    const block = word & -BLOCK;
    if (block < this.#end + NEAR) this.#end = Math.min(this.#ram.length, block + 2 * BLOCK);
    else if (this.#isFar[block / BLOCK] === 0) {
      this.#isFar[block / BLOCK] = 1;
      this.#far = [...this.#far, block].sort((a, b) => a - b);
    }
  }

  /** The same of a block of words that lies in RAM. */
  reachAll(from: number, to: number): void {
    for (let word = from; word < to; word = (word & -BLOCK) + BLOCK) this.reach(word);
  }

  /** Calls for every word that is not zero, in rising order. */
  forEach(visit: (word: number, value: number) => void): void {
    this.forEachStretch((ram, from, to) => {
      for (let word = from; word < to; word++) {
        const value = ram[word] as number;
        if (value !== 0) visit(word, value);
      }
    });
  }

  /** Calls for every stretch of words in use, in rising order: from `from` on and before `to`. All others are zero. */
  forEachStretch(visit: (ram: Int32Array, from: number, to: number) => void): void {
    visit(this.#ram, FIRST_WORD, this.#end);
    for (const block of this.#far) if (block >= this.#end) visit(this.#ram, block, block + BLOCK);
  }

  /** A copy of RAM; `into` is one that is needed no longer, to be overwritten where it fits. */
  copy(into?: RamCopy): RamCopy {
    const stretch = this.#end - FIRST_WORD;
    const fits = into !== undefined && into.end === this.#end && into.far === this.#far;
    const ram = fits ? into.ram : new Int32Array(stretch + this.#far.length * BLOCK);
    ram.set(this.#ram.subarray(FIRST_WORD, this.#end));
    this.#far.forEach((block, i) => ram.set(this.#ram.subarray(block, block + BLOCK), stretch + i * BLOCK));
    return fits ? into : { ram, end: this.#end, far: this.#far };
  }

  /** Makes RAM what it was. What has been reached for since is zero again. */
  restore({ ram, end, far }: RamCopy): void {
    const stretch = end - FIRST_WORD;
    if (far !== this.#far) for (const block of this.#far) this.#ram.fill(0, block, block + BLOCK);
    if (this.#end > end) this.#ram.fill(0, end, this.#end);
    else this.#end = end;
    this.#ram.set(stretch === ram.length ? ram : ram.subarray(0, stretch), FIRST_WORD);
    for (let i = 0; i < far.length; i++) {
      const block = far[i] as number;
      this.reach(block);
      const from = stretch + i * BLOCK;
      this.#ram.set(ram.subarray(from, from + BLOCK), block);
    }
  }
}
