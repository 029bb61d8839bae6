/**
 * Every interleaving with at most so many preemptions, one after the other: Musuvathi and Qadeer, Iterative context
 * bounding, PLDI 2007. A preemption is a switch away from a CPU that could have gone on; switching when a CPU is done or
 * has to wait is free. Bounds are taken one after the other, 0, 1, 2, ..., up to the last: an execution with more
 * preemptions is only tried when all with fewer have been. Without a bound, plain enumeration.
 *
 * The path is a stack of choices; the next execution takes the next choice of the deepest one that has any left.
 */
import { lowestBit } from '../../base/bits.ts';
import type { Facts, Strategy } from './strategy.ts';

interface Choice {
  /** CPUs still to try here. */
  rest: number;
  cpu: number;
}

export class DepthFirst implements Strategy {
  exhausted = false;
  readonly #most: number;
  readonly #path: Choice[] = [];
  #bound: number;
  #tried = 0;
  /** Whether the bound has kept a choice back. */
  #preempted = false;
  #used = 0;
  #last = -1;

  /** `preemptions`: the last bound; Infinity enumerates all. */
  constructor(preemptions: number) {
    this.#most = preemptions;
    this.#bound = preemptions === Number.POSITIVE_INFINITY ? preemptions : 0;
  }

  begin(): boolean {
    if (this.#tried > 0 && !this.#next() && !this.#nextBound()) {
      this.exhausted = true;
      return false;
    }
    this.#used = 0;
    this.#last = -1;
    return true;
  }

  /** Moves the deepest choice that has any left to its next. */
  #next(): boolean {
    for (;;) {
      const choice = this.#path.at(-1);
      if (choice === undefined) return false;
      if (choice.rest !== 0) {
        choice.cpu = lowestBit(choice.rest);
        choice.rest &= choice.rest - 1;
        return true;
      }
      this.#path.pop();
    }
  }

  /** Starts over with one preemption more, if executions were left out for the want of it. */
  #nextBound(): boolean {
    if (!this.#preempted || this.#bound >= this.#most) return false;
    this.#bound++;
    this.#preempted = false;
    return true;
  }

  choose(enabled: number, step: number): number {
    const known = this.#path[step];
    const choice = known ?? this.#choice(enabled);
    if (known === undefined) this.#path.push(choice);
    if (choice.cpu !== this.#last && this.#last >= 0 && (enabled & (1 << this.#last)) !== 0) this.#used++;
    this.#last = choice.cpu;
    return choice.cpu;
  }

  #choice(enabled: number): Choice {
    const last = this.#last;
    const free = last < 0 || (enabled & (1 << last)) === 0;
    let rest = enabled;
    if (!free && this.#used >= this.#bound) {
      if (rest !== 1 << last) this.#preempted = true;
      rest = 1 << last;
    }
    const cpu = free ? lowestBit(rest) : last;
    return { rest: rest & ~(1 << cpu), cpu };
  }

  end(): boolean {
    this.#tried++;
    // One with fewer preemptions than the bound was tried under a lower one.
    return this.#bound === Number.POSITIVE_INFINITY || this.#used === this.#bound;
  }

  facts(): Facts {
    return Number.isFinite(this.#bound) ? { 'preemptions, at most': this.#bound } : {};
  }
}
