/**
 * What a move costs where moves are bounded or counted, and what a switch is: said here and nowhere else.
 *
 * A *preemption* takes the turn from a CPU that could have gone on. All else is free: to go on, to take over from a CPU
 * that is done or has to wait, and whichever value a CPU is given. A *switch* is any move of another CPU than the last.
 */
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';

/** In front of the first move. */
export const NOBODY = -1;

/** Whether the CPU of the last move could go on, so that a move of another one is a preemption. */
export const couldGoOn = (moves: Moves, last: number): boolean => last !== NOBODY && moves.cpus.has(last);

/** Whether a move, one of these, is a preemption behind one of the CPU `last`. */
export const isPreemption = (moves: Moves, last: number, move: Move): boolean =>
  cpuOf(move) !== last && couldGoOn(moves, last);
