import { describe, expect, test } from 'vitest';
import { MachineDefect } from '../../dist/src/smp/stress.js';
import { GangError } from '../../dist/src/smp/gang.js';
import { stressProgram, stressScenario, verdictOf } from './stress-run.ts';

const fixture = (name: string): string => new URL(`fixtures/${name}.mjs`, import.meta.url).href;

/** After whatever happened, this process can still run a machine. */
async function processGoesOn(): Promise<void> {
  const result = await stressProgram('task a:\n    getpid()\n    exit(0)\n', 2);
  expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
}

describe('a CPU that makes no progress', () => {
  test('is a soft lockup: the report says what every CPU does, and the run ends', async () => {
    const options = { worker: fixture('stuck'), durationMs: 60_000 };
    const result = await stressScenario({ scenario: 'clone-exit-storm' }, options);
    expect(result.verdict).toBe('bug');
    expect(result.bugs).toHaveLength(1);
    expect(result.bugs[0]).toMatchObject({
      title: 'deadlock: soft lockup, CPU makes no progress in cpu_main',
      kind: 'deadlock',
      cpu: 1,
    });
    expect(result.cpuStates.filter((line) => line.startsWith('CPU#'))).toHaveLength(2);
    expect(result.seconds).toBeLessThan(50);
    await processGoesOn();
  });

  test('is cut off even when it spins, and the lock it waits for is named', async () => {
    const options = { worker: fixture('spins'), durationMs: 60_000 };
    const result = await stressScenario({ scenario: 'clone-exit-storm' }, options);
    expect(result.bugs.map(({ kind, cpu }) => [kind, cpu])).toEqual([['deadlock', 1]]);
    expect(result.bugs[0]?.lines.join('\n')).toMatch(/CPU#1 .*\n {2}waits for dcache_lock at 0x[0-9a-f]{8} \(dcache_lock\)/);
    await processGoesOn();
  });
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
  test.each([
    ['on a futex nobody wakes', 'shared w\ntask a:\n    futex_wait(w, 0)\n'],
    ['for each other', 'task a:\n    c = clone(0) -> b\n    wait()\ntask b:\n    pause()\n'],
  ])('%s is a deadlock', async (_name, text) => {
    const result = await stressProgram(text, 2);
    expect(result.verdict).toBe('bug');
    expect(result.bugs.map(({ title }) => title)).toEqual([
      'deadlock: every task sleeps and nobody can wake one in schedule',
    ]);
    await processGoesOn();
  });

  test('the clean twin: a sleep that somebody ends', async () => {
    const text = 'shared w\ntask a:\n    while w == 0: futex_wait(w, 0)\ntask b:\n    w = 1\n    futex_wake(w, 1)\n';
    expect(verdictOf(await stressProgram(text, 2))).toEqual({ verdict: 'pass', bugs: [] });
  });
});
