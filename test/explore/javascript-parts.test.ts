/**
 * A search of JavaScript in parts comes to what the search in one piece comes to: executions, ends, findings and how often,
 * what was withheld. In shards that are put together, cut off and taken up again, by another subject than that of the search in one piece.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCampaign } from '../../dist/src/explore/search/campaign.js';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import { mergeResults } from '../../dist/src/explore/search/merge.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { isJavascript, javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { amount, isLong } from '../support/amount.ts';
import { randomAgents } from '../support/random-agents.ts';
import { randomWorkers } from '../support/random-workers.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-parts-'));
afterAll(() => rmSync(directory, { recursive: true }));

const SHARDS = 3;
/** A larger search is no better test: all of the examples are smaller, and most random programs. */
const MOST = 150;

function optionsOf(file: string, strategy: string, last: number): ExploreOptions {
  const target: Target = javascriptTarget(file, 'idle');
  const rest = { seed: 7, depth: 3, rising: true, preemptions: Number.POSITIVE_INFINITY, checkers: ['data-race'] };
  return { ...rest, target, strategy, first: 0, last };
}

/** Orders tell nothing of how often something is begun in vain, which differs (split.ts). */
const whatOf = ({ executions, bounded, states, bugs, end, withheld = [], nothingJudged = false }: SearchResult) => ({
  executions,
  bounded,
  end,
  nothingJudged,
  withheld: withheld.map(({ what, where }) => [what, [...where].sort()]),
  states: [...states].sort(),
  bugs: bugs.map((bug) => [bug.title, bug.times, bug.execution, bug.finalHash]).sort(),
});

const whole = async (explore: ExploreOptions): Promise<SearchResult> =>
  await exploreSubject(await subjectOf(explore.target), explore, {});

async function inShards(explore: ExploreOptions, subject: Subject): Promise<SearchResult> {
  const results: SearchResult[] = [];
  for (let index = 0; index < SHARDS; index++)
    results.push(await runCampaign({ explore, subject, jobs: 1, shard: { index, of: SHARDS } }, {}));
  return mergeResults(results);
}

/** Ended when two parts are done, then gone on with. */
async function cutOff(explore: ExploreOptions, subject: Subject): Promise<SearchResult> {
  const done = new Map<number, SearchResult>();
  const onPart = (part: number, result: SearchResult): void => void done.set(part, result);
  const first = await runCampaign({ explore, subject, jobs: 1, onPart }, { stopped: () => done.size >= 2 });
  const before = new Map(done);
  const all = await runCampaign({ explore, subject, jobs: 1, done: before, onPart }, {});
  if (done.size > before.size) expect(first.end).toBe('stopped');
  return all;
}

/** `ways`: how it is cut up, by default in both. */
async function compare(file: string, strategy: string, last: number, ways = [inShards, cutOff]): Promise<SearchResult> {
  const explore = optionsOf(file, strategy, last);
  const one = await whole(explore);
  const isBounded = strategy === 'dpor' && one.end !== 'exhausted';
  if (isBounded) return one;
  const subject = await subjectOf(explore.target);
  for (const way of ways) expect(whatOf(await way(explore, subject)), `${file} ${way.name}`).toEqual(whatOf(one));
  return one;
}

const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));
const EXAMPLES = filesIn('examples/javascript').filter((file) => /-(broken|fixed)\.ts$/.test(file));
/** What setup() gives there is refused. */
const REFUSED = ['given-instance.mjs', 'given-map.mjs'];
const BETWEEN = filesIn('test/fixtures/javascript/between').filter(
  (file) => isJavascript(readFileSync(file, 'utf8')) && !REFUSED.includes(basename(file)),
);

describe('dpor', () => {
  test.for(EXAMPLES)('%s', { timeout: 300_000 }, async (file) => {
    expect((await compare(file, 'dpor', MOST)).executions).toBeGreaterThan(1);
  });

  // In one of the two ways, by turns: what programs do between agents is in the parts themselves.
  test.for(BETWEEN.map((file, i) => [file, i] as const))('%s', { timeout: 300_000 }, async ([file, i]) => {
    const ways = isLong ? undefined : [i % 2 === 0 ? inShards : cutOff];
    expect((await compare(file, 'dpor', MOST, ways)).executions).toBeGreaterThan(0);
  });

  test('random programs', { timeout: 600_000 }, async () => {
    let compared = 0;
    for (let seed = 0; seed < amount(8, 200); seed++) {
      const files: Record<string, string> = seed % 2 === 0 ? { 'spec.mjs': randomAgents(seed) } : randomWorkers(seed);
      const folder = mkdtempSync(join(directory, 'program-'));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const { end, executions } = await compare(join(folder, 'spec.mjs'), 'dpor', MOST);
      if (end === 'exhausted' && executions > 1) compared++;
    }
    expect(compared).toBeGreaterThan(2);
  });
});

describe('what samples', () => {
  test.for(['random', 'pct', 'pos'])('%s', { timeout: 120_000 }, async (strategy) => {
    for (const name of ['queue-broken', 'mutex-broken', 'deque-broken']) {
      // More than there are parts: some of one execution, some of two.
      const one = await compare(`examples/javascript/${name}.ts`, strategy, 100);
      expect([one.executions, one.end]).toEqual([100, 'executions']);
    }
  });
});
