/** The states a search has been in: a hash table of 64-bit fingerprints, each with a small number. Open addressing. */

const FIRST_SLOTS = 1 << 12;

export class StateTable {
  size = 0;
  #mask = FIRST_SLOTS - 1;
  /** Two words of the fingerprint and the number plus one, so that 0 means free. */
  #slots = new Int32Array(3 * FIRST_SLOTS);

  /** The number kept with a fingerprint, or -1 when it is new; it is then entered with `value`. */
  enter(high: number, low: number, value: number): number {
    if (2 * this.size > this.#mask) this.#grow();
    const at = this.#find(high, low);
    const found = (this.#slots[at + 2] as number) - 1;
    if (found >= 0) return found;
    this.#slots[at] = high;
    this.#slots[at + 1] = low;
    this.#slots[at + 2] = value + 1;
    this.size++;
    return -1;
  }

  /** Replaces the number of a fingerprint that has been entered. */
  replace(high: number, low: number, value: number): void {
    this.#slots[this.#find(high, low) + 2] = value + 1;
  }

  /** Where the fingerprint is, or would go. */
  #find(high: number, low: number): number {
    for (let slot = low & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const at = 3 * slot;
      if (this.#slots[at + 2] === 0) return at;
      if (this.#slots[at] === (high | 0) && this.#slots[at + 1] === (low | 0)) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = 2 * this.#mask + 1;
    this.#slots = new Int32Array(3 * (this.#mask + 1));
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] === 0) continue;
      const to = this.#find(old[at] as number, old[at + 1] as number);
      for (let i = 0; i < 3; i++) this.#slots[to + i] = old[at + i] as number;
    }
  }
}
