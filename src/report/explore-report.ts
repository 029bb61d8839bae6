/** What a search of one target came to, as every form of report needs it. */
import type { FoundBug, SearchEnd, SearchResult } from '../explore/search.ts';
import type { Turn } from '../explore/interleaving.ts';

/** A bug ready to be shown: recorded, and with the fewest switches found. */
export interface ShownBug extends FoundBug {
  /** Path of the recording, null when none was written. */
  readonly recording: string | null;
  /** Null when it cannot be recorded at all. */
  readonly token: string | null;
  /** Context switches of the first execution that showed it, and of the recorded one. */
  readonly switchesFound: number;
  readonly switches: number;
  readonly turns: readonly Turn[];
}

export interface TargetReport {
  readonly scenario: string;
  readonly cpus: number;
  readonly profile: string | null;
  readonly mutant: string | null;
  /** Those that no target before had. */
  readonly bugs: readonly ShownBug[];
  readonly result: SearchResult;
  readonly statesCounted: boolean;
  readonly seconds: number;
}

export interface ExploreReport {
  readonly strategy: string;
  /** Whether the strategy ends by itself when everything within its bound is tried. */
  readonly exhaustive: boolean;
  /** The bound of dfs, null when there is none. */
  readonly preemptions: number | null;
  readonly seed: number;
  readonly checkers: readonly string[];
  readonly targets: readonly TargetReport[];
  /** Targets that were meant to be explored and were not begun. */
  readonly left: number;
  readonly interrupted: boolean;
  /** Which part of a larger search it is. */
  readonly shard: { readonly index: number; readonly of: number } | null;
  readonly seconds: number;
}

export type Verdict = 'pass' | 'bug' | 'inconclusive';

/** True when every interleaving has been tried, or one of each class that cannot be told apart. */
export function isComplete({ targets, exhaustive, preemptions, left }: ExploreReport): boolean {
  const whole = targets.every(({ result }) => result.end === 'exhausted' && result.bounded === 0);
  return exhaustive && preemptions === null && left === 0 && whole;
}

/** True when the stated work is done, bugs or not. */
export function isFinished(report: ExploreReport): boolean {
  return verdictOf({ ...report, targets: report.targets.map((target) => ({ ...target, bugs: [] })) }) === 'pass';
}

/**
 * pass: the stated work is done and nothing was found. A strategy that ends by itself has stated everything within its
 * bound; one that samples, the executions or the time it was given.
 */
export function verdictOf(report: ExploreReport): Verdict {
  if (newBugs(report).length > 0) return 'bug';
  const ends: readonly SearchEnd[] = report.targets.map(({ result }) => result.end);
  const bounded = report.targets.some(({ result }) => result.bounded > 0);
  const cut = report.interrupted || report.left > 0 || ends.includes('stopped');
  if (cut || bounded) return 'inconclusive';
  return report.exhaustive && ends.some((end) => end !== 'exhausted') ? 'inconclusive' : 'pass';
}

export const newBugs = ({ targets }: ExploreReport): ShownBug[] =>
  targets.flatMap(({ bugs }) => bugs.filter((bug) => bug.known === undefined));

export const sumOf = ({ targets }: ExploreReport, pick: (target: TargetReport) => number): number =>
  targets.reduce((sum, target) => sum + pick(target), 0);
