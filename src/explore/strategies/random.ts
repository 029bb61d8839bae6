/** Random walk: every step any enabled CPU, with equal chances. */
import { Random } from '../../base/random.ts';
import { bitCount, nthBit } from '../../base/bits.ts';
import type { Facts, Strategy } from './strategy.ts';

export class RandomWalk implements Strategy {
  readonly exhausted = false;
  readonly #seed: number;
  #random: Random;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  begin(index: number): boolean {
    this.#random = new Random(this.#seed, index);
    return true;
  }

  choose(enabled: number): number {
    // One CPU alone needs no draw.
    if ((enabled & (enabled - 1)) === 0) return 31 - Math.clz32(enabled);
    return nthBit(enabled, this.#random.small(bitCount(enabled)));
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
