/** Performs an execution with one order turned round (reversals.ts), or another value chosen, and on to its end. */
import type { Observer } from '../../check/evidence/observer.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { type Bug, Runner } from '../run/runner.ts';
import { couldGoOn, NOBODY } from '../strategies/cost.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Subject } from '../subject/subject.ts';
import type { Reversal } from './reversals.ts';

/** What the last of the moves that come first was when it came in its own place. */
export interface Wanted {
  readonly kind: number;
  readonly address: number;
}

export interface Turned {
  readonly steps: number;
  /** Whether the two moves did change places: undefined when the later one could not be brought in front. */
  readonly bugs: readonly Bug[] | undefined;
}

export function performTurned(
  subject: Subject,
  observers: readonly Observer[],
  reversal: Pick<Reversal, 'first' | 'rest'>,
  wanted: Wanted,
): Turned {
  const strategy = new InOtherOrder(subject, reversal, wanted);
  const outcome = new Runner(subject, observers).run(strategy, 0);
  const { steps = 0, bugs = [], ending = 'cut' } = outcome ?? {};
  const came = strategy.came && ending !== 'cut' && ending !== 'bound';
  return { steps, bugs: came ? bugs : undefined };
}

/** The first moves exactly; then those that are left as far as they can be made, and on. */
class InOtherOrder implements Strategy {
  readonly exhausted = false;
  /** The later move has been made, and is what it was. */
  came = false;
  readonly #subject: Subject;
  readonly #wanted: Wanted;
  readonly #first: readonly Move[];
  readonly #rest: readonly Move[];
  #at = 0;
  #last = NOBODY;

  constructor(subject: Subject, { first, rest }: Pick<Reversal, 'first' | 'rest'>, wanted: Wanted) {
    this.#subject = subject;
    this.#wanted = wanted;
    this.#first = first;
    this.#rest = rest;
  }

  begin(): boolean {
    return true;
  }

  choose(moves: Moves, step: number): Move {
    const move = step < this.#first.length ? this.#exactly(moves, step) : this.#next(moves);
    this.#last = cpuOf(move);
    return move;
  }

  /** -1 when it cannot be made: the execution is given up. */
  #exactly(moves: Moves, step: number): Move {
    const move = this.#first[step] as Move;
    if (!moves.has(move)) return -1;
    if (step < this.#first.length - 1) return move;
    const { machine } = this.#subject;
    const cpu = cpuOf(move);
    this.came = machine.kind(cpu) === this.#wanted.kind && machine.address(cpu) === this.#wanted.address;
    return this.came ? move : -1;
  }

  #next(moves: Moves): Move {
    while (this.#at < this.#rest.length) {
      const move = this.#rest[this.#at++] as Move;
      if (moves.has(move)) return move;
    }
    return couldGoOn(moves, this.#last) ? moves.firstOf(this.#last) : moves.first();
  }

  end(): boolean {
    return true;
  }

  facts(): Record<string, never> {
    return {};
  }
}
