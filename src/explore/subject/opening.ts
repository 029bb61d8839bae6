/**
 * How every execution of a search begins: the moves that nobody has to choose. First the CPUs step in turn until all but one
 * have found that there is nothing for them to do; who comes first there matters to nobody, as with the start barrier. Then,
 * as long as there is one move, that is made. So what a scenario does before it has any company is not searched, and a
 * machine that can be copied is put behind it at once.
 *
 * The moves follow from the subject alone. A recording has them like any others.
 */
import { WAIT_FOR_CHANGE } from '../../machine/access.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import { follow } from './follow.ts';
import type { Subject } from './subject.ts';

/** Steps of each CPU in which all but one come to rest, at most, and steps of an opening. */
const MOST_TO_REST = 64;
const MOST_STEPS = 50_000;

const NONE = new Uint16Array(0);

/** The moves, of a subject that stands at its beginning and behind them afterwards; none when one of them shows a bug. */
export function openingMoves(subject: Subject): Uint16Array {
  if (subject.lookout?.due === true && subject.invariant() !== undefined) return NONE;
  const made: Move[] = [];
  const make = (move: Move): boolean => {
    made.push(move);
    return follow(subject, move);
  };
  for (let turn = 0; !restsButOne(subject); turn++) {
    if (turn === MOST_TO_REST) return NONE;
    for (let cpu = 0; cpu < subject.cpus; cpu++) if (isPlain(subject, cpu) && !make(cpu)) return NONE;
  }
  for (let move = onlyMove(subject); move >= 0 && made.length < MOST_STEPS; move = onlyMove(subject)) {
    if (!make(move)) return NONE;
  }
  return Uint16Array.from(made);
}

/** Puts a subject where its executions begin in a search. */
export function beginSearched(subject: Subject): void {
  if (subject.opening === undefined || subject.opening.length === 0) subject.reset();
  else subject.open?.();
}

/** Whether all CPUs but one wait for something to change. */
function restsButOne({ machine, cpus }: Subject): boolean {
  let others = 0;
  for (let cpu = 0; cpu < cpus; cpu++) {
    if (machine.kind(cpu) !== WAIT_FOR_CHANGE || machine.moves().cpus.has(cpu)) others++;
  }
  return others <= 1;
}

/** Whether a CPU has a move that is no choice, and time does not pass for it. */
function isPlain({ machine }: Subject, cpu: number): boolean {
  const { cpus, choosing, timed } = machine.moves();
  return cpus.has(cpu) && !choosing.has(cpu) && cpu !== timed;
}

/** The only move there is; -1 when there are more or none, or it is one that is not plain. */
function onlyMove(subject: Subject): Move {
  const moves = subject.machine.moves();
  const first = moves.first();
  return first >= 0 && moves.next(first) < 0 && isPlain(subject, cpuOf(first)) ? first : -1;
}
