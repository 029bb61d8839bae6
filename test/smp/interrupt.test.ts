import { describe, expect, test } from 'vitest';
import { stressProgram, stressScenario, verdictOf } from './stress-run.ts';

describe('an AbortSignal', () => {
  test('ends a run that would go on for an hour, with results', async () => {
    const result = await stressScenario(
      { scenario: 'clone-exit-storm' },
      { durationMs: 3_600_000, signal: AbortSignal.timeout(500) },
    );
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.interrupted).toBe(true);
    expect(result.syscalls).toBeGreaterThan(0);
    expect(result.checks).toBeGreaterThan(0);
  });

  test('that was there before the run began ends it as well', async () => {
    const result = await stressScenario({ scenario: 'mount-churn' }, { signal: AbortSignal.abort() });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.interrupted).toBe(true);
  });

  test('that never comes leaves the run as it was', async () => {
    const { signal } = new AbortController();
    const result = await stressScenario({ scenario: 'pid-churn', iterations: 20 }, { signal });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.interrupted).toBe(false);
  });
});

describe('programs that do not end when they are told to', () => {
  test('are inconclusive, and the CPUs are collected all the same', async () => {
    const text = 'task a:\n    x = 0\n    while x == 0: sched_yield()\n';
    const result = await stressProgram(text, 2, { durationMs: 200 });
    expect(verdictOf(result)).toEqual({ verdict: 'inconclusive', bugs: [] });
    expect(result.interrupted).toBe(false);
  });
});

test('progress is told while a run goes on, and never goes backwards', async () => {
  const seen: number[] = [];
  const onProgress = ({ syscalls }: { syscalls: number }): void => void seen.push(syscalls);
  await stressScenario({ scenario: 'clone-exit-storm' }, { onProgress });
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBeGreaterThan(0);
});
