/** One part of a search on a thread of its own: options in, result out, and every bug as soon as it is seen. */
import { parentPort } from 'node:worker_threads';
import { explore } from '../src/explore/search/explore.ts';
import type { ExplorerTask, ExplorerWord } from '../src/explore/search/part-job.ts';
import type { FoundBug, SearchResult } from '../src/explore/search/result.ts';

const tell = (bug: FoundBug): void => parentPort?.postMessage({ bug } satisfies ExplorerWord);

export default async function runPart({ options, stop, left }: ExplorerTask): Promise<SearchResult> {
  const flag = new Int32Array(stop);
  return await explore(options, {
    stopped: () => Atomics.load(flag, 0) !== 0,
    onBug: tell,
    left: left && new Int32Array(left),
  });
}
