/**
 * Follows turns as a wish. A move of a CPU that has to wait is left out, and behind the last turn the CPU that moved goes
 * on, the lowest one when it cannot. The values of a CPU's turns are those of its choices in order, wherever it comes to
 * them; a choice that has no such value, or for which there are none left, is given 0.
 */
import { lowestBit } from '../../base/bits.ts';
import type { Turn } from '../../recording/turns.ts';
import type { Move } from '../../stepped/move.ts';
import type { Facts, Strategy } from './strategy.ts';

export class Wish implements Strategy {
  exhausted = false;
  readonly #turns: readonly Turn[];
  /** The turn under way, and how many moves of it are made. */
  #turn = 0;
  #made = 0;
  #last = -1;

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
  }

  begin(): boolean {
    if (this.exhausted) return false;
    this.exhausted = true;
    return true;
  }

  choose(enabled: number): Move {
    return this.#next(enabled);
  }

  /** The CPU whose turn it is. */
  #next(enabled: number): number {
    for (; this.#turn < this.#turns.length; this.#turn++) {
      const { cpu, length } = this.#turns[this.#turn] as Turn;
      if (this.#made < length && (enabled & (1 << cpu)) !== 0) {
        this.#made++;
        return (this.#last = cpu);
      }
      this.#made = 0;
    }
    if (this.#last >= 0 && (enabled & (1 << this.#last)) !== 0) return this.#last;
    return (this.#last = lowestBit(enabled));
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
