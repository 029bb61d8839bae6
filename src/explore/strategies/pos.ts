/**
 * Partial order sampling: Yuan, Yang, Gu, CAV 2018. Every pending access has a random priority; the highest runs. After
 * it, accesses that race with it draw anew, so that the order of two racing accesses is independent of the others. At a
 * choice the CPU is given any value, with equal chances.
 */
import { Random } from '../../base/random.ts';
import { dependent, EVERYTHING, type Footprint, type Footprints } from '../subject/footprint.ts';
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { Patience } from './patience.ts';
import { type Chances, chancesOf, type Facts, highestPriority, randomMoveOf, type Strategy } from './strategy.ts';

export class PartialOrderSampling implements Strategy {
  readonly exhausted = false;
  readonly inside: Strategy['inside'];
  readonly #seed: number;
  readonly #cpus: number;
  readonly #footprints: Footprints;
  readonly #priorities: number[] = [];
  /** By CPU what it is about to do, once somebody has asked: only its own step makes that another thing. */
  readonly #next: (Footprint | undefined)[] = [];
  readonly #asked: Partial<Chances> | undefined;
  #random: Random;
  #chances: Chances = chancesOf(0);

  readonly #patience: Patience;

  /** `asked`: chances that hold for all executions; `patience`: steps in a row before a CPU comes last (patience.ts). */
  constructor(
    seed: number,
    cpus: number,
    footprints: Footprints,
    asked?: Partial<Chances>,
    patience = Number.POSITIVE_INFINITY,
  ) {
    this.#asked = asked;
    this.#patience = new Patience(patience);
    this.#seed = seed;
    this.#cpus = cpus;
    this.#footprints = footprints;
    this.#random = new Random(seed);
    this.inside = footprints.sees ? undefined : { name: 'pos', seed, patience };
  }

  begin(index: number): boolean {
    this.#random = new Random(this.#seed, index);
    this.#chances = chancesOf(index, this.#asked);
    this.#patience.begin();
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      this.#priorities[cpu] = this.#random.next();
      this.#next[cpu] = undefined;
    }
    return true;
  }

  choose(moves: Moves): Move {
    let best = highestPriority(moves, this.#priorities);
    if (this.#patience.isOver(moves, best)) {
      this.#priorities[best] = -1;
      best = highestPriority(moves, this.#priorities);
    }
    const move = randomMoveOf(moves, best, this.#random, this.#chances);
    const footprint = this.#of(best);
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      const races = cpu !== best && moves.cpus.has(cpu) && dependent(footprint, this.#of(cpu));
      if (races || cpu === best) this.#priorities[cpu] = this.#random.next();
    }
    this.#next[best] = undefined;
    return move;
  }

  unasked(): number {
    return Number.MAX_SAFE_INTEGER;
  }

  /** Nothing of these raced with anything: each drew anew for its own CPU. */
  made(cpu: number, steps: number): void {
    for (let i = 0; i < steps; i++) this.#priorities[cpu] = this.#random.next();
    this.#patience.alone(cpu);
    this.#next[cpu] = undefined;
  }

  /** The footprint of a CPU's step, one that it makes because nobody else can go on not kept: that may change. */
  #of(cpu: number): Footprint {
    if (this.#footprints.isLate(cpu)) return EVERYTHING;
    const known = this.#next[cpu];
    if (known !== undefined) return known;
    const footprint = this.#footprints.inTurn(cpu);
    this.#next[cpu] = footprint;
    return footprint;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
