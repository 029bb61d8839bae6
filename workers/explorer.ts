/** Parts of a search of one target, on a thread of its own: options in, result out, every bug as soon as it is seen. */
import { parentPort } from 'node:worker_threads';
import { workerData } from 'piscina';
import { exploreSubject } from '../src/explore/search/explore.ts';
import type { ExplorerTask, ExplorerWord } from '../src/explore/search/part-job.ts';
import type { FoundBug, SearchResult } from '../src/explore/search/result.ts';
import type { Subject } from '../src/explore/subject/subject.ts';
import { subjectOf, type Target } from '../src/explore/subject/targets.ts';

const tell = (bug: FoundBug): void => parentPort?.postMessage({ bug } satisfies ExplorerWord);

/** Made with the first part: a thread that failed while it was loaded would never answer. */
let subject: Subject | undefined;

export default async function runPart({ options, stop, left }: ExplorerTask): Promise<SearchResult> {
  subject ??= await subjectOf(workerData as Target, options.engine);
  const flag = new Int32Array(stop);
  return await exploreSubject(subject, options, {
    stopped: () => Atomics.load(flag, 0) !== 0,
    onBug: tell,
    left: left && new Int32Array(left),
  });
}
