/**
 * What a move costs where moves are bounded or counted, and what a switch is: said here and nowhere else.
 *
 * A *preemption* takes the turn from a CPU that could have gone on. All else is free: to go on, to take over from a CPU
 * that is done or has to wait, and whichever value a CPU is given. A *failure*, of what may fail on purpose, and an
 * *interrupt* that is chosen cost as much as a preemption: all are what a program has to be surprised with. A *switch* is any move of another CPU than the last.
 *
 * *Delays* are counted against a schedule in turn (Emmi, Qadeer, Rakamaric, POPL 2011): the CPU of the last move goes on as
 * long as it can, then the next one that can, the first behind the last. To pass over one CPU is a delay, so that which
 * CPU takes over from one that is done is not free.
 */
import { cpuOf, type Move, valueOf } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';

/** In front of the first move. */
export const NOBODY = -1;

/** Whether the CPU of the last move could go on, so that a move of another one is a preemption. */
export const couldGoOn = (moves: Moves, last: number): boolean => last !== NOBODY && moves.cpus.has(last);

/** Whether a move, one of these, is a preemption behind one of the CPU `last`. */
export const isPreemption = (moves: Moves, last: number, move: Move): boolean =>
  cpuOf(move) !== last && couldGoOn(moves, last);

/** 1 when a move, one of these, lets something fail, or an interrupt come. */
export const failuresOf = (moves: Moves, move: Move): number =>
  valueOf(move) > 0 && (moves.isFault(cpuOf(move)) || moves.isInterrupt(cpuOf(move))) ? 1 : 0;

/** The delays that a move, one of these, takes behind one of the CPU `last`: CPUs with a move that it passes over. */
export function delaysOf({ cpus }: Moves, last: number, move: Move): number {
  const from = Math.max(last, 0);
  const to = cpuOf(move);
  let delays = 0;
  for (let cpu = cpus.next(-1); cpu >= 0; cpu = cpus.next(cpu)) {
    const isPassed = to >= from ? cpu >= from && cpu < to : cpu >= from || cpu < to;
    if (isPassed) delays++;
  }
  return delays;
}
