/** What a thread is given to search a part, and what it says. */
import type { ExploreOptions } from './options.ts';
import type { FoundBug } from './result.ts';

export interface ExplorerTask {
  readonly options: ExploreOptions;
  /** Becomes non-zero when the search has to end. */
  readonly stop: SharedArrayBuffer;
  /** See SearchControl. */
  readonly left: SharedArrayBuffer | undefined;
}

/** What it says before its result. */
export interface ExplorerWord {
  readonly bug: FoundBug;
}
