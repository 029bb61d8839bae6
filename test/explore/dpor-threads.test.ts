/** dpor on real threads that share the nodes of one search: what it says is what one thread says, and no more than it knows. */
import { describe, expect, test } from 'vitest';
import { runCampaign, type CampaignOptions } from '../../dist/src/explore/search/campaign.js';
import type { ExploreControl } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { moduleTarget, scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { isLong } from '../support/amount.ts';
import { inRepository } from '../support/cli-process.ts';
import { programText } from '../support/programs.ts';

const optionsOf = (target: Target, more: Partial<ExploreOptions> = {}): ExploreOptions => ({
  target,
  strategy: 'dpor',
  seed: 1,
  depth: 3,
  preemptions: Number.POSITIVE_INFINITY,
  checkers: [],
  first: 0,
  last: Number.MAX_SAFE_INTEGER,
  ...more,
});

/** With others from the second execution on. */
async function run(
  target: Target,
  jobs: number,
  more: Partial<CampaignOptions> = {},
  control: ExploreControl = {},
): Promise<SearchResult> {
  return await runCampaign({ explore: optionsOf(target), jobs, alone: 1, ...more }, control);
}

async function module(file: string, settings: Readonly<Record<string, number>> = {}): Promise<Target> {
  return await moduleTarget(inRepository(file), new Map(Object.entries(settings)));
}

/** All that is reported of a search that came to its end, but what was begun in vain. */
function lasting({ executions, bounded, states, bugs, end, syscalls }: SearchResult): unknown {
  const seen = bugs.map(({ title, times, decisions, finalHash, step }) => ({
    title,
    times,
    decisions,
    finalHash,
    step,
  }));
  const sorted = seen.sort((a, b) => (a.title < b.title ? -1 : 1));
  return { executions, bounded, states: [...states].sort((a, b) => a - b), bugs: sorted, end, syscalls };
}

/** What follows from the options where executions meet the bound. */
const counts = ({ executions, bounded: met, redundant, steps }: SearchResult): number[] => [
  executions,
  met,
  redundant,
  steps,
];

/** With so many threads, in the long form with two and with three. */
describe('with two or three threads as with one', () => {
  test.each([
    [3, 'examples/pointer-swap.ts', { READERS: 3 }, 2_916],
    [2, 'examples/pointer-swap-lockless.ts', { READERS: 3 }, 11_166],
    [3, 'examples/rwlock.ts', {}, 7_804],
    [2, 'examples/ring.ts', {}, 339],
    [3, 'test/fixtures/modules/indexer.js', { THREADS: 13 }, 64],
    [2, 'test/fixtures/modules/lastzero.ts', { N: 7 }, undefined],
  ] as const)(
    '%i: %s %j',
    async (inTurn, file, settings, executions) => {
      const target = await module(file, settings);
      const one = await run(target, 1);
      expect(one.end).toBe('exhausted');
      if (executions !== undefined) expect(one.executions).toBe(executions);
      for (const jobs of isLong ? [2, 3] : [inTurn]) {
        const many = await run(target, jobs);
        expect(lasting(many)).toEqual(lasting(one));
        if (one.redundant === 0) expect([many.redundant, many.steps]).toEqual([0, one.steps]);
      }
    },
    120_000,
  );

  test('a kernel', async () => {
    const target = scenarioTarget('chdir-fails', programText('chdir-fails'));
    const one = await run(target, 1);
    expect(lasting(await run(target, 2))).toEqual(lasting(one));
  }, 120_000);
});

describe('what is not known to be everything', () => {
  test('so many executions and no more are those of one thread', async () => {
    const target = await module('examples/pointer-swap-lockless.ts', { READERS: 3 });
    for (const last of [2, 2_500]) {
      const limited = { explore: optionsOf(target, { last }) };
      const found = await run(target, 3, limited);
      expect([found.executions, found.end]).toEqual([last, 'executions']);
      expect(found).toEqual(await run(target, 1, limited));
    }
  });

  test('how many were begun in vain is told as what it is', async () => {
    const found = await run(await module('examples/pointer-swap-lockless.ts', { READERS: 3 }), 2);
    expect(found.redundant).toBeGreaterThan(0);
    expect([found.uneven, found.facts]).toEqual([true, { blocked: `${found.redundant} this time` }]);
  });

  test('who is stopped says so, and whose time is up', async () => {
    const target = await module('examples/pointer-swap.ts', { READERS: 5 });
    const begun = performance.now();
    const isLate = (): boolean => performance.now() - begun > 1_500;
    expect((await run(target, 2, {}, { stopped: isLate })).end).toBe('stopped');
    const short = await run(target, 2, { explore: optionsOf(target, { durationMs: 1_500 }) });
    expect(short.end).toBe('duration');
    expect((await run(target, 2, {}, { enough: () => true })).end).toBe('duration');
  }, 120_000);

  test('a thread that dies takes its part with it, and the search is not complete', async () => {
    const target = await module('examples/pointer-swap.ts', { READERS: 3 });
    const lost: number[] = [];
    const found = await run(target, 3, {
      // No thread can make a subject of it.
      explore: optionsOf({ ...target, text: 'export const cpus = [];' } as Target),
      subject: await subjectOf(target),
      onLost: (searcher) => void lost.push(searcher),
    });
    expect([found.end, lost.sort()]).toEqual(['stopped', [1, 2]]);
    expect(found.executions).toBeLessThan(2_916);
  }, 60_000);

  test('the first bug ends all', async () => {
    const target = await module('examples/pointer-swap-lockless.ts', { READERS: 4 });
    const found = await run(target, 2, { explore: optionsOf(target, { stopAtFirst: true }) });
    expect([found.end, found.bugs.length]).toEqual(['found', 1]);
  }, 60_000);

  test('where executions meet the step bound the parts follow from the options', async () => {
    const target = await module('examples/pointer-swap.ts', { READERS: 3 });
    const bounded = { explore: optionsOf(target, { stepBound: 24 }) };
    const [two, again, three] = [
      await run(target, 2, bounded),
      await run(target, 2, bounded),
      await run(target, 3, bounded),
    ];
    expect(two.bounded).toBeGreaterThan(0);
    expect([counts(again), counts(three)]).toEqual([counts(two), counts(two)]);
  }, 120_000);
});
