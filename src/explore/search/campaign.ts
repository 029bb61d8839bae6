/** A whole search in parts: on threads, or one after the other; begun before, perhaps; or only some of the parts. */
import { isUnfit } from '../../javascript/error.ts';
import type { SearchProgress } from './control.ts';
import { deepening } from './deepening.ts';
import { type ExploreControl, exploreSubject, strategyKind, withTimeLeft } from './explore.ts';
import type { ExploreOptions } from './options.ts';
import { mergeResults } from './merge.ts';
import { type MakeRunners, runnersOf } from './part-runners.ts';
import { isSlow } from './portfolio-plan.ts';
import type { SearchResult } from './result.ts';
import { searchShared } from './shared-search.ts';
import { partsOf } from './split.ts';
import type { Subject } from '../subject/subject.ts';
import { subjectOf } from '../subject/targets.ts';

export interface CampaignOptions {
  readonly explore: ExploreOptions;
  /** The subject of its target, when it is made already. */
  readonly subject?: Subject | undefined;
  /** Threads. */
  readonly jobs: number;
  /** Only parts whose number leaves this rest. */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
  /** Who runs parts, when threads must not. */
  readonly runners?: MakeRunners | undefined;
  /** Executions to try in this thread before others are begun. */
  readonly alone?: number | undefined;
  /** Parts that are done already, by number. */
  readonly done?: ReadonlyMap<number, SearchResult> | undefined;
  /** Told of every part that is done. */
  readonly onPart?: ((part: number, result: SearchResult) => void) | undefined;
  /** Told of every part whose thread died: the others go on. Without it the search ends there. */
  readonly onLost?: ((part: number, why: unknown) => void) | undefined;
}

/** Executions that are tried in this thread first: a smaller search is over before a thread, or a process, has begun. */
const ALONE = 2_000;
const SLOW_ALONE = 128;

/** Runs the search as a whole when nothing asks for parts, which saves their seams. */
export async function runCampaign(options: CampaignOptions, control: ExploreControl): Promise<SearchResult> {
  const { jobs, shard, onPart, explore: whole } = options;
  const subject = options.subject ?? (await subjectOf(whole.target, whole.engine));
  const most = options.alone ?? (isSlow(subject) ? SLOW_ALONE : ALONE);
  if (shard !== undefined || onPart !== undefined) return await inParts(subject, options, control);
  if (jobs === 1) return await exploreSubject(subject, whole, control);
  if (whole.strategy !== 'dpor') return await inParts(subject, options, control);
  if (isShareable(options)) {
    // Of so many executions and no more, which they are would depend on who was faster.
    const isLimited = whole.last < Number.MAX_SAFE_INTEGER;
    return await (isLimited ? exploreSubject(subject, whole, control) : shared(subject, options, most, control));
  }
  const startedAt = performance.now();
  if (most > 0) {
    const first = await exploreSubject(subject, { ...whole, last: Math.min(whole.last, most) }, control);
    if (first.end !== 'executions' || whole.last <= most) return first;
  }
  return await deepening(whole, subject.stepBound, async (bounded) => {
    return await inParts(subject, { ...options, explore: withTimeLeft(bounded, startedAt) }, control);
  });
}

/** Whether the nodes of a dpor search can be shared: what JavaScript touches has another number in each process. */
const isShareable = ({ explore, runners }: CampaignOptions): boolean =>
  explore.stateful !== true && explore.target.kind !== 'javascript' && runners === undefined;

async function shared(
  subject: Subject,
  options: CampaignOptions,
  before: number,
  control: ExploreControl,
): Promise<SearchResult> {
  const { jobs, onLost, explore: whole } = options;
  const startedAt = performance.now();
  return await deepening(whole, subject.stepBound, async (bounded) => {
    const explore = withTimeLeft(bounded, startedAt);
    const result = await searchShared({ subject, explore, jobs, alone: Math.max(1, before), onLost }, control);
    // With executions that meet the bound what is found depends on the order: the parts are to follow from the options.
    return result ?? (await inParts(subject, { ...options, explore: withTimeLeft(bounded, startedAt) }, control));
  });
}

async function inParts(subject: Subject, options: CampaignOptions, control: ExploreControl): Promise<SearchResult> {
  const { jobs, shard, done = new Map<number, SearchResult>(), onPart, runners } = options;
  const startedAt = performance.now();
  const parts = partsOf(subject, options.explore, shard !== undefined || onPart !== undefined);
  const mine = [...parts.keys()].filter((part) => shard === undefined || part % shard.of === shard.index);
  const results = new Map([...done].filter(([part]) => mine.includes(part)));
  const todo = mine.filter((part) => !results.has(part));
  const finish = (part: number, result: SearchResult): void => {
    results.set(part, result);
    if (result.end === 'exhausted' || result.end === 'executions') onPart?.(part, result);
  };
  let lost = 0;
  const onLost =
    options.onLost &&
    ((part: number, why: unknown): void => {
      lost++;
      options.onLost?.(part, why);
    });
  const runner = jobs === 1 ? alone : onThreads;
  const left = executionsLeft(options.explore, results);
  await runner({ subject, parts, todo, jobs, finish, control, results, onLost, left, runners });
  const merged = mergeResults(mine.flatMap((part) => results.get(part) ?? []));
  if (merged.grown !== undefined && merged.end === 'exhausted' && lost === 0) {
    // Parts that are kept, here or elsewhere, were made without these words: the claim stays open.
    if (shard !== undefined || onPart !== undefined) return { ...merged, end: 'executions' };
    const watched = [...(parts[0]?.watched ?? []), ...merged.grown];
    const again = withTimeLeft({ ...options.explore, watched }, startedAt);
    return await inParts(subject, { ...options, explore: again }, control);
  }
  const whole = results.size === mine.length && merged.end !== 'stopped';
  if (whole || merged.end === 'found') return merged;
  return { ...merged, end: lost > 0 || control.stopped?.() ? 'stopped' : 'duration' };
}

interface Job {
  readonly subject: Subject;
  readonly parts: readonly ExploreOptions[];
  readonly todo: readonly number[];
  readonly jobs: number;
  readonly finish: (part: number, result: SearchResult) => void;
  readonly control: ExploreControl;
  /** Of the parts that are done. */
  readonly results: ReadonlyMap<number, SearchResult>;
  readonly onLost: CampaignOptions['onLost'];
  readonly runners: MakeRunners | undefined;
  readonly left: Int32Array<SharedArrayBuffer> | undefined;
}

/** What the parts together may still run, where the number of executions is not what they are divided by. */
function executionsLeft(
  { strategy, first, last }: ExploreOptions,
  results: Job['results'],
): Int32Array<SharedArrayBuffer> | undefined {
  if (!strategyKind(strategy).exhaustive || last - first > 0x7fffffff) return undefined;
  const done = [...results.values()].reduce((sum, { executions }) => sum + executions, 0);
  return new Int32Array(new SharedArrayBuffer(4)).fill(last - first - done);
}

/** What is known so far, for the progress line. */
function progressOf(results: Job['results'], seconds: number): SearchProgress {
  let [executions, steps] = [0, 0];
  const titles = new Set<string>();
  for (const result of results.values()) {
    executions += result.executions;
    steps += result.steps;
    for (const { title } of result.bugs) titles.add(title);
  }
  return { executions, steps, bugs: titles.size, seconds };
}

async function alone({ subject, parts, todo, finish, control, results, left }: Job): Promise<void> {
  const { stopped, enough, onBug } = control;
  const startedAt = performance.now();
  const limit = parts[0]?.durationMs ?? Number.POSITIVE_INFINITY;
  for (const part of todo) {
    if (isOver(control) || performance.now() - startedAt >= limit) return;
    finish(
      part,
      await exploreSubject(subject, withTimeLeft(parts[part] as ExploreOptions, startedAt), {
        stopped,
        enough,
        onBug,
        left,
      }),
    );
    control.onProgress?.(progressOf(results, (performance.now() - startedAt) / 1000));
    if (results.get(part)?.end === 'found') return;
  }
}

const isOver = ({ stopped, enough }: ExploreControl): boolean => stopped?.() === true || enough?.() === true;

const POLL_MS = 100;

async function onThreads(job: Job): Promise<void> {
  const { subject, parts, todo, jobs, finish, control, results, onLost, left, runners } = job;
  const [first] = parts;
  if (first === undefined) return;
  const threads = await runnersOf(runners, { target: first.target, subject, jobs, onBug: control.onBug, left });
  const startedAt = performance.now();
  const limit = first.durationMs ?? Number.POSITIVE_INFINITY;
  const poll = setInterval(() => {
    const late = performance.now() - startedAt > limit;
    if (late || isOver(control)) threads.stop();
    control.onProgress?.(progressOf(results, (performance.now() - startedAt) / 1000));
  }, POLL_MS);
  try {
    const runPart = async (part: number): Promise<void> => {
      if (threads.stopped) return;
      const run = threads.run(withTimeLeft(parts[part] as ExploreOptions, startedAt));
      const result = await run.catch((why: unknown) => {
        // So say all others, and the search is over.
        if (onLost === undefined || isUnfit(why)) throw why;
        onLost(part, why);
        return undefined;
      });
      if (result !== undefined) finish(part, result);
      if (result?.end === 'found') threads.stop();
    };
    // One queue for all threads: parts differ in size.
    const queue = [...todo];
    const drain = async (): Promise<void> => {
      for (let part = queue.shift(); part !== undefined; part = queue.shift()) await runPart(part);
    };
    await Promise.all(Array.from({ length: jobs }, drain));
  } finally {
    clearInterval(poll);
    await threads.end();
  }
}
