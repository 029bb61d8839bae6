/** What a search came to, as every form of report needs it. */
import { isBug, sorted, type Verdict, verdictOn } from '../check/evidence/ledger.ts';
import type { Identity } from '../explore/search/identity.ts';
import type { ToldTurn } from '../explore/replay/interleaving.ts';
import type { Why } from '../explore/replay/why.ts';
import type { FoundBug, SearchResult } from '../explore/search/result.ts';
import { strategyText } from './explore-shares.ts';
import { isFinished, type PartFacts, type SearchFacts } from './completeness.ts';
import { askedOf, begunOf, type SizeFacts } from './scenario-sizes.ts';

/** A bug ready to be shown: recorded, and with the fewest switches found. */
export interface ShownBug extends FoundBug {
  /** Path of the recording, null when none was written. */
  readonly recording: string | null;
  /** Null when it cannot be recorded at all. */
  readonly token: string | null;
  /** Context switches of the first execution that showed it, and of the recorded one. */
  readonly switchesFound: number;
  readonly switches: number;
  /** Whether it was made as simple as could be found; `cut`: the time was up before. */
  readonly simplified: 'yes' | 'cut' | 'no';
  readonly turns: readonly ToldTurn[];
  /** Undefined of a search that was cut off. */
  readonly why: Why | undefined;
  /** How values of its words are called. */
  readonly valueText: (value: number) => string;
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
  /** Executions among those of the result that an earlier sitting made: its checkpoint had them. */
  readonly resumed: number;
  readonly seconds: number;
  /** Where it stands for all scenarios of a size that are made of a module's operations. */
  readonly size?: SizeFacts;
}

export interface ExploreReport {
  readonly identity: Identity;
  /** The command as it was typed, but for strategy and budget. */
  readonly again: string;
  /** Whether the strategy ends by itself when everything within its bound is tried. */
  readonly exhaustive: boolean;
  readonly seed: number;
  readonly targets: readonly TargetReport[];
  /** Targets that were meant to be explored and were not begun. */
  readonly left: number;
  readonly interrupted: boolean;
  readonly seconds: number;
}

export function factsOf(report: ExploreReport): SearchFacts {
  const { identity, exhaustive, left, interrupted } = report;
  const { preemptions, delays, shard } = identity;
  const targets = askedOf(report);
  const parts = targets.map(partFacts);
  // Of a portfolio a target is proved by one of its strategies, or it is a sample.
  const isProved = targets.length > 0 && targets.every(({ result }) => result.proof !== undefined);
  return {
    exhaustive: exhaustive || isProved,
    preemptions,
    delays,
    mayFail: identity.subjects.some(({ faults }) => faults !== undefined),
    interrupted,
    left,
    // The first bug ends it.
    made: newBugs(report).length > 0 ? undefined : begunOf(report),
    missing: [],
    isShard: shard !== null,
    parts,
  };
}

function partFacts({ scenario, result }: TargetReport): PartFacts {
  const of = result.proof?.result ?? result;
  const { end, executions, redundant, repeated, bounded, steps, grown = [], withheld = [], nothingJudged = false } = of;
  return {
    name: scenario,
    end,
    executions,
    redundant,
    repeated,
    bounded,
    steps,
    grown: grown.length,
    withheld,
    nothingJudged,
  };
}

/**
 * pass: the stated work is done and nothing was found. A strategy that ends by itself has stated everything within its
 * bound; one that samples, the executions or the time it was given.
 */
export function verdictOf(report: ExploreReport): Verdict {
  return verdictOn(newBugs(report), isFinished(factsOf(report)));
}

export const newBugs = ({ targets }: ExploreReport): ShownBug[] => targets.flatMap(({ bugs }) => bugs.filter(isBug));

export const knownBugs = ({ targets }: ExploreReport): ShownBug[] => targets.flatMap(({ bugs }) => sorted(bugs).known);

export const sumOf = ({ targets }: Pick<ExploreReport, 'targets'>, pick: (target: TargetReport) => number): number =>
  targets.reduce((sum, target) => sum + pick(target), 0);

/** Where a bug was seen: how many of how many, and first in which, counted from 1; null for a search by states. */
export interface Sighting {
  readonly scenario: string;
  /** Of a portfolio the strategy that saw it there. */
  readonly strategy?: string;
  readonly times: number;
  readonly of: number;
  readonly first: number | null;
}

/**
 * A bug in every target that has it, the one that it is shown with first, and there by every strategy that saw it. A search
 * by states counts the steps between states that led to the bug, any other the executions that showed it.
 */
export function sightingsOf({ targets, identity }: ExploreReport, title: string): Sighting[] {
  return targets.flatMap(({ scenario, result }) => {
    const seenIn = (one: SearchResult, stateful: boolean): Sighting[] => {
      const bug = one.bugs.find((seen) => seen.title === title);
      if (bug === undefined) return [];
      const first = bug.execution === null ? null : bug.execution + 1;
      return [{ scenario, times: bug.times, of: stateful ? one.steps : one.executions, first }];
    };
    if (result.shares === undefined) return seenIn(result, identity.stateful);
    return result.shares.flatMap((share) =>
      seenIn(share.result, share.stateful).map((sighting) => ({ ...sighting, strategy: strategyText(share) })),
    );
  });
}
