/**
 * The words that invariant() reads. A partial-order reduction has to know them all before it begins: writes to them are
 * dependent on each other (footprint.ts), and one that was taken for independent has already been left out. What an
 * invariant reads may depend on what it has read, so the words are learned from a few executions, the same ones
 * wherever that is done; a search that comes upon another word begins again with it (explore.ts, campaign.ts).
 */
import { Runner } from './runner.ts';
import { RandomWalk } from '../strategies/random.ts';
import type { Subject } from '../subject/subject.ts';

const EXECUTIONS = 64;
const MOST_STEPS = 100_000;

/** Words that invariant() reads in a few executions. */
export function learnWatched(subject: Subject): readonly number[] {
  if (!subject.watches) return [];
  subject.watch([]);
  const runner = new Runner(subject, [], subject.stepBound, true);
  const strategy = new RandomWalk(1);
  let steps = 0;
  for (let i = 0; i < EXECUTIONS && steps < MOST_STEPS; i++) steps += runner.run(strategy, i)?.steps ?? 0;
  return [...subject.watched];
}

/** Words read since that were not known. */
export function grownBy({ watched }: Subject, known: readonly number[]): readonly number[] {
  const before = new Set(known);
  return [...watched].filter((word) => !before.has(word));
}
