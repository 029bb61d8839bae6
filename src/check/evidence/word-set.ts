/** A set of words of RAM, a bit each. */
export class WordSet {
  readonly #bits: Int32Array;

  /** As many bits as there are words, all clear. */
  constructor(bits: Int32Array) {
    this.#bits = bits;
  }

  has(word: number): boolean {
    return (((this.#bits[word >> 5] as number) >>> (word & 31)) & 1) !== 0;
  }

  /** Whether it has one from `first` on and before `end`. */
  hasAny(first: number, end: number): boolean {
    for (let word = first; word < end; word++) if (this.has(word)) return true;
    return false;
  }

  add(word: number): void {
    this.#bits[word >> 5] = (this.#bits[word >> 5] as number) | (1 << (word & 31));
  }

  delete(word: number): void {
    this.#bits[word >> 5] = (this.#bits[word >> 5] as number) & ~(1 << (word & 31));
  }

  clear(): void {
    this.#bits.fill(0);
  }
}
