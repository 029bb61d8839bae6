/** A portfolio: what it proves, what it does not, and that nothing one of its strategies found hides in another. */
import { describe, expect, test } from 'vitest';
import { explore } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { lengthOf } from '../../dist/src/explore/search/length.js';
import { isProof, runPortfolio } from '../../dist/src/explore/search/portfolio.js';
import { planOf } from '../../dist/src/explore/search/portfolio-plan.js';
import type { SearchResult, Share } from '../../dist/src/explore/search/result.js';
import { moduleTarget, scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { inRepository } from '../support/cli-process.ts';

const options = (target: Target, more: Partial<ExploreOptions>): ExploreOptions => ({
  target,
  strategy: 'portfolio',
  seed: 1,
  depth: 3,
  rising: true,
  preemptions: Number.POSITIVE_INFINITY,
  checkers: [],
  first: 0,
  last: Number.MAX_SAFE_INTEGER,
  ...more,
});

async function module(name: string, settings: Readonly<Record<string, number>> = {}): Promise<Target> {
  return await moduleTarget(inRepository(name), new Map(Object.entries(settings)));
}

async function run(target: Target, more: Partial<ExploreOptions>, jobs = 1): Promise<SearchResult> {
  return await runPortfolio({ explore: options(target, more), jobs });
}

const namesOf = ({ shares = [] }: SearchResult): string[] =>
  shares.map(({ strategy, stateful }) => (stateful ? `${strategy} by states` : strategy));
const shareOf = ({ shares = [] }: SearchResult, name: string): SearchResult | undefined =>
  shares.find(({ strategy, stateful }) => strategy === name && !stateful)?.result;

/** What does not depend on the clock. */
const lasting = ({ shares = [], ...result }: SearchResult): unknown => ({
  ...result,
  proof: result.proof?.strategy,
  shares: shares.map((share) => ({ ...share, seconds: 0 })),
});

/** What sampling strategies ran: with threads dpor comes to its executions in another order. */
const countsOf = ({ shares = [] }: SearchResult): unknown =>
  shares
    .filter(({ strategy }) => strategy !== 'dpor')
    .map(({ strategy, result }) => [strategy, result.executions, result.steps, result.states.size]);

describe('a module', () => {
  test('is proved by dpor, with the counts of dpor alone', async () => {
    const target = await module('examples/pointer-swap.ts');
    const [both, alone] = [await run(target, {}), await explore(options(target, { strategy: 'dpor' }))];
    expect([both.end, both.proof?.strategy, both.proof?.stateful]).toEqual(['exhausted', 'dpor', false]);
    expect(both.proof?.result.executions).toBe(124);
    expect([...(both.proof?.result.states ?? [])].sort()).toEqual([...alone.states].sort());
    expect((both.shares ?? []).filter(isProof).map(({ strategy }) => strategy)).toEqual(['dpor']);
    expect(shareOf(both, 'random')?.end).toBe('executions');
    expect(both.executions).toBe((both.shares ?? []).reduce((sum, { result }) => sum + result.executions, 0));
  });

  test('that dpor has no part left for is no proof, however much was sampled', async () => {
    const target = await module('examples/pointer-swap.ts');
    const less = await run(target, { last: 200 });
    expect([less.end, less.proof, less.executions]).toEqual(['executions', undefined, 200]);
    expect(shareOf(less, 'dpor')?.end).toBe('executions');
    expect(namesOf(less)).toEqual(['random', 'pct', 'pos', 'dpor']);
  });

  test('is searched by states when dpor leaves something out, which proves it as well', async () => {
    const target = await module('examples/pointer-swap.ts');
    const result = await run(target, { durationMs: 600_000, stepBound: 10 });
    expect(shareOf(result, 'dpor')?.bounded).toBeGreaterThan(0);
    expect([result.end, result.proof?.stateful, result.proof?.result.bounded]).toEqual(['exhausted', true, 0]);
  });

  test('is not searched by states where a checker watches, or nothing says how long', async () => {
    const target = await module('examples/pointer-swap.ts');
    const subject = await subjectOf(target);
    const searches = (more: Partial<ExploreOptions>): unknown =>
      planOf(subject, options(target, more)).exhaustive.map(({ strategy, stateful }) => [strategy, stateful]);
    expect(searches({ durationMs: 1_000 })).toEqual([
      ['dpor', false],
      ['dpor', true],
    ]);
    expect(searches({ durationMs: 1_000, checkers: ['data-race'] })).toEqual([['dpor', false]]);
    expect(searches({ last: 1_000 })).toEqual([['dpor', false]]);
  });

  test('depends on options and seed alone when executions end it, also on two threads', async () => {
    const target = await module('examples/pointer-swap-lockless.ts', { READERS: 5 });
    const [one, again] = [await run(target, { last: 9_000 }), await run(target, { last: 9_000 })];
    expect(lasting(again)).toEqual(lasting(one));
    const threads = await run(target, { last: 9_000 }, 2);
    expect(countsOf(threads)).toEqual(countsOf(one));
    expect(threads.bugs.map(({ title }) => title)).toEqual(one.bugs.map(({ title }) => title));
    const other = await run(target, { last: 9_000, seed: 2 });
    expect(other.steps).not.toBe(one.steps);
  });

  test('runs the executions of each strategy that it alone would run', async () => {
    const target = await module('examples/pointer-swap-lockless.ts', { READERS: 5 });
    const result = await run(target, { last: 9_000 });
    for (const strategy of ['random', 'pos']) {
      const share = shareOf(result, strategy);
      const alone = await explore(options(target, { strategy, last: share?.executions ?? 0 }));
      expect([share?.steps, share?.states]).toEqual([alone.steps, alone.states]);
    }
  });

  test('with a bug says who found it first, and ends there when asked to', async () => {
    const target = await module('examples/pointer-swap-lockless.ts');
    const all = await run(target, {});
    expect([all.bugs.length, all.proof?.strategy, all.bugs[0]?.strategy]).toEqual([1, 'dpor', 'random']);
    const saw = (all.shares ?? []).filter(({ result }) => result.bugs.length > 0).map(({ strategy }) => strategy);
    expect(saw).toEqual(['random', 'pct', 'pos', 'dpor']);
    const first = await run(target, { stopAtFirst: true });
    expect([first.end, first.bugs.length, first.proof]).toEqual(['found', 1, undefined]);
    expect(first.executions).toBe((first.bugs[0]?.execution ?? 0) + 1);
    for (const [strategy, stateful] of [
      ['dpor', false],
      ['dpor', true],
      ['random', false],
    ] as const) {
      const alone = await explore(options(target, { strategy, stateful, last: 100_000, stopAtFirst: true }));
      expect([alone.end, alone.bugs.length]).toEqual(['found', 1]);
    }
  });
});

test('a search by reduction that was ended says about how much there is, and one that ended by itself does not', async () => {
  const target = await module('examples/pointer-swap.ts', { READERS: 3 });
  const dpor = async (last: number): Promise<SearchResult> =>
    await explore(options(target, { strategy: 'dpor', last, stepBound: 20_000 }));
  const [some, more, all] = [await dpor(100), await dpor(1_000), await dpor(10_000)];
  expect(some.about).toBeGreaterThan(100);
  expect(more.about).toBeGreaterThan(1_000);
  expect(more.about).toBeLessThan(2 * 2_916);
  expect([all.executions, all.about]).toEqual([2_916, undefined]);
});

describe('a kernel', () => {
  const scenario = smallScenarios.find(({ name }) => name === 'undo-of-nothing');
  if (scenario === undefined) throw new Error('no scenario');

  test('is given turns of pct, pos, dfs and random, and is never proved', async () => {
    const target = scenarioTarget(scenario.name, smallProgram(scenario, 'linux-2.6.16'));
    const result = await run(target, { last: 60 });
    expect(namesOf(result)).toEqual(['pct', 'pos', 'dfs', 'random']);
    expect([result.end, result.executions, result.proof]).toEqual(['executions', 60, undefined]);
    const counts = (result.shares ?? []).map((share) => share.result.executions);
    expect(Math.min(...counts)).toBeGreaterThan(4);
  });

  test('shows what each of them finds', async () => {
    const target = scenarioTarget(scenario.name, smallProgram(scenario, 'desai-2005'));
    const result = await run(target, { last: 60, checkers: ['use-after-free', 'sleep-in-atomic'] });
    const titles = new Set((result.shares ?? []).flatMap((share) => share.result.bugs.map(({ title }) => title)));
    expect(new Set(result.bugs.map(({ title }) => title))).toEqual(titles);
    expect(titles.size).toBeGreaterThan(0);
  });
});

describe('a share is a proof', () => {
  test('only when it is of an exhaustive search without a bound that left nothing out', async () => {
    const result = await explore(options(await module('examples/pointer-swap.ts'), { strategy: 'dpor' }));
    const share: Share = { strategy: 'dpor', stateful: false, result, seconds: 0 };
    expect(isProof(share)).toBe(true);
    const less: Partial<SearchResult>[] = [
      { end: 'executions' },
      { end: 'duration' },
      { end: 'found' },
      { end: 'stopped' },
      { bounded: 1 },
      { executions: 0 },
      { grown: [4] },
    ];
    for (const one of less) expect(isProof({ ...share, result: { ...result, ...one } })).toBe(false);
    for (const strategy of ['random', 'pct', 'pos', 'dfs']) expect(isProof({ ...share, strategy })).toBe(false);
  });
});

test('how long executions are is tried on no more of them than are asked for', async () => {
  const subject = await subjectOf(await module('examples/pointer-swap.ts'));
  const reset = subject.reset.bind(subject);
  let executions = 0;
  subject.reset = () => {
    executions++;
    reset();
  };
  const most = lengthOf(subject, 1, 3);
  expect(executions).toBe(128);
  executions = 0;
  const few = lengthOf(subject, 1, 3, undefined, 2);
  expect(executions).toBe(4);
  expect(few).toBeGreaterThan(1);
  expect(few).toBeLessThanOrEqual(most);
});
