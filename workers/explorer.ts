/**
 * Parts of a search of one target, on a thread of its own: options in, result out, every bug as soon as it is seen. Or a searcher
 * that is handed parts of one search: words on a wire, one result at the end.
 */
import { parentPort } from 'node:worker_threads';
import { workerData } from 'piscina';
import type { SearchCounts } from '../src/explore/search/control.ts';
import { type ExploreControl, exploreSubject } from '../src/explore/search/explore.ts';
import type { ExplorerTask, ExplorerWord, SearcherTask } from '../src/explore/search/part-job.ts';
import { PartSearcher } from '../src/explore/search/part-searcher.ts';
import { ThreadWire } from '../src/explore/search/search-threads.ts';
import type { FoundBug, SearchResult } from '../src/explore/search/result.ts';
import type { Subject } from '../src/explore/subject/subject.ts';
import { subjectOf, type Target } from '../src/explore/subject/targets.ts';

const tell = (bug: FoundBug): void => parentPort?.postMessage({ bug } satisfies ExplorerWord);

/** Made with the first part: a thread that failed while it was loaded would never answer. */
let subject: Subject | undefined;

function controlOf({ stop, left }: ExplorerTask): ExploreControl & { readonly stopped: () => boolean } {
  const flag = new Int32Array(stop);
  return { stopped: () => Atomics.load(flag, 0) !== 0, onBug: tell, left: left && new Int32Array(left) };
}

export default async function run(task: ExplorerTask | SearcherTask): Promise<SearchResult> {
  const { options } = task;
  subject ??= await subjectOf(workerData as Target, options.engine);
  const control = controlOf(task);
  if (!('wire' in task)) return await exploreSubject(subject, options, control);
  const wire = new ThreadWire(task.wire, control.stopped);
  const onProgress = ({ executions, steps }: SearchCounts): void => wire.say({ kind: 'counts', executions, steps });
  return await new PartSearcher(subject, options, { ...control, onProgress }, wire).goOn();
}
