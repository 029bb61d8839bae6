/** Random walk: every step any enabled CPU, with equal chances; at a choice any value. */
import { Random } from '../../base/random.ts';
import { bitCount, nthBit } from '../../base/bits.ts';
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { type Chances, chancesOf, type Facts, randomMoveOf, type Strategy } from './strategy.ts';

export class RandomWalk implements Strategy {
  readonly exhausted = false;
  readonly inside: Strategy['inside'];
  readonly choice: Strategy['choice'];
  readonly #seed: number;
  readonly #asked: Partial<Chances> | undefined;
  readonly #random: Random;
  #chances: Chances = chancesOf(0);

  /** `asked`: chances that hold for all executions. */
  constructor(seed: number, asked?: Partial<Chances>) {
    this.#seed = seed;
    this.#asked = asked;
    this.inside = { name: 'random', seed };
    this.#random = new Random(seed);
    this.choice = { kind: 'any', random: this.#random };
  }

  begin(index: number): boolean {
    this.#random.restart(this.#seed, index);
    this.#chances = chancesOf(index, this.#asked);
    return true;
  }

  choose(moves: Moves): Move {
    if (!moves.plain) return this.#chooseOfMany(moves);
    const { low } = moves.cpus;
    // One CPU alone needs no draw.
    if ((low & (low - 1)) === 0) return 31 - Math.clz32(low);
    return nthBit(low, this.#random.small(bitCount(low)));
  }

  /** The same with more than 32 CPUs, or with choices. */
  #chooseOfMany(moves: Moves): Move {
    const { cpus } = moves;
    const { size } = cpus;
    const cpu = size === 1 ? cpus.next(-1) : cpus.nth(this.#random.small(size));
    return randomMoveOf(moves, cpu, this.#random, this.#chances);
  }

  unasked(): number {
    return Number.MAX_SAFE_INTEGER;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
