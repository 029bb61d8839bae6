/**
 * The states a search has been in: a hash table of 64-bit fingerprints, each with the set of CPUs that were asleep. Open
 * addressing. A fingerprint of zeros marks what is free; one that comes up is taken for another.
 */
import type { CpuSet } from '../../base/cpu-set.ts';

const FIRST_SLOTS = 1 << 12;
/** Words of a slot: two of the fingerprint, two of the set. */
const SLOT = 4;

export class StateTable {
  size = 0;
  #mask = FIRST_SLOTS - 1;
  #slots = new Int32Array(SLOT * FIRST_SLOTS);

  /** True when the fingerprint is new: it is then entered with `asleep`. Else `before` becomes the set kept with it. */
  enter(high: number, low: number, asleep: CpuSet, before: CpuSet): boolean {
    if (2 * this.size > this.#mask) this.#grow();
    const at = this.#find(high, low);
    const slots = this.#slots;
    if (!this.#isFree(at)) {
      before.low = slots[at + 2] as number;
      before.high = slots[at + 3] as number;
      return false;
    }
    slots[at] = high;
    slots[at + 1] = nonZero(high, low);
    slots[at + 2] = asleep.low;
    slots[at + 3] = asleep.high;
    this.size++;
    return true;
  }

  /** Replaces the set of a fingerprint that has been entered. */
  replace(high: number, low: number, asleep: CpuSet): void {
    const at = this.#find(high, low);
    this.#slots[at + 2] = asleep.low;
    this.#slots[at + 3] = asleep.high;
  }

  #isFree(at: number): boolean {
    return this.#slots[at] === 0 && this.#slots[at + 1] === 0;
  }

  /** Where the fingerprint is, or would go. */
  #find(high: number, low: number): number {
    const wanted = nonZero(high, low) | 0;
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = SLOT * slot;
      if (this.#isFree(at) || (this.#slots[at] === (high | 0) && this.#slots[at + 1] === wanted)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(SLOT * (this.#mask + 1));
    for (let at = 0; at < old.length; at += SLOT) {
      if (old[at] === 0 && old[at + 1] === 0) continue;
      const to = this.#find(old[at] as number, old[at + 1] as number);
      for (let i = 0; i < SLOT; i++) this.#slots[to + i] = old[at + i] as number;
    }
  }
}

/** The low word of a fingerprint, so that not both of its words are 0. */
const nonZero = (high: number, low: number): number => ((high | low) === 0 ? 1 : low);
