/**
 * The examples, each with its verdict. Exhaustive search: exactly so many executions, these bugs and no others.
 * Sampling: the bug shows within N executions. N is 20 / p, with p counted over 30,000 executions of another seed, so
 * that a strategy which still works misses with a chance below e^-20, one in four hundred million.
 */
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exploreModule, type Settings, titles } from '../support/explore-module.ts';

interface Example {
  readonly file: string;
  readonly settings?: Settings;
  /** Executions of an exhaustive search. */
  readonly executions: number;
  readonly bugs?: readonly string[];
  /** Executions within which random, pct (depth 3) and pos find a bug. */
  readonly within?: readonly [random: number, pct: number, pos: number];
}

const examples: readonly Example[] = [
  { file: 'spinlock', executions: 366 },
  {
    file: 'spinlock-broken',
    executions: 44,
    bugs: ['assert: two CPUs hold the lock in worker'],
    within: [161, 2715, 221],
  },
  { file: 'ticket-lock', executions: 162 },
  {
    file: 'ticket-lock',
    settings: { ATOMIC: 0 },
    executions: 2856,
    bugs: ['assert: two CPUs hold the lock in worker', 'livelock: spinning for ever in worker'],
    within: [36, 115, 37],
  },
  { file: 'peterson', executions: 24 },
  {
    file: 'peterson',
    settings: { FLAG_FIRST: 0 },
    executions: 34,
    bugs: ['assert: two CPUs are inside in worker'],
    within: [978, 9091, 383],
  },
  { file: 'dekker', executions: 33 },
  {
    file: 'dekker',
    settings: { GIVE_WAY: 0 },
    executions: 7,
    bugs: ['livelock: spinning for ever in enter'],
    within: [40, 74, 62],
  },
  {
    file: 'treiber-aba',
    executions: 87,
    bugs: ['assert: a node was popped twice in pop'],
    within: [10_910, 608, 6250],
  },
  { file: 'treiber-versions', executions: 87 },
  { file: 'seqlock', executions: 625 },
  {
    file: 'seqlock',
    settings: { RECHECK: 0 },
    executions: 148,
    bugs: ['assert: a torn pair in reader'],
    within: [183, 186, 84],
  },
  {
    file: 'philosophers',
    executions: 7,
    bugs: ['deadlock: no CPU can go on in philosopher'],
    within: [60, 309, 98],
  },
  { file: 'philosophers-ordered', executions: 6 },
  { file: 'ring', executions: 339 },
  {
    file: 'ring',
    settings: { FILL_FIRST: 0 },
    executions: 706,
    bugs: ['assert: items are out of order in consumer'],
    within: [56, 30, 36],
  },
  { file: 'sleeping-mutex', executions: 9600 },
  {
    file: 'sleeping-mutex',
    settings: { CAREFUL: 0 },
    executions: 9192,
    bugs: ['deadlock: no CPU can go on in lock'],
    within: [55, 113, 42],
  },
  { file: 'condition', executions: 109 },
  {
    file: 'condition',
    settings: { LOCKED: 0 },
    executions: 6,
    bugs: ['deadlock: no CPU can go on in consumer'],
    within: [363, 375, 243],
  },
  {
    file: 'condition',
    settings: { WAKE: 0 },
    executions: 12,
    bugs: ['deadlock: no CPU can go on in consumer'],
    within: [40, 40, 41],
  },
  { file: 'semaphore', executions: 28 },
  {
    file: 'semaphore',
    settings: { POST: 0 },
    executions: 4,
    bugs: ['deadlock: no CPU can go on in use'],
    within: [20, 20, 20],
  },
  {
    file: 'semaphore',
    settings: { PERMITS: 2 },
    executions: 60,
    bugs: ['assert: two at once in use'],
    within: [97, 214, 71],
  },
  { file: 'treiber-free', executions: 48 },
  {
    file: 'treiber-free',
    settings: { HAZARD: 0 },
    executions: 10,
    bugs: ['use-after-free: read of freed block in pop'],
    within: [212, 170, 86],
  },
  {
    file: 'treiber-free',
    settings: { LOOK_AGAIN: 0 },
    executions: 36,
    bugs: ['use-after-free: read of freed block in pop'],
    within: [416, 224, 141],
  },
  {
    file: 'treiber-free',
    settings: { RECLAIM: 0 },
    executions: 6,
    bugs: ['leak: block never freed in push'],
    within: [20, 20, 20],
  },
  { file: 'queue-history', executions: 42 },
  {
    file: 'queue-history',
    settings: { LOCKED: 0 },
    executions: 46,
    bugs: ['spec: no order of the calls explains what came of them in model'],
    within: [188, 408, 454],
  },
  { file: 'publish', executions: 53 },
  {
    file: 'publish',
    settings: { WAIT: 0 },
    executions: 20,
    bugs: ['assert: a reader met a version that is gone in reader'],
    within: [114, 123, 100],
  },
  {
    file: 'counter',
    executions: 34,
    bugs: ['assert: the end is not as it should be in finished'],
    within: [25, 50, 32],
  },
  { file: 'counter', settings: { ATOMIC: 1 }, executions: 6 },
  { file: 'barrier', executions: 108 },
  {
    file: 'barrier',
    settings: { SENSE: 0 },
    executions: 998,
    bugs: ['livelock: spinning for ever in barrier'],
    within: [302, 51, 86],
  },
  { file: 'rwlock', executions: 7804 },
  {
    file: 'rwlock',
    settings: { ATOMIC: 0 },
    executions: 4228,
    bugs: ['assert: invariant does not hold in invariant'],
    within: [135, 6123, 117],
  },
  { file: 'once', executions: 15 },
  {
    file: 'once',
    settings: { LOOK_AGAIN: 0 },
    executions: 93,
    bugs: ['assert: made twice in get'],
    within: [21, 34, 24],
  },
  { file: 'failing-call', executions: 10 },
  {
    file: 'failing-call',
    settings: { PUT_ONCE: 0 },
    executions: 18,
    bugs: ['assert: used after it was freed in user'],
    within: [117, 94, 95],
  },
  {
    file: 'bank',
    executions: 3,
    bugs: ['deadlock: no CPU can go on in transfer'],
    within: [40, 40, 62],
  },
  { file: 'bank', settings: { ORDERED: 1 }, executions: 2 },
  { file: 'message-passing', executions: 3 },
  {
    file: 'message-passing',
    settings: { DATA_FIRST: 0 },
    executions: 6,
    bugs: ['assert: the flag is up and the data is not there in receiver'],
    within: [91, 61, 65],
  },
  { file: 'semaphore-futex', executions: 1634 },
  {
    file: 'semaphore-futex',
    settings: { WAKE_ALWAYS: 0 },
    executions: 1344,
    bugs: ['deadlock: no CPU can go on in take'],
    within: [2000, 2000, 2000],
  },
  { file: 'pointer-swap', executions: 124 },
  { file: 'pointer-swap', settings: { READERS: 1 }, executions: 10 },
  {
    file: 'pointer-swap-lockless',
    executions: 352,
    bugs: ['assert: a reader met a freed context in reader'],
    within: [1527, 295, 1061],
  },
];

/** A module without a bug passes however it is sampled. */
function passes(file: string, settings: Settings | undefined): void {
  it('passes when sampled', async () => {
    for (const strategy of ['random', 'pct', 'pos']) {
      expect(titles(await exploreModule(file, settings, strategy, 2000)), strategy).toEqual([]);
    }
  });
}

const nameOf = ({ file, settings = {} }: Example): string =>
  [file, ...Object.entries(settings).map(([name, value]) => `${name}=${value}`)].join(' ');

describe.each(examples.map((one) => [nameOf(one), one] as const))('%s', (_, example) => {
  const { settings, executions, bugs = [], within } = example;
  const file = `examples/${example.file}.ts`;

  it('is explored whole', async () => {
    const result = await exploreModule(file, settings);
    expect({ end: result.end, bounded: result.bounded, executions: result.executions, bugs: titles(result) }).toEqual({
      end: 'exhausted',
      bounded: 0,
      executions,
      bugs,
    });
  });

  if (within === undefined) {
    passes(file, settings);
    return;
  }

  it('shows its bug when sampled', async () => {
    const [random, pct, pos] = within;
    for (const [strategy, last] of Object.entries({ random, pct, pos })) {
      const found = titles(await exploreModule(file, settings, strategy, last));
      expect(bugs, strategy).toEqual(expect.arrayContaining(found));
      expect(found.length, strategy).toBeGreaterThan(0);
    }
  });
});

/** Those that declare operations are in test/explore/operations.test.ts. */
it('has every example', () => {
  const files = readdirSync('examples').filter((name) => name.endsWith('.ts') && !name.endsWith('-operations.ts'));
  expect(new Set(examples.map(({ file }) => `${file}.ts`))).toEqual(new Set(files));
});
