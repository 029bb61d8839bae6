/** More CPUs than a word has bits: modules of 40 and 64, a program on 33, with bugs that only the last of them show. */
import { describe, expect, test } from 'vitest';
import { explore } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { strategies } from '../../dist/src/explore/strategies/index.js';
import { scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { cpuOf } from '../../dist/src/stepped/move.js';
import { titles } from '../support/explore-module.ts';

const names = strategies.map(({ name }) => name);
const EVERYTHING = 1e9;

function moduleOf(text: string): Target {
  const head = `import { arch_spin_lock, arch_spin_unlock, assert, choose, cpu_relax, futex_wait, futex_wake, load, store, xadd }
  from 'tasklock/bus';
`;
  return { kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text: head + text, settings: {}, mutant: null };
}

async function search(target: Target, strategy: string, last: number, more: Partial<ExploreOptions> = {}) {
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };
  return await explore({ target, strategy, last, ...rest, ...more });
}

/** Whether the first execution that showed a bug ends the same when it is made again. */
async function isReplayed(target: Target, { bugs: [bug] }: SearchResult): Promise<boolean> {
  const again = reproduce(await subjectOf(target), [], bug?.decisions ?? new Uint16Array(0), true);
  return again.finalHash === bug?.finalHash && again.bugs.some(({ title }) => title === bug.title);
}

/** The others touch words of their own, but for CPU 5 and CPU 38. */
const sparse = (claim: string): Target =>
  moduleOf(`function worker(cpu: number): number {
  if (cpu < 38 && cpu !== 5) return load(0x1100 + 4 * cpu);
  if (cpu === 5) { store(0x1000, 1); store(0x1004, 1); return 0; }
  if (cpu === 38) return xadd(0x1008, 1);
  const b = load(0x1004);
  const a = load(0x1000);
  const c = choose(2);
  assert(${claim}, 'only CPU 39');
  return a + b + load(0x1008);
}
export const cpus = Array(40).fill(worker);
`);

describe('the last of 40 CPUs', () => {
  const bad = sparse('!(b === 0 && a === 1 && c === 1)');
  const good = sparse('!(b === 1 && a === 0)');

  test('dpor: three orders of two words, two of the third, two values', async () => {
    const result = await search(good, 'dpor', EVERYTHING);
    expect(result).toMatchObject({ executions: 3 * 2 * 2, redundant: 0, bugs: [], end: 'exhausted' });
  });

  test.each(names)('%s', async (strategy) => {
    const result = await search(bad, strategy, 1_000, { preemptions: 1 });
    expect(result.executions).toBe(1_000);
    if (strategy !== 'dfs') {
      expect(titles(result)).toEqual(['assert: only CPU 39 in worker']);
      expect(result.bugs[0]?.cpu).toBe(39);
      expect(await isReplayed(bad, result)).toBe(true);
    }
    expect((await search(good, strategy, 500, { preemptions: 1 })).bugs).toEqual([]);
  });
});

const four = (idle: number): Target =>
  moduleOf(`const L = 0x1000;
const X = 0x1004;
const Q = 0x1008;
export function setup(): void { store(L, 1); }
function idle(): void {}
function locks(): void { arch_spin_lock(L); store(X, load(X) + 1); arch_spin_unlock(L); }
function spins(): number { while (load(X) === 0) cpu_relax(); return choose(2); }
function sleeps(): number { return futex_wait(Q, 0); }
function wakes(): number { return futex_wake(Q, 1) + choose(2); }
export const cpus = [...Array(${idle}).fill(idle), locks, spins, sleeps, wakes];
`);

const told = ({ executions, redundant, repeated, states, facts, steps, ...rest }: SearchResult) => ({
  counts: [executions, redundant, repeated, states.size, steps],
  facts,
  bugs: rest.bugs.map(({ title, times }) => [title, times]),
  end: rest.end,
});

describe('four CPUs behind 36 or 60 that have nothing to do', () => {
  test.each([
    ['dpor', {}],
    ['dfs', { preemptions: 1 }],
    ['dpor', { stateful: true }],
    ['dfs', { stateful: true }],
    ['random', {}],
  ] as const)('%s %j: as without them', async (strategy, more) => {
    const last = strategy === 'random' ? 500 : EVERYTHING;
    const alone = told(await search(four(0), strategy, last, more));
    expect(alone.bugs.map(([title]) => title)).toEqual(['deadlock: no CPU can go on in sleeps']);
    for (const idle of [36, 60]) expect(told(await search(four(idle), strategy, last, more))).toEqual(alone);
  });
});

/** The last two do not wait for each other. */
const ring = (cpus: number, add: string): Target =>
  moduleOf(`const TURN = 0x1000;
const SUM = 0x1004;
function worker(cpu: number): void {
  while (load(TURN) < (cpu < ${cpus - 2} ? cpu : ${cpus - 2})) cpu_relax();
  ${add}
  if (cpu < ${cpus - 2}) store(TURN, cpu + 1);
}
export const cpus = Array(${cpus}).fill(worker);
export function finished(): boolean { return load(SUM) === ${cpus}; }
`);

describe('a token that goes from CPU to CPU', () => {
  test.each([40, 64])('the last two of %i lose an update, and with an atomic add none is lost', async (cpus) => {
    const bad = ring(cpus, 'store(SUM, load(SUM) + 1);');
    const found = await search(bad, 'random', 60);
    expect(titles(found)).toEqual(['assert: the end is not as it should be in finished']);
    expect(new Set(Array.from(found.bugs[0]?.decisions ?? [], cpuOf)).size).toBe(cpus);
    expect(await isReplayed(bad, found)).toBe(true);
    expect((await search(ring(cpus, 'xadd(SUM, 1);'), 'random', 60)).bugs).toEqual([]);
  });
});

const program = (always: string): Target =>
  scenarioTarget(
    'thirty-three',
    `cpus 33
shared x
task parent:
    c = clone(VM) -> child
    x = 1
    w = wait(c)
task child:
    exit(0)
always ${always}
`,
  );

describe('a program on 33 CPUs', () => {
  test.each(names)('%s', async (strategy) => {
    const target = program('x < 2');
    const result = await search(target, strategy, 3, { preemptions: 1, checkers: ['data-race', 'lock-order', 'spec'] });
    expect(result.executions).toBe(3);
    expect(titles(result)).toEqual([]);
    expect((await subjectOf(target)).cpus).toBe(33);
  });

  test('a property that is broken on CPU 32 is told there, and replayed', async () => {
    const subject = await subjectOf(program('x < 1'));
    const runner = new Runner(subject, []);
    const walk = new RandomWalk(1);
    for (let i = 0; i < 200; i++) {
      const bug = runner.run(walk, i)?.bugs[0];
      expect(bug?.title).toBe('assert: not always x < 1 in thirty-three.prog');
      if (bug?.cpu !== 32) continue;
      const decisions = runner.decisions.slice(0, bug.step);
      const { bugs, divergence } = reproduce(subject, [], decisions, true);
      expect([bugs.map(({ title, cpu }) => [title, cpu]), divergence]).toEqual([[[bug.title, 32]], undefined]);
      return;
    }
    throw new Error('no task on CPU 32');
  });
});
