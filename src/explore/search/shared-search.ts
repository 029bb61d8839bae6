/**
 * A dpor search by several searchers that share its nodes (strategies/shared-tree.ts): this thread and, when it is not over
 * after some executions, others. Executions, ends and bugs are those of the search in one piece, whoever was faster; how many
 * were begun in vain is not, where a step ends an execution. That holds as long as no execution meets the step bound: where
 * one does, what is come upon depends on the order, and the search is not done in this way.
 */
import { isUnfit } from '../../javascript/error.ts';
import { learnWatched } from '../run/watched.ts';
import type { FromSearcher } from '../strategies/parts.ts';
import type { Subject } from '../subject/subject.ts';
import type { SearchCounts } from './control.ts';
import { type ExploreControl, withTimeLeft } from './explore.ts';
import { Handout, HOME } from './handout.ts';
import { HomeWire } from './home-wire.ts';
import { mergeResults } from './merge.ts';
import type { ExploreOptions } from './options.ts';
import { PartSearcher } from './part-searcher.ts';
import type { FoundBug, SearchEnd, SearchResult } from './result.ts';
import type { Searcher, SearchThreads } from './search-threads.ts';

export interface SharedOptions {
  readonly subject: Subject;
  /** Of all executions that there are. */
  readonly explore: ExploreOptions;
  /** Searchers, this thread among them. */
  readonly jobs: number;
  /** Executions to run in this thread before others are begun. */
  readonly alone: number;
  /** Told of every searcher whose thread died: the others go on. Without it the search ends there. */
  readonly onLost: ((searcher: number, why: unknown) => void) | undefined;
}

const POLL_MS = 100;
/** Steps in this thread before others are begun, at most, and executions before they are counted. */
const ALONE_STEPS = 200_000;
const ALONE_AT_ONCE = 16;

/** Undefined when an execution met the step bound and the search was not over before others would have begun. */
export async function searchShared(options: SharedOptions, control: ExploreControl): Promise<SearchResult | undefined> {
  const startedAt = performance.now();
  const { subject } = options;
  let watched = options.explore.watched ?? learnWatched(subject);
  for (;;) {
    subject.watch(watched);
    const explore = { ...withTimeLeft(options.explore, startedAt), watched };
    const result = await new SharedSearch({ ...options, explore }, control).run();
    const { grown = [], end } = result ?? {};
    if (grown.length === 0 || end !== 'exhausted') return result;
    watched = [...watched, ...grown];
  }
}

class SharedSearch {
  readonly #options: SharedOptions;
  readonly #control: ExploreControl;
  readonly #startedAt = performance.now();
  readonly #titles = new Set<string>();
  readonly #handout: Handout;
  readonly #wire: HomeWire;
  readonly #home: PartSearcher;
  /** The others, and what each of them said last that it has done. */
  readonly #others: Searcher[] = [];
  readonly #counts: Pick<SearchCounts, 'executions' | 'steps'>[] = [];
  /** Of those that are no more. */
  readonly #results: SearchResult[] = [];
  #threads: SearchThreads | undefined;
  #isBounded = false;
  #lost = 0;
  /** What went wrong here. */
  #failure: unknown;

  constructor(options: SharedOptions, control: ExploreControl) {
    this.#options = options;
    this.#control = control;
    const { subject, explore } = options;
    this.#handout = new Handout((searcher, word) => {
      if (searcher === HOME) this.#wire.tell(word);
      else this.#others[searcher - 1]?.tell(word);
    });
    this.#wire = new HomeWire(
      (word) => this.#hear(HOME, word),
      () => this.#listen(),
    );
    const at = {
      stopped: (): boolean => this.#isStopped,
      enough: control.enough,
      onProgress: (): void => this.#tellProgress(),
      onBug: (bug: FoundBug): void => this.#meet(bug),
    };
    this.#home = new PartSearcher(subject, explore, at, this.#wire);
  }

  async run(): Promise<SearchResult | undefined> {
    this.#home.take(this.#handout.begin());
    const end = await this.#searchAlone();
    if (this.#failure !== undefined) throw this.#failure;
    const first = this.#home.result(end ?? 'executions');
    if (end !== undefined) return first;
    // It begins again anyway.
    if (first.grown !== undefined) return { ...first, end: 'exhausted' };
    if (!this.#isBounded) await this.#withOthers();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#isBounded ? undefined : this.#merged();
  }

  /** A search that is small is over before others have begun. */
  async #searchAlone(): Promise<SearchEnd | undefined> {
    const { alone } = this.#options;
    let end: SearchEnd | undefined;
    for (let runs = 0; end === undefined && runs < alone && this.#home.counts().steps < ALONE_STEPS; ) {
      runs = Math.min(alone, runs + ALONE_AT_ONCE);
      end = await this.#home.go(runs);
    }
    return end;
  }

  async #withOthers(): Promise<void> {
    const { explore, jobs } = this.#options;
    const { PartThreads } = await import('./part-threads.ts');
    const threads = new PartThreads(explore.target, jobs - 1, (bug) => this.#meet(bug), undefined);
    this.#threads = threads;
    const poll = setInterval(() => this.#look(), POLL_MS);
    const options = withTimeLeft(explore, this.#startedAt);
    try {
      const ends = Array.from({ length: jobs - 1 }, async (_, i) => {
        const searcher = i + 1;
        const other = threads.search(options, (word) => this.#hear(searcher, word));
        this.#others.push(other);
        this.#counts.push({ executions: 0, steps: 0 });
        this.#handout.join(searcher);
        await this.#settle(searcher, other.result);
      });
      await Promise.all([this.#settle(HOME, this.#searchHere()), ...ends]);
    } finally {
      threads.stop();
      clearInterval(poll);
      await threads.end();
    }
  }

  /** This thread's part, and those that come. */
  async #searchHere(): Promise<SearchResult> {
    const end = await this.#home.go(Number.POSITIVE_INFINITY);
    return end === 'exhausted' ? await this.#home.goOn() : this.#home.result(end ?? 'executions');
  }

  /** Waits until a searcher is no more. Throws what ends the search. */
  async #settle(searcher: number, ended: Promise<SearchResult | undefined>): Promise<void> {
    const { onLost } = this.#options;
    const result = await ended.catch((why: unknown) => {
      // What goes wrong here does so in all.
      if (searcher === HOME || onLost === undefined || isUnfit(why)) throw why;
      this.#lost++;
      onLost(searcher, why);
      return undefined;
    });
    this.#handout.lose(searcher);
    if (result === undefined) return;
    this.#results.push(result);
    if (result.end === 'found') this.#threads?.stop();
  }

  #merged(): SearchResult {
    const merged = { ...mergeResults(this.#results), end: this.#end() };
    if (merged.redundant === 0) return merged;
    return { ...merged, facts: { blocked: `${merged.redundant} this time` }, uneven: true };
  }

  #end(): SearchEnd {
    const ends = this.#results.map(({ end }) => end);
    if (ends.includes('found')) return 'found';
    const isWhole = this.#lost === 0 && ends.length === this.#options.jobs && ends.every((end) => end === 'exhausted');
    if (isWhole && this.#handout.isExhausted) return 'exhausted';
    if (this.#lost > 0 || this.#control.stopped?.() === true) return 'stopped';
    return 'duration';
  }

  get #isStopped(): boolean {
    return this.#control.stopped?.() === true || this.#threads?.stopped === true;
  }

  /** Looks now and then whether the search has to end. */
  #look(): void {
    const { durationMs = Number.POSITIVE_INFINITY } = this.#options.explore;
    const isLate = performance.now() - this.#startedAt > durationMs || this.#control.enough?.() === true;
    if (isLate || this.#isStopped) {
      this.#threads?.stop();
      this.#wire.tell({ kind: 'end' });
    }
    this.#tellProgress();
  }

  #tellProgress(): void {
    const all = [this.#home.counts(), ...this.#counts];
    const sum = (pick: 'executions' | 'steps'): number => all.reduce((total, one) => total + one[pick], 0);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const { about } = this.#home.counts();
    const counts = { executions: sum('executions'), steps: sum('steps'), bugs: this.#titles.size, seconds };
    this.#control.onProgress?.(this.#threads === undefined ? { ...counts, about } : counts);
  }

  #meet(bug: FoundBug): void {
    this.#titles.add(bug.title);
    this.#control.onBug?.(bug);
  }

  /** Takes what the others have said, without waiting for the event loop. */
  #listen(): void {
    for (const other of this.#others) other.listen();
  }

  #hear(searcher: number, word: FromSearcher): void {
    if (word.kind === 'counts') this.#counts[searcher - 1] = word;
    else if (word.kind === 'bound') {
      this.#isBounded = true;
      this.#threads?.stop();
    } else {
      try {
        this.#handout.hear(searcher, word);
      } catch (error) {
        this.#failure ??= error;
        this.#threads?.stop();
      }
    }
  }
}
