/**
 * A dpor search by several threads that share its nodes (strategies/shared-tree.ts). It begins here, and most searches end
 * here; what is left after some executions is handed out. Executions, ends and bugs are those of the search in one piece, whoever
 * was faster. That holds as long as no execution meets the step bound: where one does, what is come upon depends on
 * the order, and the search is not done in this way.
 */
import { isUnfit } from '../../javascript/error.ts';
import { grownBy, learnWatched } from '../run/watched.ts';
import { Dpor } from '../strategies/dpor.ts';
import type { FromSearcher } from '../strategies/parts.ts';
import type { PlainNode } from '../strategies/plain-node.ts';
import { type Root, WHOLE } from '../strategies/root.ts';
import type { Subject } from '../subject/subject.ts';
import { type SearchCounts, searchBreather } from './control.ts';
import { type ExploreControl, searchOf, withTimeLeft, withWhatItMet } from './explore.ts';
import { Handout } from './handout.ts';
import { mergeResults } from './merge.ts';
import type { ExploreOptions } from './options.ts';
import type { Searcher, SearchThreads } from './search-threads.ts';
import type { FoundBug, SearchEnd, SearchResult } from './result.ts';
import { Search } from './search.ts';

export interface SharedOptions {
  readonly subject: Subject;
  readonly explore: ExploreOptions;
  readonly jobs: number;
  /** Executions to run in this thread before others are begun. */
  readonly alone: number;
  /** Told of every searcher whose thread died: the others go on. Without it the search ends there. */
  readonly onLost: ((searcher: number, why: unknown) => void) | undefined;
}

const POLL_MS = 100;

/** Undefined when an execution met the step bound and the search was not over before others would have begun. */
export async function searchShared(options: SharedOptions, control: ExploreControl): Promise<SearchResult | undefined> {
  const startedAt = performance.now();
  const { subject } = options;
  let watched = options.explore.watched ?? learnWatched(subject);
  for (;;) {
    subject.watch(watched);
    const explore = { ...withTimeLeft(options.explore, startedAt), watched };
    const result = await searchOnce({ ...options, explore }, control);
    const { grown = [], end } = result ?? {};
    if (grown.length === 0 || end !== 'exhausted') return result;
    watched = [...watched, ...grown];
  }
}

async function searchOnce(options: SharedOptions, control: ExploreControl): Promise<SearchResult | undefined> {
  const startedAt = performance.now();
  const { subject, explore, alone } = options;
  const { watched = [], last } = explore;
  const root: Root = { ...WHOLE, handed: { levels: [], subtree: [], holder: NOBODY } };
  const dpor = new Dpor(subject.machine, subject.cpus, subject.footprints(subject.watched), root);
  const search = new Search({ ...searchOf(subject, explore, control), strategy: dpor });
  const breathe = searchBreather({ ...explore, ...control }, () => search.counts());
  const end = await search.go(alone, breathe);
  const finish = (over: SearchEnd): SearchResult => {
    const grown = grownBy(subject, watched);
    return { ...withWhatItMet(subject, search.result(over)), ...(grown.length === 0 ? {} : { grown }) };
  };
  if (end !== undefined) return finish(end);
  const { about: _, ...first } = finish('executions');
  // It begins again anyway.
  if (first.grown !== undefined) return { ...first, end: 'exhausted' };
  const nodes = dpor.share(true);
  if (nodes === undefined) return { ...first, end: 'exhausted' };
  if (first.bounded > 0) return undefined;
  const rest = { ...withTimeLeft(explore, startedAt), last: last - first.executions };
  const result = await new SharedSearch({ ...options, explore: rest }, control, first).run(nodes);
  return result.bounded > 0 ? undefined : result;
}

/** In front of a search in one piece there is nothing. */
const NOBODY = {
  begun: (): never => outOfPlace(),
  turned: (): never => outOfPlace(),
};

function outOfPlace(): never {
  throw new Error('nobody holds nodes in front of the whole search');
}

class SharedSearch {
  readonly #options: SharedOptions;
  readonly #control: ExploreControl;
  /** What was searched before, and by searchers that have ended. */
  readonly #results: SearchResult[];
  readonly #titles: Set<string>;
  /** By searcher, as he said last. */
  readonly #counts: Pick<SearchCounts, 'executions' | 'steps'>[];
  readonly #searchers: Searcher[] = [];
  readonly #handout: Handout;
  #threads: SearchThreads | undefined;
  #isLate = false;
  #lost = 0;
  /** What went wrong here while a word was heard. */
  #failure: unknown;

  constructor(options: SharedOptions, control: ExploreControl, first: SearchResult) {
    this.#options = options;
    this.#control = control;
    this.#results = [first];
    this.#titles = new Set(first.bugs.map(({ title }) => title));
    this.#counts = Array.from({ length: options.jobs }, () => ({ executions: 0, steps: 0 }));
    this.#handout = new Handout(options.jobs, (searcher, word) => this.#searchers[searcher]?.tell(word));
  }

  /** `nodes`: what is left to search. */
  async run(nodes: readonly PlainNode[]): Promise<SearchResult> {
    const { explore, jobs } = this.#options;
    const { last, durationMs = Number.POSITIVE_INFINITY, target } = explore;
    const left = last > 0x7fffffff ? undefined : new Int32Array(new SharedArrayBuffer(4)).fill(last);
    const { PartThreads } = await import('./part-threads.ts');
    const threads = new PartThreads(target, jobs, (bug) => this.#meet(bug), left);
    this.#threads = threads;
    const startedAt = performance.now();
    const poll = setInterval(() => this.#look(performance.now() - startedAt, durationMs), POLL_MS);
    const options = { ...explore, first: 0, last: Number.MAX_SAFE_INTEGER };
    try {
      for (let searcher = 0; searcher < jobs; searcher++) {
        this.#searchers.push(threads.search(options, (word) => this.#hear(searcher, word)));
      }
      const all = Promise.all(this.#searchers.map(async (one, searcher) => await this.#settle(one, searcher)));
      this.#handout.begin(nodes);
      await all;
    } finally {
      clearInterval(poll);
      await threads.end();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return { ...mergeResults(this.#results), end: this.#end() };
  }

  #end(): SearchEnd {
    const ends = this.#results.slice(1).map(({ end }) => end);
    if (ends.includes('found')) return 'found';
    const isWhole = this.#lost === 0 && ends.length === this.#options.jobs && ends.every((end) => end === 'exhausted');
    if (isWhole && this.#handout.isExhausted) return 'exhausted';
    if (this.#lost > 0 || this.#control.stopped?.() === true) return 'stopped';
    return this.#isLate || !ends.includes('executions') ? 'duration' : 'executions';
  }

  #look(elapsed: number, durationMs: number): void {
    this.#isLate ||= elapsed > durationMs || this.#control.enough?.() === true;
    if (this.#isLate || this.#control.stopped?.() === true) this.#threads?.stop();
    const sum = (pick: 'executions' | 'steps'): number =>
      [...this.#counts, ...this.#results.slice(0, 1)].reduce((all, one) => all + one[pick], 0);
    const counts = { executions: sum('executions'), steps: sum('steps'), bugs: this.#titles.size };
    this.#control.onProgress?.({ ...counts, seconds: elapsed / 1000 });
  }

  #meet(bug: FoundBug): void {
    this.#titles.add(bug.title);
    this.#control.onBug?.(bug);
  }

  #hear(searcher: number, word: FromSearcher): void {
    if (word.kind === 'counts') this.#counts[searcher] = word;
    else if (word.kind === 'bound') this.#threads?.stop();
    else {
      try {
        this.#handout.hear(searcher, word);
      } catch (error) {
        this.#failure ??= error;
        this.#threads?.stop();
      }
    }
  }

  /** Waits until a searcher is no more. */
  async #settle({ result }: Searcher, searcher: number): Promise<void> {
    const { onLost } = this.#options;
    const found = await result.catch((why: unknown) => {
      // So say all others, and the search is over.
      if (onLost === undefined || isUnfit(why)) throw why;
      this.#lost++;
      onLost(searcher, why);
      return undefined;
    });
    this.#handout.lose(searcher);
    if (found === undefined) return;
    this.#results.push(found);
    if (found.end === 'found') this.#threads?.stop();
  }
}
