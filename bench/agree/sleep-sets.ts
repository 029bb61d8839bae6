/**
 * What a reduction has to come to, counted without one: from every state each move that is awake is tried, and sleep sets
 * (Godefroid, LNCS 1032, 1996) alone see to it that no trace is met twice. Exactly one end for each trace, at the price of
 * many beginnings in vain. It shares with the searches it judges what two steps depend on, and nothing else: a value of a
 * choice is a move like any other here, asleep or awake by itself.
 */
import { dependent } from '../../src/explore/subject/footprint.js';
import type { ModuleSubject } from '../../src/explore/subject/module-subject.js';
import { MachineFault } from '../../src/machine/fault.js';
import { cpuOf, type Move } from '../../src/stepped/move.js';
import { stateNumber } from '../../src/stepped/state.js';
import { type Seen, seen, TooMany } from './seen.js';

/** Every trace of a module that has no setup fault. Throws TooMany beyond so many states on the way. */
export function bySleepSets(subject: ModuleSubject, most: number): Seen {
  const { machine, cpus } = subject;
  const footprints = subject.footprints(subject.watched);
  const ends = new Set<number>();
  const titles = new Set<string>();
  let executions = 0;
  let visited = 0;

  /** Makes a move; the title of the bug that ends the execution there. */
  function make(move: Move): string | undefined {
    try {
      machine.step(move);
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      return `${error.kind}: ${error.what} in ${subject.blame(subject.faultStack(cpuOf(move)))}`;
    }
    return subject.invariant()?.title;
  }

  function atEnd(): void {
    executions++;
    const found = subject.atEnd();
    for (const { title } of found) titles.add(title);
    if (found.length === 0) ends.add(stateNumber(machine.hash()));
  }

  function visit(asleep: readonly Move[]): void {
    if (++visited > most) throw new TooMany();
    const moves = machine.moves().list();
    if (moves.length === 0) return atEnd();
    const next = Array.from({ length: cpus }, (_, cpu) => footprints.of(cpu));
    const here = machine.snapshot();
    const sleep = [...asleep];
    const fatal = new Set<Move>();
    /** Whether both can be made, in any order, and come to the same; what ends the execution comes behind all else. */
    const commute = (one: Move, other: Move): boolean =>
      cpuOf(one) !== cpuOf(other) && !dependent(next[cpuOf(one)] ?? [], next[cpuOf(other)] ?? []);
    for (const move of moves) {
      if (sleep.includes(move)) continue;
      machine.restore(here);
      const behind = sleep.filter((one) => !fatal.has(one) && commute(one, move));
      const title = make(move);
      if (title === undefined) visit(behind);
      else {
        executions++;
        titles.add(title);
        fatal.add(move);
      }
      sleep.push(move);
    }
  }

  subject.reset();
  visit([]);
  return seen(executions, ends, titles);
}
