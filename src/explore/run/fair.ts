/** A fair schedule: each enabled CPU in turn, and at a choice any value, drawn by a generator that begins the same each time. */
import { Random } from '../../base/random.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { chancesOf, randomMoveOf } from '../strategies/strategy.ts';

export class Fair {
  /** Values in turn would not do: two choices could go round in step, and one of them never be given what the other is. */
  readonly #random = new Random(0);

  /** The move of the CPU that comes next after that of the last move. */
  next(moves: Moves, last: Move): Move {
    const above = moves.cpus.next(cpuOf(last));
    return randomMoveOf(moves, above < 0 ? moves.cpus.next(-1) : above, this.#random, chancesOf(0));
  }
}
