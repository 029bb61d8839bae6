/** Lists of numbers by number: equal lists have the same one. For call chains that come up in every execution. */
const mixed = (hash: number, one: number): number => Math.imul(hash ^ one, 0x9e3779b1) ^ (hash >>> 15);

export class ChainNumbers {
  /** Each chain: how many numbers, and these. Its own number is where it begins. */
  #chains = new Int32Array(1 << 12);
  #used = 1;
  /** Open addressing: numbers of chains by hash, 0 for a free slot. */
  #slots = new Int32Array(1 << 10);
  #count = 0;

  /** The number of the chain of `count` numbers from `first` on, never 0. */
  of(words: Int32Array, first: number, count: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hashOf(words, first, count) & mask; ; at = (at + 1) & mask) {
      const chain = this.#slots[at] as number;
      if (chain === 0) return this.#add(at, words, first, count);
      if (this.#holds(chain, words, first, count)) return chain;
    }
  }

  #holds(chain: number, words: Int32Array, first: number, count: number): boolean {
    const chains = this.#chains;
    if (chains[chain] !== count) return false;
    for (let i = 0; i < count; i++) if (chains[chain + 1 + i] !== words[first + i]) return false;
    return true;
  }

  #add(slot: number, words: Int32Array, first: number, count: number): number {
    const chain = this.#used;
    this.#used += 1 + count;
    if (this.#used > this.#chains.length) {
      const larger = new Int32Array(2 * this.#used);
      larger.set(this.#chains);
      this.#chains = larger;
    }
    this.#chains[chain] = count;
    for (let i = 0; i < count; i++) this.#chains[chain + 1 + i] = words[first + i] as number;
    this.#slots[slot] = chain;
    if (++this.#count * 2 > this.#slots.length) this.#grow();
    return chain;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    const chains = this.#chains;
    for (let chain = 1; chain < this.#used; chain += 1 + (chains[chain] as number)) {
      let at = hashOf(chains, chain + 1, chains[chain] as number) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = chain;
    }
    this.#slots = slots;
  }
}

function hashOf(words: Int32Array, first: number, count: number): number {
  let hash = count;
  for (let i = 0; i < count; i++) hash = mixed(hash, words[first + i] as number);
  return hash ^ (hash >>> 16);
}
