/**
 * Every interleaving with at most so many preemptions and failures (cost.ts), one after the other: Musuvathi and Qadeer,
 * Iterative context bounding, PLDI 2007. Bounds are taken one after the other, 0, 1, 2, ..., up to the last: an execution with more
 * preemptions is only tried when all with fewer have been. Without a bound, plain enumeration.
 *
 * The same with delays in place of preemptions: with many CPUs even executions without any preemption are endless, for
 * whoever takes over from one that is done is free there; those with few delays are few.
 *
 * The path is a stack of decisions; the next execution takes the next move of the deepest one that has any left.
 */
import { lowestBit } from '../../base/bits.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { couldGoOn, delaysOf, failuresOf, isPreemption, NOBODY } from './cost.ts';
import type { Facts, Strategy } from './strategy.ts';

interface Decision {
  move: Move;
  /** Moves still to try here: as bits where they are steps of CPUs below 32, else as a list, the next one last. */
  bits: number;
  readonly rest: Move[];
}

const NO_MOVES: Move[] = [];

export class DepthFirst implements Strategy {
  exhausted = false;
  readonly #most: number;
  /** What is bounded is delays. */
  readonly #delays: boolean;
  readonly #path: Decision[] = [];
  #bound: number;
  #tried = 0;
  /** Whether the bound has kept a move back. */
  #heldBack = false;
  #used = 0;
  /** The CPU that stepped last. */
  #last = NOBODY;

  /** `most`: the last bound of preemptions or of delays; Infinity enumerates all. */
  constructor(most: number, bounds: 'preemptions' | 'delays' = 'preemptions') {
    this.#most = most;
    this.#delays = bounds === 'delays';
    this.#bound = most === Number.POSITIVE_INFINITY ? most : 0;
  }

  begin(): boolean {
    if (this.#tried > 0 && !this.#next() && !this.#nextBound()) {
      this.exhausted = true;
      return false;
    }
    this.#used = 0;
    this.#last = NOBODY;
    return true;
  }

  /** Moves the deepest decision that has any left to its next. */
  #next(): boolean {
    for (let decision = this.#path.at(-1); decision !== undefined; decision = this.#path.at(-1)) {
      if (decision.bits !== 0) {
        decision.move = lowestBit(decision.bits);
        decision.bits &= decision.bits - 1;
        return true;
      }
      const move = decision.rest.pop();
      if (move !== undefined) {
        decision.move = move;
        return true;
      }
      this.#path.pop();
    }
    return false;
  }

  /** Starts over with one more, if executions were left out for the want of it. */
  #nextBound(): boolean {
    if (!this.#heldBack || this.#bound >= this.#most) return false;
    this.#bound++;
    this.#heldBack = false;
    return true;
  }

  choose(moves: Moves, step: number): Move {
    const known = this.#path[step];
    const decision = known ?? this.#decide(moves);
    if (known === undefined) this.#path.push(decision);
    const { move } = decision;
    this.#used += this.#costOf(moves, move);
    this.#last = cpuOf(move);
    return move;
  }

  #costOf(moves: Moves, move: Move): number {
    const turn = this.#delays ? delaysOf(moves, this.#last, move) : Number(isPreemption(moves, this.#last, move));
    return moves.plain ? turn : turn + failuresOf(moves, move);
  }

  /** All moves there are, or those that the bound leaves; the CPU that stepped last goes first. */
  #decide(moves: Moves): Decision {
    if (this.#delays) return this.#decideInTurn(moves);
    const last = this.#last;
    const goesOn = couldGoOn(moves, last);
    const bounded = goesOn && this.#used >= this.#bound;
    if (!moves.plain) return this.#decideOfMany(moves, goesOn);
    const { low } = moves.cpus;
    const move = goesOn ? last : lowestBit(low);
    const others = low & ~(1 << move);
    if (bounded && others !== 0) this.#heldBack = true;
    return { move, bits: bounded ? 0 : others, rest: NO_MOVES };
  }

  /** The same with more than 32 CPUs, or with choices. */
  #decideOfMany(moves: Moves, goesOn: boolean): Decision {
    const left = this.#bound - this.#used;
    const rest: Move[] = [];
    const own: Move[] = [];
    for (let move = moves.first(); move >= 0; move = moves.next(move)) {
      if (this.#costOf(moves, move) > left) this.#heldBack = true;
      else if (goesOn && cpuOf(move) === this.#last) own.push(move);
      else rest.push(move);
    }
    const inTurn = [...own, ...rest].toReversed();
    return { move: inTurn.pop() as Move, bits: 0, rest: inTurn };
  }

  /** The moves that the bound leaves, those with the fewest delays first. */
  #decideInTurn(moves: Moves): Decision {
    const all: { readonly move: Move; readonly delays: number }[] = [];
    for (let move = moves.first(); move >= 0; move = moves.next(move)) {
      all.push({ move, delays: this.#costOf(moves, move) });
    }
    const left = this.#bound - this.#used;
    const rest = all.filter(({ delays }) => delays <= left).sort((a, b) => b.delays - a.delays || b.move - a.move);
    if (rest.length < all.length) this.#heldBack = true;
    const inTurn = rest.map(({ move }) => move);
    return { move: inTurn.pop() as Move, bits: 0, rest: inTurn };
  }

  end(): boolean {
    this.#tried++;
    // One with fewer than the bound was tried under a lower one.
    return this.#bound === Number.POSITIVE_INFINITY || this.#used === this.#bound;
  }

  facts(): Facts {
    return Number.isFinite(this.#bound) ? { [`${this.#delays ? 'delays' : 'preemptions'}, at most`]: this.#bound } : {};
  }
}
