/** What a search comes to. */
import type { Judged } from '../../check/evidence/ledger.ts';
import type { Bug } from '../run/runner.ts';
import type { Facts } from '../strategies/strategy.ts';
import type { Withheld } from '../subject/subject.ts';

/** A bug and the first execution that showed it. */
export interface FoundBug extends Bug, Judged {
  /**
   * Number of that execution among those that count; null for a search that tries one order of several: which execution
   * comes first depends on how it is divided, so the one with the least order is kept (least-order.ts).
   */
  readonly execution: number | null;
  /** Name of the strategy that found it. */
  readonly strategy: string;
  /** How many executions showed it. */
  times: number;
  /** That least order, of the execution as a whole. */
  readonly order?: Uint16Array | undefined;
  /** The moves, in order. */
  readonly decisions: Uint16Array;
  /** Fingerprint of the state it ended in, 16 hexadecimal digits. */
  readonly finalHash: string;
  /** What every CPU was doing, and the object it is about. */
  readonly moment: readonly string[];
  /** Hashes of the files that have run where it was found, where it is recorded by them. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * Why a search ended: nothing left, the number of executions or the time was up, the first bug was found and no other was
 * asked for, or the caller said so.
 */
export type SearchEnd = 'exhausted' | 'executions' | 'duration' | 'found' | 'stopped';

export interface SearchResult {
  /** Executions that count: each was run to its end, and is another than all before. */
  readonly executions: number;
  /** Not among them: given up on the way as seen before, by a reduction that is not optimal. */
  readonly redundant: number;
  /** How many these are, and the steps with them, depends on which of several threads was faster. */
  readonly uneven?: true;
  /** Not among them: run to their end once more, by dfs, which begins anew with every further preemption. */
  readonly repeated: number;
  /** Executions among those that count that met the step bound. */
  readonly bounded: number;
  /** That bound. */
  readonly stepBound: number;
  /** Where some of them stood then. */
  readonly cutAt: readonly string[];
  readonly steps: number;
  readonly syscalls: number;
  /** How often something failed on purpose, and in how many executions. */
  readonly failures?: number;
  readonly failing?: number;
  /** Distinct states that executions ended in, if they were counted. */
  readonly states: ReadonlySet<number>;
  readonly bugs: readonly FoundBug[];
  readonly end: SearchEnd;
  readonly facts: Facts;
  /** Of a search that was ended before: see SearchCounts. */
  readonly about?: number | undefined;
  /** Words that invariant() was found to read and the search did not know of: it may have left something out. */
  readonly grown?: readonly number[];
  /** What was not there to be tried, so that this is no proof: see Subject.withheld. */
  readonly withheld?: readonly Withheld[];
  /** No execution came to an end that could be judged: see Subject.nothingJudged. */
  readonly nothingJudged?: boolean;
  /** Hashes of the files that ran, where it is recorded by them: parts of a search have to agree on them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of a portfolio: what each strategy did, in the order in which they began. */
  readonly shares?: readonly Share[];
  /** Of a portfolio: the one of them that left nothing out; without it the result is no proof. */
  readonly proof?: Share | undefined;
}

/** What one strategy of a portfolio did. */
export interface Share {
  readonly strategy: string;
  /** Whether it searched states (stateful.ts): its `executions` are ends then, its `steps` transitions. */
  readonly stateful: boolean;
  readonly result: SearchResult;
  readonly seconds: number;
}
