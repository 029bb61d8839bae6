/**
 * Partial order sampling: Yuan, Yang, Gu, CAV 2018. Every pending access has a random priority; the highest runs. After
 * it, accesses that race with it draw anew, so that the order of two racing accesses is independent of the others.
 */
import { Random } from '../../base/random.ts';
import { dependent, type Footprints } from './footprint.ts';
import { type Facts, highestPriority, type Strategy } from './strategy.ts';

export class PartialOrderSampling implements Strategy {
  readonly exhausted = false;
  readonly #seed: number;
  readonly #cpus: number;
  readonly #footprints: Footprints;
  readonly #priorities: number[] = [];
  #random: Random;

  constructor(seed: number, cpus: number, footprints: Footprints) {
    this.#seed = seed;
    this.#cpus = cpus;
    this.#footprints = footprints;
    this.#random = new Random(seed);
  }

  begin(index: number): boolean {
    this.#random = new Random(this.#seed, index);
    for (let cpu = 0; cpu < this.#cpus; cpu++) this.#priorities[cpu] = this.#random.next();
    return true;
  }

  choose(enabled: number): number {
    const best = highestPriority(enabled, this.#priorities);
    const footprint = this.#footprints.of(best);
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      const races = cpu !== best && (enabled & (1 << cpu)) !== 0 && dependent(footprint, this.#footprints.of(cpu));
      if (races || cpu === best) this.#priorities[cpu] = this.#random.next();
    }
    return best;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
