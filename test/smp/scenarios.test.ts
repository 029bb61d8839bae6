import { describe, expect, test } from 'vitest';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { amount } from '../support/amount.ts';
import { stressScenario, verdictOf } from './stress-run.ts';

const names = scenarios.map(({ name }) => name);

/** What threads show once in ten seconds, all these together meet with a chance of 70 %; by the long test, of 91 %. */
describe.each(['linux-2.6.16', 'linux-6'] as const)(
  'every built-in scenario passes some time on two CPUs, %s',
  (profile) => {
    test.each(names)('%s', async (scenario) => {
      const result = await stressScenario({ scenario, profile }, { durationMs: amount(300, 1_000) });
      expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
      expect(result.known.filter(({ finding }) => finding.profile !== profile)).toEqual([]);
      expect(result.checks).toBeGreaterThanOrEqual(2);
      expect(result.statistics.byCpu).toHaveLength(2);
      for (const calls of result.statistics.byCpu) expect(calls).toBeGreaterThan(0);
      expect(result.syscalls).toBe(result.statistics.calls.reduce((sum, { calls }) => sum + calls, 0));
      expect(result.interrupted).toBe(false);
    });
  },
);

describe('the number of CPUs', () => {
  test.each([1, 8])('%d CPUs pass', async (cpus) => {
    const result = await stressScenario({ scenario: 'clone-exit-storm', cpus });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.statistics.byCpu).toHaveLength(cpus);
  });

  test('a machine it does not have is a RangeError', async () => {
    await expect(stressScenario({ scenario: 'mix' }, { cpus: 65 })).rejects.toThrow(/1 to 64 CPUs, not 65/);
  });
});

describe('iterations', () => {
  test('a run without a duration ends by itself with its work done', async () => {
    const result = await stressScenario({ scenario: 'clone-exit-storm', iterations: 50 });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    const calls = new Map(result.statistics.calls.map((call) => [call.name, call.calls]));
    // One driver, 50 rounds of 6 children; two of the three kinds of children clone one more each.
    expect(calls.get('clone')).toBe(1 + 50 * (6 + 2 + 2));
    expect(calls.get('exit')).toBe(50 * (6 + 2 + 2));
  });
});
