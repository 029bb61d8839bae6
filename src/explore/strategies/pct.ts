/**
 * Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010. CPUs get random
 * priorities, the highest enabled one runs; at d - 1 steps drawn beforehand the running CPU falls below all others. A
 * bug that d ordering constraints produce is found in one execution with probability at least 1 / (n * k^(d - 1)), for n
 * CPUs and executions of at most k steps.
 *
 * How long executions are is not known beforehand, and an execution must not depend on those before it, so that parts of
 * a search can run anywhere. Hence k is what a few executions were seen to take (length.ts), and every eighth execution
 * draws from a multiple of it, up to 64 times: what lies behind k is less likely to be met, and never impossible. The
 * chance is stated only while no execution was longer than k. With `rising`, depths beyond d take their turns as well, one
 * more each time the executions have become four times as many.
 *
 * At a choice the CPU that runs is given any value, with equal chances.
 *
 * A CPU that goes round a loop waits (spin.ts), so no priority can starve the one it waits for. One that changes something in
 * its loop falls below all others when it has stepped for long (patience.ts), more often in a row than executions of k steps
 * can have it, so that nothing is taken from the chance.
 */
import { Random } from '../../base/random.ts';
import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { Patience } from './patience.ts';
import { type Chances, chancesOf, type Facts, highestPriority, randomMoveOf, type Strategy } from './strategy.ts';

/** Of so many executions one is stretched; by 2, 4, ... up to 2 to this power, in turns. */
const STRETCHED_EVERY = 8;
const MOST_STRETCH = 6;
/** Executions before the depth rises for the first time. */
const FIRST_RISE = 256;
const RISE = 4;

export interface PctOptions {
  readonly seed: number;
  /** d, and whether higher ones take their turns. */
  readonly depth: number;
  readonly rising: boolean;
  readonly cpus: number;
  /** k. */
  readonly steps: number;
  /** Steps in a row, at least, before a CPU falls below all others; without it never. */
  readonly patience?: number;
  /** Chances that hold for all executions. */
  readonly asked?: Partial<Chances> | undefined;
}

export class Pct implements Strategy {
  readonly exhausted = false;
  readonly inside: Strategy['inside'];
  readonly choice: Strategy['choice'];
  readonly #options: PctOptions;
  /** Higher runs first. Change point i leaves its CPU with -i - 1, so later ones lie below earlier ones. */
  readonly #priorities: Int32Array;
  #changes: ReadonlyMap<number, number> = new Map();
  readonly #patience: Patience;
  #lowest = 0;
  #longest = 0;
  #random = new Random(0);
  #chances: Chances = chancesOf(0);

  constructor(options: PctOptions) {
    this.#options = options;
    this.#priorities = new Int32Array(options.cpus);
    const patience = Math.max(options.patience ?? Number.POSITIVE_INFINITY, options.steps);
    this.#patience = new Patience(patience);
    this.choice = { kind: 'highest', priorities: this.#priorities, patience: this.#patience };
    const { seed, depth, rising, steps } = options;
    this.inside = { name: 'pct', seed, depth, steps, patience, levels: rising ? levelBounds() : [] };
  }

  begin(index: number): boolean {
    const { seed, cpus, steps } = this.#options;
    const random = new Random(seed, index);
    this.#random = random;
    this.#chances = chancesOf(index, this.#options.asked);
    const order = Array.from({ length: cpus }, (_, cpu) => cpu);
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    order.forEach((cpu, i) => {
      this.#priorities[cpu] = i;
    });
    const changes = new Map<number, number>();
    const range = steps * stretchOf(index);
    for (let i = 0; i < this.depthOf(index) - 1; i++) changes.set(random.below(range), i);
    this.#changes = changes;
    this.#lowest = -changes.size - 1;
    this.#patience.begin();
    return true;
  }

  /** d of an execution. */
  depthOf(index: number): number {
    const { depth, rising } = this.#options;
    const levels = rising ? levelsAt(index) : 0;
    return depth + (Math.floor(index / (STRETCHED_EVERY * MOST_STRETCH)) % (levels + 1));
  }

  choose(moves: Moves, step: number): Move {
    const change = this.#changes.get(step);
    let first = highestPriority(moves, this.#priorities);
    if (change !== undefined) {
      this.#priorities[first] = -change - 1;
      first = highestPriority(moves, this.#priorities);
    }
    if (this.#patience.isOver(moves, first)) {
      this.#lowest--;
      this.#priorities[first] = this.#lowest;
      first = highestPriority(moves, this.#priorities);
    }
    return randomMoveOf(moves, first, this.#random, this.#chances);
  }

  unasked(step: number): number {
    let most = Number.MAX_SAFE_INTEGER;
    for (const at of this.#changes.keys()) if (at > step) most = Math.min(most, at - step);
    return most;
  }

  end(steps: number): boolean {
    this.#longest = Math.max(this.#longest, steps);
    return true;
  }

  facts(): Facts {
    const { depth, rising, cpus, steps } = this.#options;
    const share = (STRETCHED_EVERY - 1) / STRETCHED_EVERY;
    const facts = { depth: rising ? `${depth} and rising` : depth, steps, longest: this.#longest };
    if (this.#longest > steps) return facts;
    return { ...facts, [`chance of one of depth ${depth}, at least`]: share / (cpus * steps ** (depth - 1)) };
  }
}

/** By how much the range is stretched that an execution draws its change points from. */
function stretchOf(index: number): number {
  if (index % STRETCHED_EVERY !== STRETCHED_EVERY - 1) return 1;
  return 2 ** (1 + (Math.floor(index / STRETCHED_EVERY) % MOST_STRETCH));
}

/** How many depths more take their turns at an execution. */
const levelsAt = (index: number): number =>
  index < FIRST_RISE ? 0 : 1 + Math.floor(Math.log(index / FIRST_RISE) / Math.log(RISE));

/** The numbers of executions at which that becomes one more. */
function levelBounds(): number[] {
  const bounds: number[] = [];
  for (let guess = FIRST_RISE; guess < 2 ** 31; guess *= RISE) {
    // A logarithm may be a little less than it should be.
    let bound = guess;
    while (levelsAt(bound) <= bounds.length) bound++;
    bounds.push(bound);
  }
  return bounds;
}
