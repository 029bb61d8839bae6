/**
 * A strategy of a portfolio that runs in turns: each begins where the last one ended, so that all of them together run
 * the executions that one search of as many would. Turns of a strategy that samples may be spread over threads.
 */
import { type ExploreControl, searchOf, strategyKind } from './explore.ts';
import { mergeResults } from './merge.ts';
import type { ExploreOptions } from './options.ts';
import type { PartRunners } from './part-runners.ts';
import type { SearchEnd, SearchResult, Share } from './result.ts';
import { Search } from './search.ts';
import type { Subject } from '../subject/subject.ts';

/** Threads for turns, and who is told when one dies. */
export interface TurnThreads {
  readonly threads: PartRunners;
  readonly jobs: number;
  readonly onLost: (why: unknown) => void;
}

export type Breathe = () => Promise<SearchEnd | undefined>;

/** Results of a lane's turns are put together when there are so many. */
const MOST_RESULTS = 64;
/** A smaller turn is not worth the way to another thread. */
const FEW_EXECUTIONS = 64;

export class Lane {
  /** Nothing is left to try. */
  exhausted = false;
  readonly #options: ExploreOptions;
  readonly #search: Search;
  readonly #samples: boolean;
  #results: SearchResult[] = [];
  /** The number of the next execution. */
  #next = 0;
  #ms = 0;

  /** `options`: first and last are not looked at. */
  constructor(subject: Subject, options: ExploreOptions, control: ExploreControl) {
    this.#options = { ...options, first: 0, last: Number.MAX_SAFE_INTEGER };
    this.#samples = !strategyKind(options.strategy).exhaustive;
    this.#search = new Search(searchOf(subject, this.#options, control));
  }

  get name(): string {
    return this.#options.strategy;
  }

  get executions(): number {
    return this.#results.reduce((sum, one) => sum + one.executions, this.#search.counts().executions);
  }

  get steps(): number {
    return this.#results.reduce((sum, one) => sum + one.steps, this.#search.counts().steps);
  }

  /** Of its executions so far; 0 before the first. */
  get meanSteps(): number {
    return this.steps / Math.max(1, this.#next);
  }

  /** Runs so many executions more; why it ended before that, if it did. */
  async turn(executions: number, breathe: Breathe, spread?: TurnThreads): Promise<SearchEnd | undefined> {
    const startedAt = performance.now();
    try {
      const many = executions >= FEW_EXECUTIONS || this.#results.length > 0;
      if (this.#samples && spread !== undefined && many) {
        return await this.#onThreads(executions, spread);
      }
      const end = await this.#alone(executions, breathe);
      this.exhausted = end === 'exhausted';
      return end;
    } finally {
      this.#ms += performance.now() - startedAt;
    }
  }

  /** Once a turn has been on threads all later ones are: a search of its own numbers executions without a gap. */
  async #alone(executions: number, breathe: Breathe): Promise<SearchEnd | undefined> {
    const end = await this.#search.go(this.#search.runs + executions, breathe);
    this.#next = this.#search.runs;
    return end;
  }

  async #onThreads(executions: number, { threads, jobs, onLost }: TurnThreads): Promise<SearchEnd | undefined> {
    const from = this.#next;
    const at = (i: number): number => from + Math.floor((i * executions) / jobs);
    this.#next = from + executions;
    const ranges = Array.from({ length: jobs }, (_, i) => ({ ...this.#options, first: at(i), last: at(i + 1) }));
    const run = async (range: ExploreOptions): Promise<SearchResult | undefined> =>
      await threads.run(range).catch((why: unknown) => {
        onLost(why);
        return undefined;
      });
    const found = (await Promise.all(ranges.map(run))).filter((one) => one !== undefined);
    this.#results.push(...found);
    if (this.#results.length > MOST_RESULTS) this.#results = [mergeResults(this.#results)];
    return found.some(({ end }) => end === 'found') ? 'found' : undefined;
  }

  share(end: SearchEnd): Share {
    const ended = this.exhausted ? 'exhausted' : end;
    const own = this.#search.result(ended);
    const result = this.#results.length === 0 ? own : mergeResults([own, ...this.#results]);
    return {
      strategy: this.#options.strategy,
      stateful: false,
      result: { ...result, end: ended },
      seconds: this.#ms / 1000,
    };
  }
}
