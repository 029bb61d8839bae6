/** One part of a search on a thread of its own: options in, result out. */
import { explore, type ExploreOptions } from '../src/explore/explore.ts';
import type { SearchResult } from '../src/explore/search.ts';

export interface ExplorerTask {
  readonly options: ExploreOptions;
  /** Becomes non-zero when the search has to end. */
  readonly stop: SharedArrayBuffer;
}

export default async function runPart({ options, stop }: ExplorerTask): Promise<SearchResult> {
  const flag = new Int32Array(stop);
  return await explore(options, { stopped: () => Atomics.load(flag, 0) !== 0 });
}
