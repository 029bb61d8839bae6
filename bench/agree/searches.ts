/** The searches that have to agree, each from the text of a module to what it saw. */
import { type CampaignOptions, runCampaign } from '../../src/explore/search/campaign.js';
import type { ExploreOptions } from '../../src/explore/search/options.js';
import type { ModuleSubject } from '../../src/explore/subject/module-subject.js';
import { Runner } from '../../src/explore/run/runner.js';
import type { SearchResult } from '../../src/explore/search/result.js';
import { DepthFirst } from '../../src/explore/strategies/dfs.js';
import { mergeResults } from '../../src/explore/search/merge.js';
import { subjectOf, type Target } from '../../src/explore/subject/targets.js';
import { grownBy, learnWatched } from '../../src/explore/run/watched.js';
import { stateNumber } from '../../src/stepped/state.js';
import { bySleepSets } from './sleep-sets.js';
import { type Seen, seen, TooMany } from './seen.js';

export interface NamedSearch {
  readonly name: string;
  readonly run: (text: string) => Promise<Seen>;
}

/** States on the way, and executions, that one module is worth. */
const MOST_STATES = 4_000;
const MOST_EXECUTIONS = 2_000;

function targetOf(text: string): Target {
  return { kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text, settings: {}, mutant: null };
}

function optionsOf(text: string, strategy: string, stateful: boolean): ExploreOptions {
  const target = targetOf(text);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };
  return { target, strategy, stateful, last: Number.MAX_SAFE_INTEGER, ...rest };
}

/** The end states of a search that counts those of failing executions as well. */
async function endsWithoutBug(text: string): Promise<ReadonlySet<number>> {
  return new Set(
    (await reference(text)).ends
      .split(' ')
      .filter((one) => one !== '')
      .map(Number),
  );
}

async function ofResult(text: string, result: SearchResult, counts: boolean): Promise<Seen> {
  if (result.end !== 'exhausted' || result.bounded > 0) throw new TooMany();
  const good = await endsWithoutBug(text);
  const titles = result.bugs.map(({ title }) => title);
  // A state that some executions end in with a bug and others without is one of both: what must not be missing is known.
  const ends = [...result.states].filter((one) => good.has(one));
  return seen(counts ? result.executions : null, ends, titles);
}

async function campaign(text: string, strategy: string, more: Partial<CampaignOptions> = {}): Promise<SearchResult> {
  return await runCampaign({ explore: optionsOf(text, strategy, false), jobs: 1, ...more }, {});
}

/** In parts that are kept, which do not begin again when invariant() is seen to read more: they are told all of it. */
async function inParts(text: string): Promise<ExploreOptions> {
  return { ...optionsOf(text, 'dpor', false), watched: await wordsOf(text) };
}

/** Three shards put together. */
async function shards(text: string): Promise<SearchResult> {
  const results: SearchResult[] = [];
  const explore = await inParts(text);
  for (let index = 0; index < 3; index++)
    results.push(await campaign(text, 'dpor', { explore, shard: { index, of: 3 } }));
  return mergeResults(results);
}

/** Stopped after some parts, and taken up again with those that were done; after how many follows from the text. */
async function interrupted(text: string): Promise<SearchResult> {
  const done = new Map<number, SearchResult>();
  let left = text.length % 7;
  const onPart = (part: number, result: SearchResult): void => {
    done.set(part, result);
    left--;
  };
  const explore = await inParts(text);
  await runCampaign({ explore, jobs: 1, onPart }, { stopped: () => left < 0 });
  return await campaign(text, 'dpor', { explore, done: new Map(done), onPart: () => {} });
}

/** Run with all the words that invariant() reads, and those words. */
async function grown<Result>(
  text: string,
  run: (subject: ModuleSubject) => Result,
): Promise<{ readonly result: Result; readonly words: readonly number[] }> {
  const subject = (await subjectOf(targetOf(text))) as ModuleSubject;
  for (let words = learnWatched(subject); ; words = [...words, ...grownBy(subject, words)]) {
    subject.watch(words);
    const result = run(subject);
    if (grownBy(subject, words).length === 0) return { result, words };
  }
}

/** Every interleaving, one after the other. */
function enumerate(subject: ModuleSubject): Seen {
  const runner = new Runner(subject, []);
  const strategy = new DepthFirst(Number.POSITIVE_INFINITY);
  const ends = new Set<number>();
  const titles = new Set<string>();
  for (let i = 0; ; i++) {
    const outcome = runner.run(strategy, i);
    if (outcome === undefined) return seen(null, ends, titles);
    if (i > MOST_EXECUTIONS) throw new TooMany();
    if (outcome.ending === 'done') ends.add(stateNumber(subject.machine.hash()));
    for (const bug of outcome.bugs) titles.add(bug.title);
  }
}

let last: { readonly text: string; readonly result: Seen; readonly words: readonly number[] } | undefined;

/** What all others are held against; the last one is kept. */
export async function reference(text: string): Promise<Seen> {
  return (await known(text)).result;
}

/** The words that invariant() reads. */
async function wordsOf(text: string): Promise<readonly number[]> {
  return (await known(text)).words;
}

async function known(text: string): Promise<NonNullable<typeof last>> {
  if (last?.text !== text) last = { text, ...(await grown(text, (subject) => bySleepSets(subject, MOST_STATES))) };
  return last;
}

const dpor = (name: string, run: (text: string) => Promise<SearchResult>): NamedSearch => ({
  name,
  run: async (text) => await ofResult(text, await run(text), true),
});

const states = (name: string, strategy: string): NamedSearch => ({
  name,
  run: async (text) => {
    const result = await runCampaign({ explore: optionsOf(text, strategy, true), jobs: 1 }, {});
    return await ofResult(text, result, false);
  },
});

export const enumeration: NamedSearch = {
  name: 'enumeration',
  run: async (text) => (await grown(text, enumerate)).result,
};

/** In this thread, and so fit for thousands of modules. */
export const searches: readonly NamedSearch[] = [
  dpor('dpor', (text) => campaign(text, 'dpor')),
  dpor('dpor in three shards', shards),
  dpor('dpor interrupted and resumed', interrupted),
  states('dpor by states', 'dpor'),
  states('dfs by states', 'dfs'),
];

/** With threads of their own, which take longer to begin than a small search to end. */
export const threaded: readonly NamedSearch[] = [2, 3].map((jobs) =>
  dpor(`dpor with ${jobs} jobs`, (text) => campaign(text, 'dpor', { jobs, alone: 0 })),
);
