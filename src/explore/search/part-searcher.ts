/** What one searcher of a shared dpor search does: part after part, until no more come. One search counts for all of them. */
import { Dpor } from '../strategies/dpor.ts';
import { Parts, type ToSearcher, type Wire } from '../strategies/parts.ts';
import type { Root } from '../strategies/root.ts';
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

/** `options`: with the words that invariant() is known to read. */
export async function searchParts(
  subject: Subject,
  options: ExploreOptions,
  control: ExploreControl,
  wire: SearcherWire,
): Promise<SearchResult> {
  const { watched = [] } = options;
  subject.watch(watched);
  const footprints = subject.footprints(subject.watched);
  const parts = new Parts(wire, (root: Root) => new Dpor(subject.machine, subject.cpus, footprints, root));
  const onProgress = ({ executions, steps }: SearchCounts): void => wire.say({ kind: 'counts', executions, steps });
  const searched = { ...searchOf(subject, options, { ...control, onProgress }), strategy: parts };
  const search = new Search(searched);
  const breathe = searchBreather(searched, () => search.counts());
  const finish = (end: SearchEnd): SearchResult => {
    const grown = grownBy(subject, watched);
    return { ...withWhatItMet(subject, search.result(end)), ...(grown.length === 0 ? {} : { grown }) };
  };
  for (;;) {
    const word = await wire.wait();
    if (word.kind === 'end') return finish('exhausted');
    if (word.kind !== 'part') continue;
    parts.take(word.root);
    const end = await search.go(Number.POSITIVE_INFINITY, breathe);
    if (end !== 'exhausted') return finish(end ?? 'executions');
  }
}
