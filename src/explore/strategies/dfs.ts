/**
 * Every interleaving with at most so many preemptions (cost.ts), one after the other: Musuvathi and Qadeer, Iterative
 * context bounding, PLDI 2007. Bounds are taken one after the other, 0, 1, 2, ..., up to the last: an execution with more
 * preemptions is only tried when all with fewer have been. Without a bound, plain enumeration.
 *
 * The path is a stack of decisions; the next execution takes the next move of the deepest one that has any left.
 */
import { lowestBit } from '../../base/bits.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { couldGoOn, isPreemption, NOBODY } from './cost.ts';
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
  readonly #path: Decision[] = [];
  #bound: number;
  #tried = 0;
  /** Whether the bound has kept a move back. */
  #preempted = false;
  #used = 0;
  /** The CPU that stepped last. */
  #last = NOBODY;

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

  /** Starts over with one preemption more, if executions were left out for the want of it. */
  #nextBound(): boolean {
    if (!this.#preempted || this.#bound >= this.#most) return false;
    this.#bound++;
    this.#preempted = false;
    return true;
  }

  choose(moves: Moves, step: number): Move {
    const known = this.#path[step];
    const decision = known ?? this.#decide(moves);
    if (known === undefined) this.#path.push(decision);
    const { move } = decision;
    if (isPreemption(moves, this.#last, move)) this.#used++;
    this.#last = cpuOf(move);
    return move;
  }

  /** All moves there are, or those that the bound leaves; the CPU that stepped last goes first. */
  #decide(moves: Moves): Decision {
    const last = this.#last;
    const goesOn = couldGoOn(moves, last);
    const bounded = goesOn && this.#used >= this.#bound;
    if (!moves.plain) return this.#decideOfMany(moves, goesOn, bounded);
    const { low } = moves.cpus;
    const move = goesOn ? last : lowestBit(low);
    const others = low & ~(1 << move);
    if (bounded && others !== 0) this.#preempted = true;
    return { move, bits: bounded ? 0 : others, rest: NO_MOVES };
  }

  /** The same with more than 32 CPUs, or with choices. */
  #decideOfMany(moves: Moves, goesOn: boolean, bounded: boolean): Decision {
    const rest: Move[] = [];
    const own: Move[] = [];
    for (let move = moves.first(); move >= 0; move = moves.next(move)) {
      if (goesOn && cpuOf(move) === this.#last) own.push(move);
      else if (bounded) this.#preempted = true;
      else rest.push(move);
    }
    const inTurn = [...own, ...rest].toReversed();
    return { move: inTurn.pop() as Move, bits: 0, rest: inTurn };
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
