/** One searcher of a shared dpor search: part after part, until no more come. One search counts for all of them. */
import { Dpor } from '../strategies/dpor.ts';
import { Parts, type ToSearcher, type Wire } from '../strategies/parts.ts';
import type { Root } from '../strategies/root.ts';
import type { PartRoot } from '../strategies/shared-tree.ts';
import { grownBy } from '../run/watched.ts';
import type { Subject } from '../subject/subject.ts';
import { type SearchCounts, searchBreather } from './control.ts';
import { type ExploreControl, searchOf, withWhatItMet } from './explore.ts';
import type { ExploreOptions } from './options.ts';
import type { SearchEnd, SearchResult } from './result.ts';
import { Search } from './search.ts';

export interface SearcherWire extends Wire {
  /** The next word, whenever it comes. */
  wait(): Promise<ToSearcher>;
}

export class PartSearcher {
  readonly #subject: Subject;
  readonly #watched: readonly number[];
  readonly #wire: SearcherWire;
  readonly #parts: Parts;
  readonly #search: Search;
  readonly #breathe: () => Promise<SearchEnd | undefined>;

  /** `options`: with the words that invariant() is known to read. */
  constructor(subject: Subject, options: ExploreOptions, control: ExploreControl, wire: SearcherWire) {
    this.#subject = subject;
    this.#watched = options.watched ?? [];
    this.#wire = wire;
    subject.watch(this.#watched);
    const footprints = subject.footprints(subject.watched);
    this.#parts = new Parts(wire, (root: Root) => new Dpor(subject.machine, subject.cpus, footprints, root));
    const searched = { ...searchOf(subject, options, control), strategy: this.#parts };
    this.#search = new Search(searched);
    this.#breathe = searchBreather(searched, () => this.counts());
  }

  counts(): SearchCounts {
    return this.#search.counts();
  }

  take(root: PartRoot): void {
    this.#parts.take(root);
  }

  /** Goes on with the part until so many executions were run in all; why it ended before that, if it did. */
  async go(runs: number): Promise<SearchEnd | undefined> {
    return await this.#search.go(runs, this.#breathe);
  }

  /** Searches the parts that come. */
  async goOn(): Promise<SearchResult> {
    for (;;) {
      const word = await this.#wire.wait();
      if (word.kind === 'end') return this.result('exhausted');
      if (word.kind !== 'part') continue;
      this.take(word.root);
      const end = await this.go(Number.POSITIVE_INFINITY);
      if (end !== 'exhausted') return this.result(end ?? 'executions');
    }
  }

  result(end: SearchEnd): SearchResult {
    const grown = grownBy(this.#subject, this.#watched);
    return { ...withWhatItMet(this.#subject, this.#search.result(end)), ...(grown.length === 0 ? {} : { grown }) };
  }
}
