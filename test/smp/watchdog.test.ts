import { beforeAll, describe, expect, test } from 'vitest';
import { MachineDefect } from '../../dist/src/smp/stress.js';
import type { StressResult } from '../../dist/src/smp/stress-result.js';
import { GangError } from '../../dist/src/smp/gang.js';
import { stressProgram, stressScenario, verdictOf } from './stress-run.ts';

const fixture = (name: string): URL => new URL(`./fixtures/${name}.mjs`, import.meta.url);

/** After whatever happened, this process can still run a machine. */
async function processGoesOn(): Promise<void> {
  const result = await stressProgram('task a:\n    getpid()\n    exit(0)\n', 2);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
}

describe('a CPU that spins for good, deaf to the console', () => {
  let result: StressResult;
  beforeAll(async () => {
    result = await stressScenario({ scenario: 'clone-exit-storm' }, { worker: fixture('spins'), durationMs: 500_000 });
  });

  test('is a soft lockup that ends the run', () => {
    expect(result.verdict).toBe('bug');
    expect(result.bugs.map(({ title, kind }) => [kind, title])).toEqual([
      ['deadlock', 'deadlock: soft lockup, CPU makes no progress in cpu_main'],
    ]);
  });

  test('the report says what every CPU does, and the lock that one waits for', () => {
    const states = result.bugs[0]?.lines.join('\n');
    expect(states).toBe(result.cpuStates.join('\n'));
    expect(states).toMatch(/^CPU#0 /m);
    expect(states).toMatch(/^CPU#1 running.*\n {2}waits for dcache_lock at 0x[0-9a-f]{8} \(dcache_lock\)$/m);
  });

  test('the CPU that is named is the one that spins', () => expect(result.bugs[0]?.cpu).toBe(1));

  test('is cut off, and the process can run another machine', processGoesOn);
});

describe('a CPU that fails for reasons of our own', () => {
  test('is a defect that carries its message, not a bug of the kernel', async () => {
    const run = stressScenario({ scenario: 'clone-exit-storm' }, { worker: fixture('throws') });
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(MachineDefect);
    expect((error as Error).message).toContain('TypeError: the fixture is broken');
    await processGoesOn();
  });

  test('a machine whose CPUs do not all come up is refused', async () => {
    const run = stressScenario({ scenario: 'clone-exit-storm', cpus: 3 }, { worker: fixture('never-comes') });
    const error = await run.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(GangError);
    expect((error as Error).message).toMatch(/^only [012] of 3 CPUs came up; try fewer with --cpus$/);
    await processGoesOn();
  });

  test('a worker that is not there is refused', async () => {
    const run = stressScenario({ scenario: 'clone-exit-storm' }, { worker: fixture('nosuch') });
    await expect(run).rejects.toThrow(GangError);
    await processGoesOn();
  });
});

describe('a machine in which every task sleeps', () => {
  test('is a deadlock, found while the run still has time', async () => {
    const text = 'shared w\ntask a:\n    c = clone(0) -> b\n    wait()\ntask b:\n    futex_wait(w, 0)\n';
    const result = await stressProgram(text, 2, { signal: AbortSignal.timeout(8_000) });
    expect(result.bugs.map(({ title }) => title)).toEqual([
      'deadlock: every task sleeps and nobody can wake one in schedule',
    ]);
    expect(result.verdict).toBe('bug');
    expect(result.interrupted).toBe(false);
    await processGoesOn();
  });

  test('the clean twin: a sleep that somebody ends', async () => {
    const text = 'shared w\ntask a:\n    while w == 0: futex_wait(w, 0)\ntask b:\n    w = 1\n    futex_wake(w, 1)\n';
    expect(verdictOf(await stressProgram(text, 2))).toEqual({ verdict: 'pass', bugs: [] });
  });
});
