/**
 * dpor by several searchers that share the nodes of one search: executions, end states, bugs and how often each shows are those of
 * the search in one piece, whoever comes next, whatever is on its way, and however often nodes are given away. Here in one
 * thread, so that a seed decides all of it.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomModule } from '../../dist/bench/agree/random-module.js';
import { learnWatched } from '../../dist/src/explore/run/watched.js';
import type { FromSearcher, ToSearcher } from '../../dist/src/explore/strategies/parts.js';
import { SharedTree } from '../../dist/src/explore/strategies/shared-tree.js';
import { ModuleSubject } from '../../dist/src/explore/subject/module-subject.js';
import { moduleTarget, scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { amount, isLong } from '../support/amount.ts';
import { inRepository } from '../support/cli-process.ts';
import { type Counted, inOnePiece, inParts, type Policy } from '../support/parts-in-turn.ts';
import { programText } from '../support/programs.ts';

/** Executions that one search in one piece is worth. */
const MOST = 3_000;

const POLICIES: readonly [searchers: number, policy: Omit<Policy, 'seed'>][] = [
  [2, { always: true }],
  [3, { always: true, slow: true }],
  [3, { slow: true }],
  [2, { alone: 5 }],
];

/** Two of them, another two the next time; in the long form all. */
const inTurn = (turn: number): typeof POLICIES =>
  isLong ? POLICIES : [turn, turn + 1].map((i) => POLICIES[i % POLICIES.length] as (typeof POLICIES)[number]);

async function subjectsOf(target: Target, count: number): Promise<ModuleSubject[]> {
  const subjects: ModuleSubject[] = [];
  for (let i = 0; i < count; i++) {
    const subject = (await subjectOf(target)) as ModuleSubject;
    subject.watch(learnWatched(subject));
    subjects.push(subject);
  }
  return subjects;
}

async function swap(readers: number, lockless = false): Promise<Target> {
  const name = lockless ? 'pointer-swap-lockless.ts' : 'pointer-swap.ts';
  return await moduleTarget(inRepository(`examples/${name}`), new Map([['READERS', readers]]));
}

const textTarget = (text: string): Target => ({
  kind: 'module',
  name: 'm.ts',
  path: '/nowhere/m.ts',
  text,
  settings: {},
  mutant: null,
});

/** What does not depend on who is faster. What is begun in vain does, where a step ends an execution: so then do the steps. */
function lasting({ executions, ends, titles, isExhausted, blocked, steps }: Counted, isEven: boolean): unknown {
  return { executions, ends, titles, isExhausted, ...(isEven ? { blocked, steps } : {}) };
}

/** Holds all policies against the search in one piece; the most parts that one of them came to. */
async function compare(target: Target, seed: number, policies = POLICIES): Promise<number> {
  const subjects = await subjectsOf(target, 3);
  const one = inOnePiece(subjects[0] as ModuleSubject, MOST);
  if (!one.isExhausted || one.bounded > 0) return 0;
  const isEven = one.titles === '' && one.blocked === 0;
  const parts = policies.map(([searchers, policy]) => {
    const many = inParts(subjects.slice(0, searchers), { ...policy, seed });
    const what = { seed, searchers, policy };
    expect({ what, ...(lasting(many, isEven) as object) }).toEqual({ what, ...(lasting(one, isEven) as object) });
    return many.parts;
  });
  return Math.max(...parts);
}

describe('the same as in one piece', () => {
  test.each([
    [1, 10],
    [2, 124],
    [3, 2_916],
  ])('pointer swap with %i readers: %i, none in vain', async (readers, executions) => {
    const target = await swap(readers);
    for (const [searchers, policy] of POLICIES) {
      const many = inParts(await subjectsOf(target, searchers), { ...policy, seed: readers });
      expect(many).toMatchObject({ executions, blocked: 0, isExhausted: true });
    }
  });

  const folders = ['examples', 'test/fixtures/modules'];
  const modules = folders.flatMap((folder) =>
    readdirSync(inRepository(folder))
      .filter((file) => /\.[jt]s$/.test(file))
      .map((file) => `${folder}/${file}`),
  );

  test('every example and every module of the tests that is small enough', async () => {
    const compared: string[] = [];
    for (const [i, module] of modules.entries()) {
      const target = await moduleTarget(inRepository(module), new Map()).catch(() => undefined);
      if (target === undefined) continue;
      const parts = await compare(target, i, inTurn(i)).catch((error: Error) => {
        // Some modules of the tests are there to be refused.
        if (error.name === 'ModuleError') return 0;
        throw error;
      });
      if (parts > 1) compared.push(module);
    }
    expect(compared.length).toBeGreaterThan(25);
  }, 300_000);

  test('random modules', async () => {
    const all = amount(50, 1_000);
    let several = 0;
    for (let seed = 0; seed < all; seed++) {
      if ((await compare(textTarget(randomModule(seed)), seed, inTurn(seed))) > 1) several++;
    }
    // Some have too many executions, and some but one.
    expect(several).toBeGreaterThan(0.6 * all);
  }, 600_000);

  // The second is the first twice over, with and without a failure.
  test.each([
    ...(isLong ? [['a kernel behind its opening', {}] as const] : []),
    [
      'a kernel behind its opening, where what is asked for may fail',
      { faults: { setting: 'each', sites: [] } },
    ] as const,
  ])(
    '%s',
    async (_, faults) => {
      const target = { ...scenarioTarget('chdir-fails', programText('chdir-fails')), ...faults } as Target;
      expect(await compare(target, 1, POLICIES.slice(1, 2))).toBeGreaterThan(1);
    },
    120_000,
  );
});

describe('what the words are for', () => {
  const policy = { seed: 1, always: true };

  /** Searched in parts with words that are not what was said. */
  async function garbled(
    target: Target,
    garble: (word: FromSearcher) => FromSearcher | undefined,
    garbleTo = (word: ToSearcher): ToSearcher => word,
  ): Promise<Counted> {
    return inParts(await subjectsOf(target, 2), { ...policy, garble, garbleTo });
  }

  test('without the races that others turn round executions are lost', async () => {
    const found = await garbled(await swap(2), (word) => (word.kind === 'turned' ? { ...word, sequence: [] } : word));
    expect(found.executions).toBeLessThan(124);
  });

  test('without those who sleep executions are run twice', async () => {
    const awake = { low: 0, high: 0 };
    const found = await garbled(
      await swap(2),
      (word) => word,
      (word) => {
        if (word.kind !== 'part') return word;
        const levels = word.root.levels.map((level) => ({ ...level, sleep: awake, reached: awake }));
        return { kind: 'part', root: { ...word.root, levels } };
      },
    );
    expect(found.executions).toBeGreaterThan(124);
  });

  test('who is not told that a step ended the execution leaves something out', async () => {
    const target = textTarget(randomModule(5));
    const found = await garbled(target, (word) => (word.kind === 'begun' ? { ...word, fatal: false } : word));
    const one = inOnePiece((await subjectsOf(target, 1))[0] as ModuleSubject, MOST);
    expect(one.isExhausted).toBe(true);
    expect(found.executions).toBeLessThan(one.executions);
  });

  test.each([1, 2, 7, 40, 100])(
    'a searcher that is lost after %i executions leaves the search open',
    async (lostAfter) => {
      const found = inParts(await subjectsOf(await swap(2), 3), { ...policy, lostAfter });
      expect(found.isExhausted).toBe(false);
    },
  );

  test.each(['begun', 'turned', 'shared', 'done'] as const)('so does one word that is lost: %s', async (kind) => {
    const target = await swap(2);
    for (let nth = 1; nth <= 5; nth++) {
      let left = nth;
      const lose = (word: FromSearcher): FromSearcher | undefined =>
        word.kind === kind && --left === 0 ? undefined : word;
      const found = await garbled(target, lose).catch((error: Error) => error.message);
      if (typeof found === 'string')
        expect(found).toMatch(/words of a part|^no node \d+ is in front of the part$|was to step and has to wait/);
      else expect(found.isExhausted).toBe(false);
    }
  });
});

const step = (move: number) => ({ move, footprint: [3], children: [] });

describe('who holds the nodes', () => {
  test('is done when nothing is under way and no branch is left, and not before', () => {
    const tree = new SharedTree(() => {});
    expect(tree.isOver).toBe(false);
    const cpus = { low: 0, high: 0 };
    const node = { reached: cpus, sleep: cpus, next: [[3], [3], [3]], values: [], tried: [], fatal: [], move: 0 };
    tree.adopt(tree.whole, [{ ...node, tree: [step(1), step(2)] }]);
    tree.done(tree.whole, 1);
    expect(tree.isOver).toBe(false);
    const { part, root } = tree.next() ?? expect.fail('no part');
    // CPU 0 was tried; whether the step of CPU 1 ends the execution nobody knows.
    expect([root.decisions, root.levels[0]?.sleep.low, tree.next()]).toEqual([[1], 1, undefined]);
    tree.begun(part, false);
    const second = tree.next() ?? expect.fail('no part');
    expect([second.root.decisions, second.root.levels[0]?.sleep.low]).toEqual([[2], 3]);
    tree.done(part, 1);
    expect([tree.isOver, tree.isExhausted]).toEqual([false, false]);
    expect(() => tree.done(second.part, 3)).toThrow('of 3 words of a part 0 were heard');
    tree.begun(second.part, false);
    tree.done(second.part, 1);
    expect([tree.isOver, tree.isExhausted]).toEqual([true, true]);
  });

  test('knows that the one who was lost left something', () => {
    const tree = new SharedTree(() => {});
    tree.lose(tree.whole);
    expect([tree.isOver, tree.isExhausted]).toEqual([true, false]);
  });
});
