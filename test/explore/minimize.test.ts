/** Machines whose bugs have a known least number of switches, and random walks that find them with many. */
import { describe, expect, test } from 'vitest';
import { minimizeDecisions } from '../../dist/src/explore/minimize/minimize.js';
import { NotDeterministic } from '../../dist/src/explore/search/search.js';
import { switchesOf, type Turn, turnsOf, valuesOf } from '../../dist/src/recording/turns.js';
import { choiceOf } from '../../dist/src/stepped/move.js';
import { findBug, predicateOf, type Synthetic } from '../support/synthetic.ts';

const at = (cpu: number, step: number) => (done: readonly number[], who: number) => who === cpu && done[cpu] === step;

interface Case extends Synthetic {
  readonly name: string;
  readonly switches: number;
}

const cases: readonly Case[] = [
  {
    name: 'no switch: CPU 1 alone',
    lengths: [40, 40],
    stages: [at(1, 30)],
    switches: 0,
  },
  {
    name: 'one switch, no preemption: CPU 1 as a whole before the end of CPU 0',
    lengths: [12, 12],
    stages: [at(1, 12), at(0, 5)],
    switches: 1,
  },
  {
    name: 'one preemption: CPU 1 begins before CPU 0 reaches step 20 and after its step 7',
    lengths: [40, 40],
    stages: [at(1, 3)],
    spoilt: (done, stage) => stage === 0 && (done[1] ?? 0) > 0 && ((done[0] ?? 0) < 7 || (done[0] ?? 0) > 20),
    switches: 1,
  },
  {
    name: 'two switches: CPU 1 performs all of steps 3 to 5 between steps 11 and 12 of CPU 0',
    lengths: [30, 30],
    stages: [at(0, 12)],
    spoilt: (done) => (done[0] === 11 ? (done[1] ?? 0) > 5 : done[0] === 12 ? done[1] !== 5 : (done[1] ?? 0) > 2),
    switches: 2,
  },
  {
    name: 'a lost update: read, another write, write',
    lengths: [60, 60],
    stages: [at(0, 20), at(1, 33), at(0, 21)],
    switches: 2,
  },
  {
    name: 'two preemptions that depend on each other',
    lengths: [50, 50],
    stages: [at(0, 10), at(1, 10), at(0, 20), at(1, 20)],
    spoilt: (done) =>
      (done[1] ?? 0) > 10 && (done[0] ?? 0) < 20 ? (done[1] ?? 0) >= 15 : (done[0] ?? 0) > 10 && (done[1] ?? 0) < 10,
    switches: 3,
  },
  {
    name: 'three CPUs, one of them not needed',
    lengths: [40, 40, 40],
    stages: [at(2, 10), at(0, 10), at(2, 11)],
    switches: 2,
  },
  {
    name: 'three CPUs in a ring',
    lengths: [40, 40, 40],
    stages: [at(0, 10), at(1, 10), at(2, 10), at(0, 11)],
    switches: 3,
  },
  {
    name: 'a lock: CPU 1 waits while CPU 0 is between steps 5 and 15',
    lengths: [40, 40],
    waits: (cpu, done) => cpu === 1 && done[1] === 4 && (done[0] ?? 0) >= 5 && (done[0] ?? 0) < 15,
    stages: [at(0, 10), at(1, 8), at(0, 18), at(1, 20)],
    // To CPU 1 it takes the end of CPU 0's section: 0 ... 15, 1 ... 8, 0 ... 18, 1.
    switches: 3,
  },
];

describe('the fewest switches are reached', () => {
  test.each(cases)('$name', async (machine) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const original = findBug(machine, seed);
      const predicate = predicateOf(machine);
      const result = await minimizeDecisions(original, predicate.reproduces, { budget: 20_000 });
      expect(result?.after.switches).toBe(machine.switches);
      expect(switchesOf(result?.decisions ?? original)).toBe(machine.switches);
      expect(result?.before).toEqual({ switches: switchesOf(original), steps: original.length });
      expect(result?.executions).toBe(predicate.asked);
      expect(result?.untried).toBe('nothing');
      expect(await predicate.reproduces(turnsOf(result?.decisions ?? original))).toEqual(result?.decisions);
      const tried = result?.passes.reduce((sum, pass) => sum + pass.tried, 0);
      expect(tried).toBe((result?.executions ?? 0) - 2);
    }
  });
});

const values = (moves: Uint16Array | undefined): number[] => valuesOf(moves ?? new Uint16Array(0));
/** CPU 0 chooses among 6 values at its third move, CPU 1 at its third and fifth. */
const choices = (cpu: number, done: readonly number[]): number =>
  done[cpu] === 2 || (cpu === 1 && done[cpu] === 4) ? 6 : 0;
const total = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);

describe('values of choices are lowered', () => {
  const choosing: readonly {
    readonly name: string;
    readonly bug: (all: readonly number[]) => boolean;
    readonly sum: number;
  }[] = [
    { name: 'to 0, where they do not matter', bug: () => true, sum: 0 },
    { name: 'each to the least that does', bug: (all) => (all[0] ?? 0) >= 2 && (all[1] ?? 0) >= 1, sum: 3 },
    { name: 'two together', bug: (all) => total(all.slice(0, 2)) === 7 || (all[0] === 0 && all[1] === 3), sum: 3 },
    { name: 'all together: an even sum from 6 on', bug: (all) => total(all) >= 6 && total(all) % 2 === 0, sum: 6 },
  ];
  test.each(choosing)('$name', async ({ bug, sum }) => {
    const machine: Synthetic = {
      lengths: [8, 8],
      choices,
      // CPU 0 is in the middle of its own when CPU 1 ends; all three were chosen by then.
      stages: [(done, cpu, all) => cpu === 0 && done[0] === 6 && done[1] === 8 && all.length === 3 && bug(all)],
      spoilt: ([first = 0, second = 0]) => first > 4 && second < 8,
    };
    for (const seed of [1, 2, 3]) {
      const original = findBug(machine, seed);
      const predicate = predicateOf(machine);
      const result = await minimizeDecisions(original, predicate.reproduces, { budget: 20_000 });
      expect(total(values(result?.decisions))).toBe(sum);
      expect(result?.after).toMatchObject({ switches: 1, values: sum });
      expect(result?.before).toMatchObject({ switches: switchesOf(original), values: total(values(original)) });
      expect(result?.untried).toBe('nothing');
      expect(result?.executions).toBe(predicate.asked);
      expect(await predicate.reproduces(turnsOf(result?.decisions ?? original))).toEqual(result?.decisions);
      const again = await minimizeDecisions(original, predicateOf(machine).reproduces, { budget: 20_000 });
      expect(again?.decisions).toEqual(result?.decisions);
    }
  });

  test('behind switches: a value is kept that saves one', async () => {
    const machine: Synthetic = {
      lengths: [6, 6],
      choices: (cpu, done) => (cpu === 0 && done[0] === 1 ? 4 : 0),
      // With 3 CPU 0 is alone enough; with less CPU 1 has to come between.
      stages: [(done, cpu, [value = 0]) => cpu === 0 && done[0] === 5 && (value === 3 || done[1] === 3)],
      spoilt: (done) => (done[1] ?? 0) > 3,
    };
    const three = Uint16Array.of(0, choiceOf(0, 3), 0, 0, 0);
    const result = await minimizeDecisions(three, predicateOf(machine).reproduces, { budget: 20_000 });
    expect(result?.decisions).toEqual(three);
  });

  test('a budget that ends among the values is told', async () => {
    const machine: Synthetic = {
      lengths: [6],
      choices: (_, done) => (done[0] === 1 ? 100 : 0),
      stages: [(_done, _cpu, [value = 0]) => value >= 90],
    };
    const original = Uint16Array.of(0, choiceOf(0, 99));
    const result = await minimizeDecisions(original, predicateOf(machine).reproduces, { budget: 50 });
    expect(result).toMatchObject({ untried: 'budget', after: { values: 99 } });
    const whole = await minimizeDecisions(original, predicateOf(machine).reproduces, { budget: 200 });
    expect(whole).toMatchObject({ untried: 'nothing', after: { values: 90 } });
  });
});

describe('a budget', () => {
  const machine = cases[4] as Case;
  test('is kept, and the best so far is the result', async () => {
    const original = findBug(machine, 1);
    for (const budget of [2, 5, 10, 20, 50, 200]) {
      const predicate = predicateOf(machine);
      const result = await minimizeDecisions(original, predicate.reproduces, { budget });
      expect(predicate.asked).toBeLessThanOrEqual(budget);
      expect(result?.after.switches).toBeLessThanOrEqual(switchesOf(original));
      expect(result?.untried === 'nothing').toBe(budget >= 200);
    }
  });

  test('of a hundred executions is enough for a small bug', async () => {
    const result = await minimizeDecisions(findBug(machine, 1), predicateOf(machine).reproduces, { budget: 100 });
    expect(result?.after.switches).toBe(machine.switches);
  });

  test('can be taken away', async () => {
    let left = 7;
    const predicate = predicateOf(machine);
    const options = { budget: 1000, stopped: () => left-- === 0 || left < 0 };
    const result = await minimizeDecisions(findBug(machine, 1), predicate.reproduces, options);
    expect(predicate.asked).toBe(9);
    expect(result?.untried).not.toBe('nothing');
  });
});

test('what does not show the bug is not minimised', async () => {
  const { reproduces } = predicateOf(cases[4] as Case);
  expect(await minimizeDecisions(new Uint16Array(0), reproduces, { budget: 100 })).toBe(undefined);
});

test('an execution that does not repeat is a defect of ours', async () => {
  const machine = cases[4] as Case;
  const { reproduces } = predicateOf(machine);
  let asked = 0;
  const fickle = async (wish: readonly Turn[]): Promise<Uint16Array | undefined> =>
    ++asked > 20 ? undefined : reproduces(wish);
  const attempt = minimizeDecisions(findBug(machine, 1), fickle, { budget: 21 });
  await expect(attempt).rejects.toThrow(NotDeterministic);
});

test('the same input gives the same result', async () => {
  const machine = cases[7] as Case;
  const original = findBug(machine, 9);
  const once = await minimizeDecisions(original, predicateOf(machine).reproduces, { budget: 500 });
  expect(await minimizeDecisions(original, predicateOf(machine).reproduces, { budget: 500 })).toEqual(once);
});

/** Only this order of moves shows the bug. */
const only = (moves: readonly number[]) => async (wish: readonly Turn[]) => {
  const decisions = Uint16Array.from(moves);
  return JSON.stringify(wish) === JSON.stringify(turnsOf(decisions)) ? decisions : undefined;
};

describe('what was left untried is said', () => {
  test.each([
    ['nothing', [0, 0, 1, 1, 0], 10_000],
    ['budget', [0, 0, 1, 1, 0], 3],
    ['switches', Array.from({ length: 12 }, (_, i) => i % 2), 10_000],
    ['values', Array.from({ length: 8 }, () => choiceOf(0, 5)), 10_000],
  ] as const)('%s', async (untried, moves, budget) => {
    const minimized = await minimizeDecisions(Uint16Array.from(moves), only(moves), { budget });
    expect(minimized?.untried).toBe(untried);
    expect([...(minimized?.decisions ?? [])]).toEqual(moves);
  });
});
