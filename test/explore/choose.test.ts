/** choose(n): every value is tried by a search that tries everything, any by the others; it is recorded and replayed. */
import { describe, expect, test } from 'vitest';
import { bySleepSets } from '../../dist/bench/agree/sleep-sets.js';
import { compare } from '../../dist/bench/agree/compare.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { DepthFirst } from '../../dist/src/explore/strategies/dfs.js';
import { strategies } from '../../dist/src/explore/strategies/index.js';
import { subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import type { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { CHOICE, cpuOf, kindOf, valueOf } from '../../dist/src/stepped/move.js';
import { exploreTarget, titles } from '../support/explore-module.ts';

const HEAD = `import { assert, choose, cpu_relax, load, store, xadd } from 'tasklock/bus';
const X = 0x1000;
const Y = 0x1004;
`;
const target = (text: string): Target => ({
  kind: 'module',
  name: 'm.ts',
  path: '/nowhere/m.ts',
  text: HEAD + text,
  settings: {},
  mutant: null,
});
const search = async (text: string, strategy: string, last = 100_000): Promise<SearchResult> =>
  await exploreTarget(target(text), strategy, last);
const names = strategies.map(({ name }) => name);

/** Executions of plain enumeration, counted by the strategy alone. */
async function enumerated(text: string): Promise<number> {
  const runner = new Runner(await subjectOf(target(text)), []);
  const strategy = new DepthFirst(Number.POSITIVE_INFINITY);
  for (let executions = 0; ; executions++) if (runner.run(strategy, executions) === undefined) return executions;
}

describe('every value is tried', () => {
  test.each([
    ['one choice', 'function f(): number { return choose(3); }\nexport const cpus = [f];', 3],
    ['of one value', 'function f(): number { return choose(1); }\nexport const cpus = [f];', 1],
    ['of the most', 'function f(): number { return choose(128); }\nexport const cpus = [f];', 128],
    [
      'two in a row, the second only sometimes',
      'function f(): number { const a = choose(3); return a === 2 ? 10 + choose(4) : a; }\nexport const cpus = [f];',
      6,
    ],
    [
      'in a loop',
      'function f(): number { let sum = 0; for (let i = 0; i < 4; i++) sum = 2 * sum + choose(2); return sum; }\nexport const cpus = [f];',
      16,
    ],
  ])('%s', async (_, text, executions) => {
    expect(await enumerated(text)).toBe(executions);
    for (const strategy of ['dfs', 'dpor']) {
      const result = await search(text, strategy);
      expect(result).toMatchObject({ executions, redundant: 0, bugs: [], end: 'exhausted' });
      expect(result.states.size).toBe(executions);
    }
  });

  const SHARED = `function f(): number { const a = choose(3); store(X, a); return load(Y); }
function g(): number { const b = choose(2); if (b === 1) store(Y, 1); return load(X); }
export const cpus = [f, g];`;

  test('on two CPUs with words in common: as many as sleep sets alone come to', async () => {
    const result = await search(SHARED, 'dpor');
    const subject = (await subjectOf(target(SHARED))) as ModuleSubject;
    // X of both in either order: 3 * 2; where g stores Y, also its order with f's load: three of four are possible.
    expect(result).toMatchObject({ executions: 3 * 2 + 3 * 3, redundant: 0, end: 'exhausted' });
    expect(bySleepSets(subject, 10_000).executions).toBe(15);
    expect(await compare(HEAD + SHARED)).toEqual({ differences: [], compared: 6 });
  });
});

const bad = (at: number): string => `function f(): void { if (choose(5) === ${at}) store(X, 1); }
function g(): void { const b = choose(3); assert(!(b === 2 && load(X) === 1), 'this value'); }
export const cpus = [f, g];`;

describe('a bug that needs a certain value', () => {
  test.each(names)('is found by %s, and its twin is not', async (strategy) => {
    const found = await search(bad(4), strategy, 2_000);
    expect(titles(found)).toEqual(['assert: this value in g']);
    const [bug] = found.bugs;
    const decisions = bug?.decisions ?? new Uint16Array(0);
    const chosen = [...decisions].filter((move) => kindOf(move) === CHOICE);
    expect(chosen.map((move) => [cpuOf(move), valueOf(move)]).sort()).toEqual([
      [0, 4],
      [1, 2],
    ]);
    const again = reproduce(await subjectOf(target(bad(4))), [], decisions, true);
    expect([again.finalHash, again.bugs[0]?.title]).toEqual([bug?.finalHash, bug?.title]);
    const twin = await search(bad(5), strategy, 2_000);
    expect(twin.bugs).toEqual([]);
    expect(twin.end).toBe(strategy === 'dfs' || strategy === 'dpor' ? 'exhausted' : 'executions');
  });

  test('values are drawn with equal chances', async () => {
    const text = 'function f(): void { store(X, choose(4)); }\nexport const cpus = [f, f];';
    const subject = await subjectOf(target(text));
    const runner = new Runner(subject, []);
    for (const kind of strategies.filter(({ exhaustive }) => !exhaustive)) {
      const strategy = kind.create(subject, { seed: 3, depth: 3, rising: false, preemptions: 0, steps: 6 });
      const counts = [0, 0, 0, 0];
      const executions = 4_000;
      for (let i = 0; i < executions; i++) {
        const steps = runner.run(strategy, i)?.steps ?? 0;
        for (const move of runner.decisions.subarray(0, steps)) if (kindOf(move) === CHOICE) counts[valueOf(move)]!++;
      }
      // Of 8000 draws a quarter each, deviation 39: six either way.
      for (const count of counts) expect(Math.abs(count - 2_000), kind.name).toBeLessThan(240);
    }
  });
});

describe('a step that fails', () => {
  test.each([
    ['for one value', "assert(choose(3) !== 1, 'this value');"],
    ['for all', "assert(choose(2) > 1, 'this value');"],
  ])('right behind a choice, %s: what the others can do is seen as well', async (_, statement) => {
    const text = `function f(): void { ${statement} store(X, 1); }
function g(): void { xadd(Y, 1); assert(load(X) === 0, 'late'); assert(xadd(Y, 1) < 2, 'many'); }
export const cpus = [f, g, g];`;
    expect(await compare(HEAD + text)).toEqual({ differences: [], compared: 6 });
    const result = await search(text, 'dpor');
    expect(titles(result)).toContain('assert: this value in f');
    expect(titles(result)).toContain('assert: many in g');
  });
});

describe('what may not be chosen', () => {
  test.each([
    ['choose(0)', 'choice among 0 values in f'],
    ['choose(-1)', 'choice among -1 values in f'],
    ['choose(129)', 'choice among 129 values in f'],
    ['choose(load(X) + 200)', 'choice among 200 values in f'],
  ])('%s', async (call, what) => {
    for (const strategy of names) {
      const result = await search(`function f(): void { ${call}; }\nexport const cpus = [f];`, strategy, 3);
      expect(titles(result)).toEqual([`assert: ${what}`]);
    }
  });

  const F = 'function f(): void { store(X, 1); }\nexport const cpus = [f];\n';
  test.each([
    ['setup', 'export function setup(): void { store(X, choose(2)); }', 'setup'],
    ['invariant', 'export function invariant(): boolean { return choose(2) < 2; }', 'invariant'],
    ['finished', 'export function finished(): boolean { return choose(2) < 2; }', 'finished'],
  ])('anything in %s', async (_, text, where) => {
    expect(titles(await search(F + text, 'dpor'))).toEqual([`assert: choice where nothing is explored in ${where}`]);
  });
});

test('a loop that is left by a choice is at work: it meets the bound, and is no livelock', async () => {
  const text = 'function f(): void { while (choose(2) === 0) cpu_relax(); }\nexport const cpus = [f, f];';
  const walk = await search(text, 'random', 200);
  expect([walk.bugs, walk.bounded]).toEqual([[], 0]);
  const all = await search(text, 'dpor', 50);
  expect([all.bugs, all.bounded > 0]).toEqual([[], true]);
});
