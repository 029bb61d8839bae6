/**
 * What a reduction has to come to, counted without one: from every state each CPU that is awake is tried, and sleep sets
 * (Godefroid, LNCS 1032, 1996) alone see to it that no trace is met twice. Exactly one end for each trace, at the price of
 * many beginnings in vain. It shares with the searches it judges what two steps depend on, and nothing else.
 */
import { EVERYTHING, Footprints, stillAsleep } from '../../src/explore/strategies/footprint.js';
import type { ModuleSubject } from '../../src/explore/subject/module-subject.js';
import { MachineFault } from '../../src/machine/fault.js';
import { stateNumber } from '../../src/stepped/state.js';
import { type Seen, seen, TooMany } from './seen.js';

/** Every trace of a module that has no setup fault. Throws TooMany beyond so many states on the way. */
export function bySleepSets(subject: ModuleSubject, most: number): Seen {
  const { machine, cpus } = subject;
  const footprints = new Footprints(machine, subject.watched);
  const ends = new Set<number>();
  const titles = new Set<string>();
  let executions = 0;
  let visited = 0;

  /** Performs a step; the title of the bug that ends the execution there. */
  function step(cpu: number): string | undefined {
    try {
      machine.step(cpu);
    } catch (error) {
      if (!(error instanceof MachineFault)) throw error;
      return `${error.kind}: ${error.what} in ${subject.blame(subject.faultStack(cpu))}`;
    }
    return subject.invariant()?.title;
  }

  function atEnd(): void {
    executions++;
    const found = subject.atEnd();
    for (const { title } of found) titles.add(title);
    if (found.length === 0) ends.add(stateNumber(machine.hash()));
  }

  function visit(asleep: number): void {
    if (++visited > most) throw new TooMany();
    const enabled = machine.enabledMask();
    if (enabled === 0) return atEnd();
    const next = Array.from({ length: cpus }, (_, cpu) => footprints.of(cpu));
    const here = machine.snapshot();
    let sleep = asleep;
    for (let cpu = 0; cpu < cpus; cpu++) {
      if ((enabled & ~sleep & (1 << cpu)) === 0) continue;
      machine.restore(here);
      const behind = stillAsleep(sleep, next, next[cpu] ?? EVERYTHING);
      const title = step(cpu);
      if (title === undefined) visit(behind);
      else {
        executions++;
        titles.add(title);
        next[cpu] = EVERYTHING;
      }
      sleep |= 1 << cpu;
    }
  }

  subject.reset();
  visit(0);
  return seen(executions, ends, titles);
}
