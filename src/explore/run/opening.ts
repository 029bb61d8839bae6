import type { Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import type { Facts, Strategy } from '../strategies/strategy.ts';

/** Makes the moves of an opening (subject/opening.ts), and no more. */
export class Opening implements Strategy {
  readonly exhausted = false;
  readonly moves: Uint16Array;

  constructor(moves: Uint16Array) {
    this.moves = moves;
  }

  begin(): boolean {
    return true;
  }

  choose(_: Moves, step: number): Move {
    return this.moves[step] ?? -1;
  }

  end(): boolean {
    return true;
  }

  facts(): Facts {
    return {};
  }
}
