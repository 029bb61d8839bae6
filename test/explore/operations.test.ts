/** Modules that declare operations: which scenarios are made of them, what is found there, and what is said of what was covered. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { compare } from '../../dist/bench/agree/compare.js';
import { smallerThan } from '../../dist/src/explore/minimize/minimize-scenario.js';
import { searchOperations, type SizeResult } from '../../dist/src/explore/search/operations.js';
import { isNamed, scenarioCount, scenariosOf, type Size, sizesUpTo } from '../../dist/src/explore/search/scenarios.js';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import { type OperationsTarget, operationsTarget } from '../../dist/src/explore/subject/operations-target.js';
import { moduleTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { exploreTarget } from '../support/explore-module.ts';
import { inRepository } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';

const BUS = `import { load, store, xadd, cmpxchg, futex_wait, futex_wake, alloc, free, choose, assert } from 'tasklock/bus';\n`;

const REST = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0 };

const targetOf = (text: string): Target => ({
  kind: 'module',
  name: 'm.ts',
  path: '/nowhere/m.ts',
  text: `${BUS}${text}`,
  settings: {},
  mutant: null,
});

async function madeOf(target: Target): Promise<OperationsTarget> {
  const module = await operationsTarget(target);
  if (module === undefined) throw new Error('it declares no operations');
  return module;
}

async function searched(target: Target, size: Size = { cpus: 2, calls: 2 }, strategy = 'portfolio', last = 1e15) {
  const module = await madeOf(target);
  const explore = { target, strategy, last: Math.min(last, Number.MAX_SAFE_INTEGER), ...REST };
  const control = { stopped: () => false, onBug: () => undefined, onSize: () => undefined };
  const options = { explore: { ...explore, durationMs: 120_000 }, size, beyond: undefined, jobs: 1 };
  return await searchOperations(module, options, control);
}

const summed = (sizes: readonly SizeResult[]): readonly number[] =>
  sizes.reduce(
    ([all, covered, executions], one) =>
      [(all ?? 0) + one.scenarios, (covered ?? 0) + one.covered, (executions ?? 0) + one.result.executions] as const,
    [0, 0, 0] as readonly number[],
  );

const semaphore = (wake: string): string => `
    function wait(): void {
      for (;;) {
        const n = load(0x1000);
        if (n === 0) futex_wait(0x1000, 0);
        else if (cmpxchg(0x1000, n, n - 1) === n) return;
      }
    }
    function post(): void { const was = xadd(0x1000, 1); ${wake} }
    export const operations = [wait, post];`;

const refusal = async (text: string): Promise<string> => {
  try {
    await operationsTarget(targetOf(text));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('what is found', () => {
  it('examples/stack-operations.ts', async () => {
    const target = await moduleTarget('examples/stack-operations.ts', new Map());
    const { sizes, failed } = await searched(target);
    expect(failed).toBeUndefined();
    expect(summed(sizes)).toEqual([78, 78, 12_818]);
  });

  it('the same with ATOMIC=0', async () => {
    const target = await moduleTarget('examples/stack-operations.ts', new Map([['ATOMIC', 0]]));
    const { failed, sizes } = await searched(target);
    expect(failed?.bugs.map(({ title }) => title)).toEqual([
      'spec: no order of the calls explains what came of them in operations',
    ]);
    // push(1), pop() on one CPU and pop() on the other.
    expect(failed?.scenario).toEqual([[2], [0, 2]]);
    expect(sizes.map(({ cpus, calls, scenarios, covered }) => [cpus, calls, scenarios, covered])).toEqual([
      [2, 1, 6, 6],
      [2, 2, 72, 20],
    ]);
  });

  it('lets a call wait that waits alone as well', async () => {
    const { sizes, failed } = await searched(targetOf(semaphore('futex_wake(0x1000, 1);')));
    expect(failed).toBeUndefined();
    const [all, covered] = summed(sizes);
    expect([all, covered]).toEqual([21, 21]);
  });

  it('and no other', async () => {
    const { failed } = await searched(targetOf(semaphore('if (was > 0) futex_wake(0x1000, 1);')));
    expect(failed?.bugs.map(({ title }) => title)).toEqual(['deadlock: no CPU can go on in wait']);
    expect(failed?.scenario).toEqual([[0], [1]]);
  });

  /** A queue that is none: what went in last comes out first. */
  const lifo = `
    function put(value) { const n = xadd(0x1000, 1); store(0x1100 + 4 * n, value); }
    function take() { const n = load(0x1000); if (n === 0) return 0; xadd(0x1000, -1); return load(0x1100 + 4 * n - 4); }
    function plainPut(value) { const n = load(0x2004); store(0x2100 + 4 * n, value); store(0x2004, n + 1); }
    function plainTake() {
      const head = load(0x2000);
      if (head === load(0x2004)) return 0;
      store(0x2000, head + 1);
      return load(0x2100 + 4 * head);
    }`;

  it('judges by a model where there is one', async () => {
    const own = `${lifo}\nexport const operations = [[put, plainPut], [take, plainTake]];`;
    const { failed } = await searched(targetOf(own), { cpus: 2, calls: 3 });
    expect(failed?.bugs[0]?.title).toBe('spec: no order of the calls explains what came of them in operations');
  });

  it.each<[string, string, readonly string[]]>([
    [
      'an increment in two steps',
      'function add() { const n = load(0x1000); store(0x1000, n + 1); return n; }\nexport const operations = [add];',
      ['spec: no order of the calls explains what came of them in operations'],
    ],
    ['an increment in one', 'function add() { return xadd(0x1000, 1); }\nexport const operations = [add];', []],
    [
      'a call that fails alone is in no order',
      'function put() { store(0x1000, 1); }\nfunction look() { assert(load(0x1000), "nothing there"); }\n' +
        'export const operations = [put, look];',
      ['assert: nothing there in look'],
    ],
    [
      'the number of the CPU',
      'const mine = (cpu) => xadd(0x1000 + 4 * cpu, 1);\nexport const operations = [(cpu) => mine(cpu)];',
      [],
    ],
    [
      'a void operation and an invariant',
      'function set(value) { store(0x1000, value); }\nexport const operations = [set.bind(null, 3)];\n' +
        'export function invariant() { return load(0x1000) !== 3; }',
      ['assert: invariant does not hold in invariant'],
    ],
    [
      'what is left on the heap without finished()',
      'function take() { return alloc(8) === 0 ? 1 : 0; }\nexport const operations = [take];',
      [],
    ],
    [
      'and with it',
      'function take() { return alloc(8) === 0 ? 1 : 0; }\nexport const operations = [take];\nexport function finished() {}',
      ['leak: block never freed in take'],
    ],
    [
      'a module that writes where calls are kept',
      'function f() { const n = load(0x1000); store(0x1000, n + 1); store(0xe000, 0); store(0xe004, 0); return n; }\n' +
        'export const operations = [f];',
      ['assert: the module writes where its calls are kept in operations'],
    ],
    [
      'functions that are called as what is written behind them',
      'function number() { return xadd(0x1000, 1); }\nfunction cpu(call) { return xadd(0x1004, call); }\n' +
        'export const operations = [number, (by) => cpu(by)];',
      [],
    ],
  ])('%s', async (_, text, titles) => {
    const { failed } = await searched(targetOf(text));
    expect(failed?.bugs.map(({ title }) => title) ?? []).toEqual(titles);
  });

  it('says nothing is covered of what was only sampled, or had no time', async () => {
    const text = 'function add() { return xadd(0x1000, 1); }\nexport const operations = [add];';
    const sampled = await searched(targetOf(text), { cpus: 2, calls: 2 }, 'random', 500);
    expect(summed(sampled.sizes).slice(0, 2)).toEqual([3, 0]);
    const few = await searched(targetOf(text), { cpus: 3, calls: 2 }, 'portfolio', 5);
    const [all, covered] = summed(few.sizes);
    expect(all).toBe(7);
    expect(covered).toBeLessThan(7);
  });
});

test('a scenario by itself is what the search makes of it', async () => {
  const module = await madeOf(await moduleTarget('examples/stack-operations.ts', new Map()));
  for (const scenario of [
    [[0], [2]],
    [
      [0, 2],
      [2, 1],
    ],
    [[2], [1], [0]],
  ]) {
    const explore = { target: module.targetOf(scenario), strategy: 'dpor', last: 3_000, ...REST };
    const [fast, whole] = [module.subjectOf(scenario), await subjectOf(module.targetOf(scenario))];
    expect(fast.hash).toBe(whole.hash);
    expect(fast.names).toEqual(whole.names);
    const [one, other] = [await exploreSubject(fast, explore, {}), await exploreSubject(whole, explore, {})];
    expect(one.executions).toBe(other.executions);
    expect([...one.states].sort()).toEqual([...other.states].sort());
  }
});

/**
 * What a proof of scenarios rests on, by other ways: sleep sets alone and, where there are few interleavings, all of them. That
 * it makes no difference which CPU makes which calls is looked at here as well.
 */
test.each([
  ['a stack', readFileSync('examples/stack-operations.ts', 'utf8'), 0],
  [
    'a stack that looks and takes in two steps',
    readFileSync('examples/stack-operations.ts', 'utf8').replace('const ATOMIC = 1', 'const ATOMIC = 0'),
    1,
  ],
  ['a semaphore', `${BUS}${semaphore('if (was === 0) futex_wake(0x1000, 1);')}`, 0],
  ['a semaphore that wakes nobody', `${BUS}${semaphore('')}`, 1],
])('what is seen of a scenario is what other searches see: %s', async (_, text, wrong) => {
  const { operations } = await madeOf({ ...targetOf(''), text });
  const [first, last] = [0, operations.all.length - 1];
  const small = scenariosOf(operations.all.length, { cpus: 2, calls: 1 }, false, 1);
  const scenarios = [
    ...small,
    [[first, last], [last]],
    [
      [first, first],
      [last, last],
    ],
  ];
  const seen = new Map<string, Set<string>>();
  let compared = 0;
  for (const scenario of scenarios) {
    const made = operations.textOf(scenario);
    const { differences, compared: searches } = await compare(made);
    expect({ scenario, differences }).toEqual({ scenario, differences: [] });
    if (searches > 0) compared++;
    const turned = JSON.stringify([...scenario].sort((a, b) => String(a).localeCompare(String(b))));
    const { executions, bugs } = await exploreTarget({ ...targetOf(''), text: made }, 'dpor', 100_000);
    const kinds = bugs.map(({ kind }) => kind).sort();
    seen.set(turned, (seen.get(turned) ?? new Set()).add(JSON.stringify([executions, kinds])));
  }
  expect(compared).toBeGreaterThan(scenarios.length / 2);
  expect([...seen.values()].filter((one) => one.size !== 1)).toEqual([]);
  const failing = [...seen.values()].filter(([one = '']) => !one.endsWith('[]]'));
  expect(failing.length > 0).toBe(wrong > 0);
});

describe('scenarios', () => {
  const cases = [1, 2, 3].flatMap((operations) =>
    sizesUpTo({ cpus: 3, calls: 2 }).flatMap((size) =>
      [true, false].map((symmetric) => ({ operations, size, symmetric })),
    ),
  );

  it.each(cases)('as many as are counted: %j', ({ operations, size, symmetric }) => {
    const count = scenarioCount(operations, size, symmetric);
    const all = [...scenariosOf(operations, size, symmetric, 1)];
    const keys = all.map((one) => JSON.stringify(symmetric ? one.map(String).sort() : one));
    expect(new Set(keys).size).toBe(count);
    expect(all).toHaveLength(count);
    for (const one of all) {
      expect(one).toHaveLength(size.cpus);
      expect(Math.max(...one.map((calls) => calls.length))).toBe(size.calls);
      expect(Math.min(...one.map((calls) => calls.length))).toBeGreaterThan(0);
    }
  });

  it('are drawn from the seed where they are many, none twice', () => {
    const size = { cpus: 3, calls: 3 };
    expect(isNamed(scenarioCount(5, size, true))).toBe(false);
    const first = (seed: number): string[] => {
      const some: string[] = [];
      for (const one of scenariosOf(5, size, true, seed)) if (some.push(JSON.stringify(one)) === 100) break;
      return some;
    };
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
    expect(new Set(first(1)).size).toBe(100);
  });

  it('lose a CPU, a call, or become smaller in an argument', async () => {
    const module = await madeOf(await moduleTarget('examples/stack-operations.ts', new Map()));
    expect(smallerThan(module, [[0, 2], [1]])).toEqual([[[1]], [[0, 2]], [[2], [1]], [[0], [1]], [[0, 2], [0]]]);
  });
});

describe('refused', () => {
  it.each<[string, string | RegExp]>([
    ['export const operations = [];', /^m.ts: operations lists no function of the module/],
    ['function f() {}\nexport const operations = [f, 3];', /operations\[1\] must be a function of the module/],
    ['function f(a, b, c) {}\nexport const operations = [f];', /say with what f is called: \(\) => f\(1, 2, 3\)/],
    ['function f() {}\nexport const operations = [[f, f], f];', /give each a model, or none/],
    ['function f() { return 1; }\nfunction g() {}\nexport const operations = [[f, g]];', /f gives a value and g none/],
    [
      'function f() { return choose(2); }\nexport const operations = [f];',
      /what chooses does not do the same each time/,
    ],
    ['function f() {}\nexport const operations = [...nothing];', /m.ts:3:31 operations: nothing is not defined/],
    [
      'function f() {}\nexport function model() { return 0; }\nexport const operations = [f];',
      /not judged by model\(\)/,
    ],
    ['function f(a) {}\nexport const operations = [() => f("x")];', /operations/],
    [
      'function f(a, b) {}\nexport const operations = [() => f(1)];',
      /^m.ts: operations\[0\]: f takes 2 arguments, not 1$/,
    ],
    [
      'function f() {}\nfunction g() {}\nfunction h() {}\nexport const operations = [[f, g], [f, h]];',
      /^m.ts: operations: f stands there twice with the same arguments, and has two models$/,
    ],
    [
      'export function operationAlone() {}\nexport const operations = [operationAlone];',
      /^m.ts:3:14 operationAlone is a name that operations need: take another$/,
    ],
    [
      "import { call_begin } from 'tasklock/bus';\nfunction f() { call_begin(0, 1, 2); }\nexport const operations = [f];",
      /^m.ts:4:14 whoever calls operations says when a call begins and ends: no call_begin, no call_end$/,
    ],
  ])('%s', async (text, message) => {
    expect(await refusal(text)).toMatch(message);
  });

  it.each<[string, string, readonly string[]]>([
    [
      'a lock that setup() leaves taken',
      "import { arch_spin_lock, arch_spin_unlock } from 'tasklock/bus';\n" +
        'function add() { arch_spin_lock(0x1000); store(0x1004, load(0x1004) + 1); arch_spin_unlock(0x1000); }\n' +
        'export const operations = [add];',
      ['add()'],
    ],
    ['what another call lets end', semaphore('futex_wake(0x1000, 1);'), []],
    [
      'what ends behind two calls of its own CPU',
      'function up(cpu) { xadd(0x1000 + 4 * cpu, 1); }\n' +
        'function down(cpu) { while (load(0x1000 + 4 * cpu) < 2) futex_wait(0x1000 + 4 * cpu, load(0x1000 + 4 * cpu)); }\n' +
        'export const operations = [(cpu) => up(cpu), (cpu) => down(cpu)];',
      [],
    ],
  ])('endless: %s', async (_, text, names) => {
    const module = await madeOf(targetOf(text));
    const subject = module.subjectOf([[0]]);
    expect(subject.endless(module.operations.all.length, { cpus: 2, calls: 2 })).toEqual(names);
  });

  it('a module with a list of CPUs is one with CPUs', async () => {
    expect(await operationsTarget(targetOf('function f() {}\nexport const cpus = [f];'))).toBeUndefined();
    expect(await operationsTarget(targetOf('const operations = [1, 2];'))).toBeUndefined();
  });
});

describe('the command', () => {
  const out = mkdtempSync(join(tmpdir(), 'tasklock-operations-'));
  afterAll(() => rmSync(out, { recursive: true }));
  const stack = inRepository('examples/stack-operations.ts');
  const explore = async (...args: readonly string[]) =>
    await shared(['explore', stack, '--seed', '1', '--quiet', '--out', out, ...args]);

  it('says what is proved', async () => {
    const { code, stdout } = await explore('--calls', '1');
    expect(stdout).toMatch(/^PROVED: all 6 scenarios of 2 CPUs with 1 call each, complete under sequential$/m);
    expect(code).toBe(0);
  });

  it('says no pass where scenarios were not begun', async () => {
    const { code, stdout } = await explore('--executions', '20', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'inconclusive', shortfall: { kind: 'cut' } });
  });

  it('tells the scenario, and why no order explains it; replay and minimize take the recording', async () => {
    const { code, stdout } = await explore('--set', 'ATOMIC=0');
    expect(code).toBe(1);
    expect(stdout).toContain(
      '  calls of CPU#0: pop() = 1 (behind push(1) of CPU#1)\n  calls of CPU#1: push(1), pop() = 1\n',
    );
    expect(stdout).toContain('push(1), pop(), then pop() of CPU#1: gives 0');
    expect(stdout).toMatch(/^FOUND 1 BUG in 762 executions under sequential consistency$/m);
    const recording = /^tasklock replay (\S+)$/m.exec(stdout)?.[1] ?? '';
    const replayed = await shared(['replay', recording]);
    expect(replayed.code).toBe(1);
    expect(replayed.stdout).toContain('calls of CPU#1: push(1), pop() = 1');
    const minimized = await shared(['minimize', recording, '--quiet', '--out', out]);
    expect(minimized.code).toBe(1);
  });

  it('has a document', async () => {
    const { stdout } = await explore('--calls', '1', '--json');
    const { scenario, complete, verdict, targets } = JSON.parse(stdout);
    expect({ scenario, complete, verdict }).toEqual({
      scenario: 'stack-operations.ts',
      complete: true,
      verdict: 'pass',
    });
    const size = { cpus: 2, calls: 1, beyond: false, scenarios: 6, begun: 6, covered: 6 };
    expect(targets).toEqual([expect.objectContaining({ size })]);
  });

  it.each([
    ['--shard 1/2', /--shard is for one strategy: name it, as --strategy dpor/],
    ['--checkpoint x', /--checkpoint is for one strategy: name it, as --strategy dpor/],
    ['--strategy dfs --preemptions 1', /--preemptions is not for a module that exports operations/],
    ['--cpus 1', /--cpus takes a whole number from 2 to 4 for operations/],
    ['--calls 9', /--calls takes a whole number from 1 to 4/],
  ])('refuses %s', async (options, message) => {
    const { code, stderr } = await explore(...options.split(' '));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses --calls elsewhere', async () => {
    const { code, stderr } = await shared(['explore', inRepository('examples/counter.ts'), '--calls', '2']);
    expect([code, stderr]).toEqual([2, 'tasklock: --calls is for a module that exports operations\n']);
  });
});
