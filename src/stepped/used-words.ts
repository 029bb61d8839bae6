/**
 * Which words of RAM have been touched: one stretch from the first word on, and blocks far away from it. All others hold
 * zero, so what a copy or a fingerprint of RAM costs depends on how many words are in use and not on where they lie.
 *
 * The stretch may have a gap that nobody is expected to come to: its words are zero until somebody does, and from then on it
 * is part of the stretch. So code that would touch one has to ask.
 */
import { FIRST_WORD } from '../machine/limits.ts';

/** Words of a block, and how far behind the stretch a word may lie to be taken into it. */
const BLOCK = 16;
const NEAR = 4 * BLOCK;

/** RAM at one moment. */
export interface RamCopy {
  /** The stretch without its gap, then the far blocks in the order of `far`. */
  readonly ram: Int32Array;
  readonly end: number;
  readonly gap: Gap;
  readonly far: readonly number[];
}

/** Words from `from` to before `to` that were never touched. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

const NO_GAP: Gap = { from: FIRST_WORD, to: FIRST_WORD };

export class UsedWords {
  readonly #ram: Int32Array;
  #end: number;
  #gap: Gap;
  /** First words of the far blocks, in rising order; a new array whenever one is added. */
  #far: readonly number[] = [];
  readonly #isFar: Uint8Array;

  /** `end`: the stretch ends there at first. `gap`: is none when its words are not zero. */
  constructor(ram: Int32Array, end: number, gap: Gap = NO_GAP) {
    this.#ram = ram;
    // Whole blocks, since of a block of words one is asked for each.
    const [from, to] = [(gap.from + BLOCK - 1) & -BLOCK, gap.to & -BLOCK];
    const isGap = from < to && to <= end && ram.subarray(from, to).every((word) => word === 0);
    this.#gap = isGap ? { from, to } : NO_GAP;
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

  get gap(): Gap {
    return this.#gap;
  }

  /** Notes that a word of RAM is in use. A stretch that grows has no gap any more. */
  reach(word: number): void {
    const { from, to } = this.#gap;
    if (word < from || (word >= to && word < this.#end)) return;
    this.#gap = NO_GAP;
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
    const { from, to } = this.#gap;
    if (from > FIRST_WORD) visit(this.#ram, FIRST_WORD, from);
    visit(this.#ram, to, this.#end);
    for (const block of this.#far) if (block >= this.#end) visit(this.#ram, block, block + BLOCK);
  }

  /** A copy of RAM; `into` is one that is needed no longer, to be overwritten where it fits. */
  copy(into?: RamCopy): RamCopy {
    const gap = this.#gap;
    const low = gap.from - FIRST_WORD;
    const stretch = low + this.#end - gap.to;
    const fits = into !== undefined && into.end === this.#end && into.gap === gap && into.far === this.#far;
    const ram = fits ? into.ram : new Int32Array(stretch + this.#far.length * BLOCK);
    if (low > 0) ram.set(this.#ram.subarray(FIRST_WORD, gap.from));
    ram.set(this.#ram.subarray(gap.to, this.#end), low);
    this.#far.forEach((block, i) => ram.set(this.#ram.subarray(block, block + BLOCK), stretch + i * BLOCK));
    return fits ? into : { ram, end: this.#end, gap, far: this.#far };
  }

  /** Makes RAM what it was. What has been reached for since is zero again. */
  restore({ ram, end, gap, far }: RamCopy): void {
    const low = gap.from - FIRST_WORD;
    const stretch = low + end - gap.to;
    if (far !== this.#far) for (const block of this.#far) this.#ram.fill(0, block, block + BLOCK);
    if (this.#end > end) this.#ram.fill(0, end, this.#end);
    else this.#end = end;
    if (gap !== this.#gap) {
      this.#ram.fill(0, gap.from, gap.to);
      this.#gap = NO_GAP;
    }
    if (low > 0) this.#ram.set(ram.subarray(0, low), FIRST_WORD);
    this.#ram.set(low === 0 && stretch === ram.length ? ram : ram.subarray(low, stretch), gap.to);
    for (let i = 0; i < far.length; i++) {
      const block = far[i] as number;
      this.reach(block);
      const from = stretch + i * BLOCK;
      this.#ram.set(ram.subarray(from, from + BLOCK), block);
    }
  }
}
