/** Random walk: every step any enabled CPU, with equal chances; at a choice any value. */
import { Random } from '../../base/random.ts';
import { bitCount, nthBit } from '../../base/bits.ts';
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { type Facts, faultChance, randomMoveOf, type Strategy } from './strategy.ts';

export class RandomWalk implements Strategy {
  readonly exhausted = false;
  readonly #seed: number;
  readonly #chance: number | undefined;
  readonly #random: Random;
  #faults = 0;

  /** `chance`: that what may fail does; by default it differs from execution to execution. */
  constructor(seed: number, chance?: number) {
    this.#seed = seed;
    this.#chance = chance;
    this.#random = new Random(seed);
  }

  begin(index: number): boolean {
    this.#random.restart(this.#seed, index);
    this.#faults = faultChance(index, this.#chance);
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
    return randomMoveOf(moves, cpu, this.#random, this.#faults);
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
