/**
 * Ordinary JavaScript as operations: scenarios are made of them, and the calls of each interleaving held against what they
 * come to alone. The stack is written as examples/stack-operations.ts is for the bus: two subjects count the same.
 */
import { describe, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { FailedScenario, OperationsOptions, OperationsResult } from '../../dist/src/explore/search/operations.js';
import { searchOperations } from '../../dist/src/explore/search/operations.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { type OperationsTarget, operationsTarget } from '../../dist/src/explore/subject/operations-target.js';
import { subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { moduleTarget } from '../../dist/src/explore/subject/targets.js';
import { decodeRecording, encodeRecording } from '../../dist/src/recording/format.js';
import { readFileSync } from 'node:fs';
import { amount } from '../support/amount.ts';

const FIXTURES = 'test/fixtures/javascript/operations';
const UNEXPLAINED = 'spec: no order of the calls explains what came of them in operations';

async function operationsOf(target: Target): Promise<OperationsTarget> {
  return (await operationsTarget(target)) as OperationsTarget;
}

const targetOf = (file: string): Target => javascriptTarget(file, 'idle', readFileSync(file, 'utf8'));

const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, checkers: [] };

async function searched(
  target: Target,
  cpus: number,
  calls: number,
  part: Pick<OperationsOptions, 'shard' | 'done' | 'onPart'> = {},
  last = 200_000,
): Promise<OperationsResult> {
  const explore = { ...rest, target, strategy: 'dpor', last };
  const options = { explore, size: { cpus, calls }, beyond: undefined, jobs: 1, ...part };
  return await searchOperations(await operationsOf(target), options, { onBug: () => {}, onSize: () => {} });
}

const counts = ({ sizes }: OperationsResult): number[][] =>
  sizes.map(({ scenarios, covered, result }) => [scenarios, covered, result.executions]);

describe('the stack', () => {
  const calls = amount(1, 2);
  test('is proved, with as many executions as the one on the bus', { timeout: 120_000 }, async () => {
    const result = await searched(targetOf('examples/javascript/stack-operations.ts'), 2, calls);
    expect(result.failed).toBeUndefined();
    const bus = await searched(await moduleTarget('examples/stack-operations.ts', new Map()), 2, calls);
    expect(counts(result)).toEqual(counts(bus));
    expect(counts(result)).toEqual([[6, 6, 41], ...(calls === 2 ? [[72, 72, 12_777]] : [])]);
  });
});

test('a queue that finds nothing behind a push that has ended: found, recorded, and come to again', async () => {
  const target = targetOf('examples/javascript/queue-operations.ts');
  const { failed } = await searched(target, 2, 2);
  const { bugs, subject, target: found } = failed as FailedScenario;
  const [bug] = bugs;
  expect(bug?.title).toBe(UNEXPLAINED);
  expect(bug?.details.join('\n')).toMatch(/pop\(\) = 0 \(behind push[12]\(\) of CPU#[12]\)|pop\(\) = 0/);
  const options = { ...rest, target: found, strategy: 'dpor', last: 1 };
  const recording = decodeRecording(encodeRecording(recordingOf(options, subject, { ...bug!, bug: bug! })));
  const again = await subjectOf(recordedTarget(recording));
  for (let i = 0; i < 20; i++) {
    const { bugs: seen, finalHash, divergence } = reproduce(again, [], recording.decisions, true);
    expect(divergence).toBeUndefined();
    expect(seen.map(({ title }) => title)).toContain(UNEXPLAINED);
    expect(finalHash).toBe(bug!.finalHash);
  }
});

describe('in parts', () => {
  const stack = targetOf('examples/javascript/stack-operations.ts');
  const semaphore = targetOf(`${FIXTURES}/semaphore.mjs`);

  test('shards have each scenario once, and come to the same executions', async () => {
    const whole = counts(await searched(semaphore, 2, 2));
    const parts: number[][][] = [];
    for (const index of [0, 1, 2]) {
      const { sizes, failed } = await searched(semaphore, 2, 2, { shard: { index, of: 3 } });
      expect(failed).toBeUndefined();
      expect(sizes.map(({ begun, covered }) => [begun, covered])).toEqual(
        sizes.map(({ scenarios }) => [scenarios, scenarios]),
      );
      parts.push(counts({ sizes, failed }));
    }
    const sums = whole.map((row, size) => row.map((_, i) => parts.reduce((n, part) => n + (part[size]?.[i] ?? 0), 0)));
    expect(sums).toEqual(whole);
  });

  test('what is done is not done again, and comes to the same', async () => {
    const kept = new Map<number, SearchResult>();
    const onPart = (part: number, result: SearchResult): unknown => kept.set(part, result);
    const whole = await searched(stack, 2, 1, { onPart });
    expect([kept.size, [...kept.values()].every(({ end }) => end === 'exhausted')]).toEqual([6, true]);
    const some = new Map([...kept].slice(0, 4));
    const more: number[] = [];
    const again = await searched(stack, 2, 1, { done: some, onPart: (part) => void more.push(part) });
    expect(counts(again)).toEqual(counts(whole));
    expect(more).toEqual([...kept.keys()].slice(4));
    const before = [...some.values()].reduce((sum, { executions }) => sum + executions, 0);
    expect(again.sizes.map(({ resumed }) => resumed)).toEqual([before]);
    expect(again.sizes[0]?.result.states).toEqual(whole.sizes[0]?.result.states);
  });

  test('a scenario that failed is searched again, and fails again', async () => {
    const kept = new Map<number, SearchResult>();
    const broken = targetOf('examples/javascript/queue-operations.ts');
    const first = await searched(broken, 2, 2, { onPart: (part, result) => void kept.set(part, result) });
    const again = await searched(broken, 2, 2, { done: kept });
    expect(again.failed?.scenario).toEqual(first.failed?.scenario);
    expect(again.failed?.bugs.map(({ title }) => title)).toEqual([UNEXPLAINED]);
  });
});

describe('calls that wait', () => {
  test('are right where they wait alone as well', async () => {
    const { sizes, failed } = await searched(targetOf(`${FIXTURES}/semaphore.mjs`), 2, 2);
    expect(failed).toBeUndefined();
    expect(sizes.map(({ scenarios, covered }) => [scenarios, covered])).toEqual([
      [3, 3],
      [18, 18],
    ]);
  });

  test('and a deadlock where they would not', async () => {
    const { failed } = await searched(targetOf(`${FIXTURES}/semaphore-silent.mjs`), 2, 1);
    expect(failed?.bugs.map(({ title }) => title)).toEqual(['deadlock: lost wake-up in take']);
    expect(failed?.bugs[0]?.details).toContain('calls of CPU#1: put() = undefined');
  });
});

test('promises are waited for, and an error is an answer', async () => {
  const { failed } = await searched(targetOf(`${FIXTURES}/add.mjs`), 2, 1);
  expect(failed?.scenario).toEqual([[0], [0]]);
  expect(failed?.bugs[0]?.title).toBe(UNEXPLAINED);
  expect(failed?.bugs[0]?.details.join('\n')).toContain('calls of CPU#1: add() = { now: 1 }');
  const operations = await operationsOf(targetOf(`${FIXTURES}/add.mjs`));
  const scenario = [[1], [1]];
  const result = await exploreSubject(
    operations.subjectOf(scenario),
    { ...rest, target: operations.targetOf(scenario), strategy: 'dpor', last: 100 },
    {},
  );
  expect({ end: result.end, bugs: result.bugs }).toEqual({ end: 'exhausted', bugs: [] });
});

test('what never ends alone is told, since nothing could be found in it', async () => {
  const operations = await operationsOf(targetOf(`${FIXTURES}/endless.mjs`));
  expect(operations.subjectOf([[0]]).endless(2, { cpus: 2, calls: 1 })).toEqual(['waits()']);
});

test('a scenario with something that is not preempted is not covered', async () => {
  const { sizes } = await searched(targetOf(`${FIXTURES}/coerces.mjs`), 2, 1);
  expect(sizes.map(({ scenarios, covered }) => [scenarios, covered])).toEqual([[1, 0]]);
});

test.for([
  ['no-model', /model has no other: it needs each of the operations/],
  ['no-function', /operations\.add is no function/],
] as const)('%s is refused', async ([file, message]) => {
  await expect(operationsTarget(targetOf(`${FIXTURES}/${file}.mjs`))).rejects.toThrow(message);
});
