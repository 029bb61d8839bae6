/**
 * Probabilistic concurrency testing: Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010. CPUs get random
 * priorities, the highest enabled one runs; at d - 1 steps drawn beforehand the running CPU falls below all others. A
 * bug that d ordering constraints produce is found in one execution with probability at least 1 / (n * k^(d - 1)), for n
 * CPUs and k steps.
 *
 * k is the length of one random execution, the same for all, so that an execution does not depend on those before it.
 * A CPU that goes round a loop waits (spin.ts), so no priority can starve the one it waits for.
 */
import { Random } from '../../scenario/random.ts';
import { type Facts, highestPriority, type Strategy } from '../strategy.ts';

export class Pct implements Strategy {
  readonly exhausted = false;
  readonly #seed: number;
  readonly #depth: number;
  readonly #cpus: number;
  /** Higher runs first. Change point i leaves its CPU with -i - 1, so later ones lie below earlier ones. */
  readonly #priorities: number[] = [];
  #changes: ReadonlyMap<number, number> = new Map();
  /** k: change points are drawn below it. */
  readonly #steps: number;

  constructor(seed: number, depth: number, cpus: number, steps: number) {
    this.#seed = seed;
    this.#depth = depth;
    this.#cpus = cpus;
    this.#steps = steps;
  }

  begin(index: number): boolean {
    const random = new Random(this.#seed, index);
    const order = Array.from({ length: this.#cpus }, (_, cpu) => cpu);
    for (let i = order.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    order.forEach((cpu, i) => {
      this.#priorities[cpu] = i;
    });
    const changes = new Map<number, number>();
    for (let i = 0; i < this.#depth - 1; i++) changes.set(random.below(this.#steps), i);
    this.#changes = changes;
    return true;
  }

  choose(enabled: number, step: number): number {
    const change = this.#changes.get(step);
    const first = highestPriority(enabled, this.#priorities);
    if (change === undefined) return first;
    this.#priorities[first] = -change - 1;
    return highestPriority(enabled, this.#priorities);
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    const chance = 1 / (this.#cpus * this.#steps ** (this.#depth - 1));
    return { depth: this.#depth, steps: this.#steps, 'chance an execution, at least': chance };
  }
}
