/** The kernel with other algorithms behind task_lock and tasklist_lock. */
import { describe, expect, test } from 'vitest';
import { LOCK_ALLOC, LOCK_TASKLIST, lockClassNames } from '../../dist/src/kernel/locks.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import { type LockChoice, planLocks } from '../../dist/src/boot/lock-choice.js';
import { tasklock } from '../support/cli-process.ts';
import { shared } from '../support/cli-shared.ts';
import { stressScenario, verdictOf } from './stress-run.ts';

const usable = locks.filter((lock) => lock.shape !== 'sequence').map((lock) => lock.name);
const MIX = 'unshare-test-plan';

describe('both locks by one algorithm: every invariant holds, nothing is left', () => {
  test.each(usable)('%s', async (algorithm) => {
    const choices: LockChoice[] = [
      { lock: 'task', algorithm },
      { lock: 'tasklist', algorithm },
    ];
    const result = await stressScenario({ scenario: MIX }, { durationMs: 300, locks: choices });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
    expect(result.locks).toEqual(choices);
    for (const lockClass of [LOCK_ALLOC, LOCK_TASKLIST]) {
      const used = result.statistics.locks.find(({ name }) => name === lockClassNames[lockClass]);
      expect(used?.acquisitions).toBeGreaterThan(0);
    }
  });

  test('with more CPUs than cores, where waiters sleep or let others overtake', async () => {
    const choices: LockChoice[] = [
      { lock: 'task', algorithm: 'spin-park' },
      { lock: 'tasklist', algorithm: 'rw-biased' },
    ];
    const result = await stressScenario({ scenario: MIX, cpus: 4 }, { durationMs: 500, locks: choices });
    expect(verdictOf(result)).toEqual({ verdict: 'pass', bugs: [] });
  });

  test('a fault of the kernel is found all the same', async () => {
    const choices: LockChoice[] = [{ lock: 'task', algorithm: 'mcs' }];
    const result = await stressScenario(
      { scenario: MIX, profile: 'desai-2005' },
      { durationMs: 5_000, locks: choices },
    );
    expect(result.verdict).toBe('bug');
  });
});

describe('the memory behind RAM', () => {
  test('nothing is chosen: nothing is needed', () => {
    expect(planLocks([], 8)).toEqual({ bytes: 0, classes: [] });
  });

  test('blocks of different locks do not overlap, and those of two tasks are different ones', () => {
    const { classes } = planLocks(
      [
        { lock: 'task', algorithm: 'anderson' },
        { lock: 'tasklist', algorithm: 'percpu-rw' },
      ],
      8,
    );
    const [task, tasklist] = classes;
    if (task === undefined || tasklist === undefined) throw new Error('two classes were asked for');
    expect(task.blockBytes).toBeGreaterThanOrEqual(64 + 8 * 64 + 4);
    expect(tasklist.records).toBeGreaterThanOrEqual(task.blocks + (16 * 2 ** 20 * task.blockBytes) / task.step);
    expect(tasklist.blockBytes % 128).toBe(0);
  });

  test('too much of it is refused', () => {
    expect(() => planLocks([{ lock: 'task', algorithm: 'seqlock' }], 2)).toThrow(/seqlock cannot serve/);
    expect(planLocks([{ lock: 'task', algorithm: 'anderson' }], 64).bytes).toBeLessThan(512 * 2 ** 20);
  });
});

describe('on the command line', () => {
  test('--lock is in the JSON', async () => {
    const args = ['stress', '--duration', '300ms', '--lock', 'task=mcs,tasklist=rw-fair', '--json', '--quiet'];
    const { code, stdout } = await tasklock(args);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass', lockChoices: { task: 'mcs', tasklist: 'rw-fair' } });
    expect(code).toBe(0);
  });

  test.each([
    ['task', '--lock takes task=ALGORITHM or tasklist=ALGORITHM, not "task"'],
    ['siglock=mcs', '--lock takes task=ALGORITHM or tasklist=ALGORITHM, not "siglock=mcs"'],
    ['task=msc', 'unknown lock "msc"; did you mean "mcs"?'],
    ['task=mcs,task=clh', '--lock names task twice'],
    ['tasklist=seqlock', 'seqlock cannot serve as tasklist'],
  ])('--lock %s is refused', async (text, message) => {
    const { code, stderr } = await shared(['stress', '--duration', '1s', '--lock', text]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
