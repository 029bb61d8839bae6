/**
 * Random ways down the tree of a search by sleep sets (Godefroid 1996), which has one leaf for each execution that dpor
 * counts. A leaf that was come to with chances 1/n1, 1/n2, ... stands for n1 * n2 * ... of them, one behind which nothing
 * may be tried for none: on average that is their number (Knuth, Estimating the efficiency of backtrack programs, 1975).
 * Steps that fail are taken for steps like others, so where many do it comes out too low.
 */
import { CpuSet } from '../../base/cpu-set.ts';
import { Random } from '../../base/random.ts';
import { choiceOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { type Footprint, type Footprints, NOTHING, wake } from './footprint.ts';
import type { Facts, Strategy } from './strategy.ts';

export class Descent implements Strategy {
  readonly exhausted = false;
  /** What the last leaf stands for. */
  weight = 0;
  readonly #seed: number;
  readonly #cpus: number;
  readonly #footprints: Footprints;
  readonly #asleep = new CpuSet();
  readonly #awake: number[] = [];
  readonly #next: Footprint[] = [];
  #random = new Random(0);
  /** The CPU of the last step, -1 in front of the first; what it touched. */
  #last = -1;
  #touched: Footprint = NOTHING;

  constructor(seed: number, cpus: number, footprints: Footprints) {
    this.#seed = seed;
    this.#cpus = cpus;
    this.#footprints = footprints;
  }

  begin(index: number): boolean {
    this.#random = new Random(this.#seed, index);
    this.#asleep.clear();
    this.weight = 1;
    this.#last = -1;
    return true;
  }

  choose(moves: Moves): Move {
    this.#look();
    for (let cpu = moves.choosing.next(-1); cpu >= 0; cpu = moves.choosing.next(cpu)) {
      if (this.#asleep.has(cpu)) continue;
      // It commutes with whatever others do: nothing else is tried in its place.
      const values = moves.values(cpu);
      this.weight *= values;
      this.#stepped(cpu, NOTHING);
      return choiceOf(cpu, this.#random.below(values));
    }
    const awake = this.#awake;
    awake.length = 0;
    for (let cpu = moves.cpus.next(-1); cpu >= 0; cpu = moves.cpus.next(cpu)) {
      if (!this.#asleep.has(cpu)) awake.push(cpu);
    }
    if (awake.length === 0) {
      this.weight = 0;
      return -1;
    }
    this.weight *= awake.length;
    const chosen = this.#random.below(awake.length);
    for (let i = 0; i < chosen; i++) this.#asleep.add(awake[i] as number);
    const cpu = awake[chosen] as number;
    this.#stepped(cpu, this.#footprints.isLate(cpu) ? this.#footprints.of(cpu) : (this.#next[cpu] as Footprint));
    return cpu;
  }

  #stepped(cpu: number, touched: Footprint): void {
    this.#last = cpu;
    this.#touched = touched;
  }

  /** What each CPU is about to do now, and who is awake behind the last step. */
  #look(): void {
    const last = this.#last;
    if (last >= 0) {
      this.#asleep.delete(last);
      wake(this.#asleep, this.#next, this.#touched);
      this.#next[last] = this.#footprints.inTurn(last);
      return;
    }
    for (let cpu = 0; cpu < this.#cpus; cpu++) this.#next[cpu] = this.#footprints.inTurn(cpu);
  }

  end(): boolean {
    return this.weight > 0;
  }

  facts(): Facts {
    return {};
  }
}
