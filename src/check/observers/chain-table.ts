/**
 * Call chains by number. A search makes thousands of accesses in an execution and comes to a few hundred chains in all, so
 * each is kept once, for as long as the checker lives, and what notes an access notes the number of its chain.
 */
import type { World } from '../evidence/observer.ts';

/** Frames of a call chain that are kept. */
const DEPTH = 20;

const mixed = (hash: number, place: number): number => Math.imul(hash ^ place, 0x9e3779b1) ^ (hash >>> 15);

export class ChainTable {
  readonly #scratch = new Int32Array(DEPTH);
  /** Each chain: how many places, and these, innermost first. Its number is where it begins. */
  #chains = new Int32Array(1 << 14);
  #used = 1;
  /** Open addressing: numbers of chains by hash, 0 for a free slot. */
  #slots = new Int32Array(1 << 12);
  #count = 0;

  /** The number of the chain in which a CPU stands, never 0. */
  of(world: World, cpu: number): number {
    const scratch = this.#scratch;
    const count = world.chain(cpu, scratch, 0, DEPTH);
    let hash = count;
    for (let i = 0; i < count; i++) hash = mixed(hash, scratch[i] as number);
    const mask = this.#slots.length - 1;
    for (let at = (hash ^ (hash >>> 16)) & mask; ; at = (at + 1) & mask) {
      const chain = this.#slots[at] as number;
      if (chain === 0) return this.#add(at, count);
      if (this.#holds(chain, count)) return chain;
    }
  }

  /** Places of a chain, innermost first. */
  places(chain: number): number[] {
    const first = chain + 1;
    return [...this.#chains.subarray(first, first + (this.#chains[chain] as number))];
  }

  #holds(chain: number, count: number): boolean {
    const chains = this.#chains;
    const scratch = this.#scratch;
    if (chains[chain] !== count) return false;
    for (let i = 0; i < count; i++) if (chains[chain + 1 + i] !== scratch[i]) return false;
    return true;
  }

  /** Keeps what is in `scratch`, in a free slot; its number. */
  #add(slot: number, count: number): number {
    const chain = this.#used;
    this.#used += 1 + count;
    if (this.#used > this.#chains.length) {
      const larger = new Int32Array(2 * this.#chains.length);
      larger.set(this.#chains);
      this.#chains = larger;
    }
    this.#chains[chain] = count;
    for (let i = 0; i < count; i++) this.#chains[chain + 1 + i] = this.#scratch[i] as number;
    this.#slots[slot] = chain;
    if (++this.#count * 2 > this.#slots.length) this.#grow();
    return chain;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let chain = 1; chain < this.#used; chain += 1 + (this.#chains[chain] as number)) {
      const count = this.#chains[chain] as number;
      let hash = count;
      for (let i = 1; i <= count; i++) hash = mixed(hash, this.#chains[chain + i] as number);
      let at = (hash ^ (hash >>> 16)) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = chain;
    }
    this.#slots = slots;
  }
}
