/**
 * The one place that decides whether a search was complete, for `explore` and for `merge`. It is decided from the facts
 * each time, never taken over from a document, and whatever is missing, cut, stopped or no sound number says no.
 */
import type { SearchEnd } from '../explore/search/result.ts';
import type { Withheld } from '../explore/subject/subject.ts';
import { plural } from './table.ts';

/** A part of a search: of one target, or of one target in one shard. */
export interface PartFacts {
  readonly name: string;
  readonly end: SearchEnd;
  readonly executions: number;
  readonly redundant: number;
  readonly repeated: number;
  readonly bounded: number;
  readonly steps: number;
  /** Words that invariant() was found to read too late: something may have been left out. */
  readonly grown: number;
  /** What was not there to be tried. */
  readonly withheld?: readonly Withheld[];
  /** All executions were given no more time before they came to their end: nothing was asked. */
  readonly nothingJudged?: boolean;
}

export interface SearchFacts {
  /** Whether the strategy ends by itself when everything within its bound is tried. */
  readonly exhaustive: boolean;
  /** The bound of dfs, null when there is none. */
  readonly preemptions: number | null;
  /** The same of delays. */
  readonly delays?: number | null;
  /** Whether something may fail on purpose, which counts against these bounds as a preemption does. */
  readonly mayFail?: boolean;
  readonly interrupted: boolean;
  /** Targets that were meant to be explored and were not begun. */
  readonly left: number;
  /** Of the scenarios that are made of operations: how many were to be begun, and how many were. */
  readonly made?: { readonly all: number; readonly begun: number } | undefined;
  /** Shards that are not there, by number. */
  readonly missing: readonly number[];
  /** True when these are the facts of one shard, which says nothing of the others. */
  readonly isShard: boolean;
  readonly parts: readonly PartFacts[];
}

/**
 * What keeps a search from being complete. `cut`: it did not do its stated work; the other three did theirs, which is
 * less than everything. `why` and `next` are for people: what it is, and what to do about it.
 */
export interface Shortfall {
  readonly kind: 'cut' | 'sample' | 'bound' | 'shard';
  readonly why: string;
  readonly next: string;
}

const cut = (why: string, next: string): Shortfall => ({ kind: 'cut', why, next });

/** Shards that are named one by one, and places. */
const MOST_NAMED = 10;
const MOST_PLACES = 3;

/** True when every interleaving has been tried, or one of each class that cannot be told apart. */
export const isComplete = (facts: SearchFacts): boolean => shortfallOf(facts) === undefined;

/** True when the stated work is done: everything within its bound, or as large a sample as was asked for. */
export const isFinished = (facts: SearchFacts): boolean => shortfallOf(facts)?.kind !== 'cut';

/** The first thing that keeps it from being complete; undefined when nothing does. */
export function shortfallOf(facts: SearchFacts): Shortfall | undefined {
  const { exhaustive, interrupted, left, made, missing, isShard, parts } = facts;
  if (missing.length > 0) {
    const some = missing.length === 1 ? 'shard' : 'shards';
    const more = missing.length - MOST_NAMED;
    const named = `${missing.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return cut(`${some} ${named} missing`, 'run what is missing, and merge all results');
  }
  const odd = parts.find((part) => !hasSoundNumbers(part));
  if (odd !== undefined) return cut(`the numbers of ${odd.name} make no sense`, 'run it again');
  if (interrupted || parts.some(({ end }) => end === 'stopped')) {
    return cut('it was interrupted', 'run it again; --checkpoint FILE keeps what is done');
  }
  if (left > 0)
    return cut(
      `${left} of ${plural(left + parts.length, 'scenario')} ${left === 1 ? 'was' : 'were'} not begun`,
      'run it again',
    );
  if (!isShard && parts.every(({ executions }) => executions === 0)) {
    const anything = parts.some(({ steps }) => steps > 0);
    return anything
      ? cut('no execution came to its end', 'bound the loops of the program')
      : cut('nothing was executed', 'give it more time or more executions');
  }
  if (made !== undefined && made.begun < made.all) {
    const without = made.all - made.begun;
    const what = `${without} of ${plural(made.all, 'scenario')} ${without === 1 ? 'was' : 'were'} not begun`;
    return cut(what, 'give it more time or more executions');
  }
  return cutPart(parts, exhaustive) ?? limitOf(facts);
}

/** Counts are whole numbers, and no more can have met the bound than there were. */
function hasSoundNumbers({ executions, redundant, repeated, bounded, steps, grown }: PartFacts): boolean {
  const counts = [executions, redundant, repeated, bounded, steps, grown];
  return counts.every((count) => Number.isSafeInteger(count) && count >= 0) && bounded <= executions;
}

function cutPart(parts: readonly PartFacts[], exhaustive: boolean): Shortfall | undefined {
  for (const { name, bounded, grown, withheld = [], nothingJudged, end } of parts) {
    const of = parts.length > 1 ? ` of ${name}` : '';
    if (nothingJudged === true) {
      return cut(`no execution${of} came to its end before its time was over`, 'docs/javascript.md tells of time');
    }
    if (bounded > 0) {
      return cut(`${plural(bounded, 'execution')}${of} met the step bound`, 'bound its loops');
    }
    if (!exhaustive) continue;
    if (grown > 0) {
      return cut(`invariant()${of} reads words that were not known`, 'search without --shard and --checkpoint');
    }
    if (withheld.length > 0)
      return cut(`${withheld.map(withheldText).join('; ')}${of}`, 'what to do about it: docs/javascript.md');
    if (end === 'duration') return cut(`--duration ended the search${of}`, 'give it more, or --jobs N');
    if (end === 'found') return cut(`the first bug ended the search${of}`, 'leave --stop-at-first out');
    if (end !== 'exhausted') return cut(`--executions ended the search${of}`, 'give more, or leave it out');
  }
  return undefined;
}

/** The first places by name, and how many more there are. */
function withheldText({ what, where }: Withheld): string {
  const more = where.length - MOST_PLACES;
  return `${what}${where.slice(0, MOST_PLACES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** What was not asked for in the first place. */
function limitOf({
  exhaustive,
  preemptions,
  delays = null,
  mayFail = false,
  isShard,
}: SearchFacts): Shortfall | undefined {
  if (!exhaustive) {
    return { kind: 'sample', why: 'a sample', next: '--strategy dpor tries everything' };
  }
  const most = (bound: number, what: string): string =>
    `at most ${plural(bound, what)}${!mayFail ? '' : bound === 1 ? ' or failure' : ' and failures together'}`;
  if (preemptions !== null) {
    return { kind: 'bound', why: most(preemptions, 'preemption'), next: 'leave --preemptions out' };
  }
  if (delays !== null) return { kind: 'bound', why: most(delays, 'delay'), next: 'leave --delays out' };
  if (isShard) return { kind: 'shard', why: 'one shard says nothing of the others', next: 'tasklock merge' };
  return undefined;
}
