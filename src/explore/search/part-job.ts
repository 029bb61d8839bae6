/** What a thread is given to search a part, and what it says. */
import type { ExploreOptions } from './options.ts';
import type { FoundBug } from './result.ts';
import type { WireEnd } from './search-threads.ts';

export interface ExplorerTask {
  readonly options: ExploreOptions;
  /** Becomes non-zero when the search has to end. */
  readonly stop: SharedArrayBuffer;
  /** See SearchControl. */
  readonly left: SharedArrayBuffer | undefined;
}

/** The same of a thread that is handed parts: its options are those of all of them. */
export interface SearcherTask extends ExplorerTask {
  readonly wire: WireEnd;
}

/** What it says before its result. */
export interface ExplorerWord {
  readonly bug: FoundBug;
}
