/**
 * A search in parts, for several threads, several machines, or several sittings. The parts follow from the options
 * alone, never from how many workers there are, so the result does not depend on who does what.
 *
 *   random, pct, pos   ranges of execution numbers
 *   dpor               roots: the first few choices are tried in every order, with sleep sets (Godefroid 1996) to keep
 *                      two parts from coming to the same trace; every root is then searched by itself, which loses nothing
 *                      (strategies/dpor.ts). A part may begin executions that turn out to be another part's: they are
 *                      counted as redundant
 *   dfs                one part
 */
import { EVERYTHING, type Footprint, Footprints, stillAsleep } from '../strategies/footprint.ts';
import { strategyKind } from './explore.ts';
import type { ExploreOptions } from './options.ts';
import type { Root } from '../strategies/dpor.ts';
import type { Subject } from '../subject/subject.ts';
import { subjectOf } from '../subject/targets.ts';
import { learnWatched } from '../run/watched.ts';

/**
 * Parts of a sampling search, and roots of an exhaustive one, at least. Roots differ in size by orders of magnitude, since
 * those tried first leave little to the others; with few of them one thread would do all the work.
 */
const PARTS = 64;
const ROOTS = 64;
/** Executions of one part, when nobody has said how many there shall be. */
const MOST_EXECUTIONS = 20_000;
/** Ranges at most. */
const MOST_RANGES = 50_000;
/** Choices in front of a root, at most: a subject whose CPUs run alone for long has few orders to begin with. */
const DEEPEST = 64;

export async function partsOf(options: ExploreOptions): Promise<ExploreOptions[]> {
  if (!strategyKind(options.strategy).exhaustive) return ranges(options);
  if (options.strategy !== 'dpor' || options.stateful === true) return [options];
  const subject = await subjectOf(options.target);
  const watched = options.watched ?? learnWatched(subject);
  subject.watch(watched);
  return rootsOf(subject).map((root) => ({ ...options, watched, root }));
}

function ranges(options: ExploreOptions): ExploreOptions[] {
  const executions = options.last - options.first;
  const count =
    executions > MOST_EXECUTIONS
      ? Math.min(MOST_RANGES, Math.ceil(executions / MOST_EXECUTIONS))
      : Math.min(PARTS, executions);
  // A search without a number of executions ends by its time, long before the last of its ranges.
  const open = executions > MOST_RANGES * MOST_EXECUTIONS;
  const at = (i: number): number => options.first + (open ? i * MOST_EXECUTIONS : Math.floor((i * executions) / count));
  return Array.from({ length: count }, (_, i) => ({ ...options, first: at(i), last: at(i + 1) }));
}

/** Roots by breadth: each is replaced by its choices until there are enough. */
function rootsOf(subject: Subject): Root[] {
  const footprints = new Footprints(subject.machine, subject.watched);
  let roots: Root[] = [{ decisions: [], sleep: 0 }];
  for (let depth = 0; depth < DEEPEST && roots.length < ROOTS; depth++) {
    roots = roots.flatMap((root) => choices(subject, footprints, root));
  }
  return roots;
}

/** The roots one choice further; the root itself when its execution may be over there. */
function choices(subject: Subject, footprints: Footprints, root: Root): Root[] {
  subject.reset();
  const { machine } = subject;
  for (const cpu of root.decisions) {
    if (!follow(subject, cpu)) return [root];
  }
  const enabled = machine.enabledMask();
  if (enabled === 0) return [root];
  const next: Footprint[] = Array.from({ length: subject.cpus }, (_, cpu) => footprints.of(cpu));
  const found: Root[] = [];
  const here = machine.snapshot();
  let asleep = root.sleep;
  for (let cpu = 0; cpu < subject.cpus; cpu++) {
    if ((enabled & ~asleep & (1 << cpu)) === 0) continue;
    found.push({ decisions: [...root.decisions, cpu], sleep: stillAsleep(asleep, next, next[cpu] as Footprint) });
    machine.restore(here);
    // A step that ends the execution commutes with nothing.
    if (!follow(subject, cpu)) next[cpu] = EVERYTHING;
    asleep |= 1 << cpu;
  }
  return found;
}

/** Steps; false when that shows a bug, which ends the execution. */
function follow(subject: Subject, cpu: number): boolean {
  const { machine, lookout } = subject;
  try {
    lookout?.beforeStep(cpu);
    machine.step(cpu);
    return lookout?.due !== true || subject.invariant() === undefined;
  } catch {
    return false;
  }
}
