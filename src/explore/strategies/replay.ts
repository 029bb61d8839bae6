/**
 * Follows a list of decisions. Strictly: the first one that cannot be followed is a divergence. Or as a wish: a decision
 * that cannot be followed is left out, and behind the last one the CPU that stepped goes on, the lowest one when it
 * cannot; a choice that is not in the list is given 0.
 */
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { couldGoOn, NOBODY } from './cost.ts';
import type { Facts, Strategy } from './strategy.ts';

export interface Divergence {
  readonly step: number;
  /** The move that was wanted, -1 when the list is at its end and CPUs could go on. */
  readonly wanted: Move;
  /** The moves that could be made. */
  readonly moves: readonly Move[];
}

export class Replay implements Strategy {
  exhausted = false;
  divergence: Divergence | undefined;
  readonly #decisions: Uint16Array;
  readonly #strict: boolean;
  #at = 0;
  /** The CPU that stepped last. */
  #last = NOBODY;

  constructor(decisions: Uint16Array, strict: boolean) {
    this.#decisions = decisions;
    this.#strict = strict;
  }

  begin(): boolean {
    if (this.exhausted) return false;
    this.exhausted = true;
    return true;
  }

  choose(moves: Moves, step: number): Move {
    const decisions = this.#decisions;
    if (this.#strict) return this.#exactly(moves, step);
    while (this.#at < decisions.length) {
      const move = decisions[this.#at++] as Move;
      if (moves.has(move)) return this.#make(move);
    }
    return this.#make(couldGoOn(moves, this.#last) ? moves.firstOf(this.#last) : moves.first());
  }

  #exactly(moves: Moves, step: number): Move {
    const move = this.#decisions[step] ?? -1;
    if (move >= 0 && moves.has(move)) return move;
    this.divergence = { step: step + 1, wanted: move, moves: moves.list() };
    return -1;
  }

  #make(move: Move): Move {
    this.#last = cpuOf(move);
    return move;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
