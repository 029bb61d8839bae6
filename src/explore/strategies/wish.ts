/**
 * Follows turns as a wish. A move of a CPU that has to wait is left out, and behind the last turn the CPU that moved goes
 * on, the lowest one when it cannot. The values of a CPU's turns are those of its choices in order, wherever it comes to
 * them; a choice that has no such value, or for which there are none left, is given 0.
 */
import type { Turn } from '../../recording/turns.ts';
import { choiceOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { couldGoOn, NOBODY } from './cost.ts';
import type { Facts, Strategy } from './strategy.ts';

export class Wish implements Strategy {
  exhausted = false;
  readonly #turns: readonly Turn[];
  /** By CPU, the values that are left. */
  readonly #values = new Map<number, number[]>();
  /** The turn under way, and how many moves of it are made. */
  #turn = 0;
  #made = 0;
  #last = NOBODY;

  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
    for (const { cpu, values } of turns) {
      if (values.length > 0) this.#values.set(cpu, [...(this.#values.get(cpu) ?? []), ...values]);
    }
  }

  begin(): boolean {
    if (this.exhausted) return false;
    this.exhausted = true;
    return true;
  }

  choose(moves: Moves): Move {
    this.#last = this.#next(moves);
    if (!moves.choosing.has(this.#last)) return moves.firstOf(this.#last);
    const value = this.#values.get(this.#last)?.shift() ?? 0;
    return choiceOf(this.#last, value < moves.values(this.#last) ? value : 0);
  }

  /** The CPU whose turn it is. */
  #next(moves: Moves): number {
    for (; this.#turn < this.#turns.length; this.#turn++) {
      const { cpu, length } = this.#turns[this.#turn] as Turn;
      if (this.#made < length && moves.cpus.has(cpu)) {
        this.#made++;
        return cpu;
      }
      this.#made = 0;
    }
    return couldGoOn(moves, this.#last) ? this.#last : moves.cpus.next(-1);
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
