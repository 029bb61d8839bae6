/**
 * Failures on purpose as moves: tried by what tries everything, drawn by what draws, recorded, replayed, minimised with the
 * fewest of them, told. The patch of 2005 shows what it does when memory is out; kernels that were broken by hand show that
 * each checker can see a failure that is not undone.
 */
import { describe, expect, test } from 'vitest';
import { checkers } from '../../dist/src/check/observers/checkers.js';
import { simplified } from '../../dist/src/explore/minimize/simplify.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import type { FoundBug } from '../../dist/src/explore/search/result.js';
import { scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { encodeRecording, formatOf } from '../../dist/src/recording/format.js';
import { decodeToken, encodeToken } from '../../dist/src/recording/token.js';
import { valuesOf } from '../../dist/src/recording/turns.js';
import { interleavingLines } from '../../dist/src/report/interleaving-text.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { amount, isLong } from '../support/amount.ts';
import { titlesOfBroken } from '../support/broken-kernel.ts';
import { programText } from '../support/programs.ts';

type Scenario = Target & { kind: 'scenario' };
const ALL = checkers.map(({ name }) => name);

const faulty = (text: string, setting = 'each', sites: readonly string[] = []): Scenario =>
  ({ ...scenarioTarget('p.prog', text), faults: { setting, sites } }) as Scenario;

function small(name: string, profile: ProfileName): string {
  return smallProgram(smallScenarios.find((one) => one.name === name) ?? expect.fail(`no scenario ${name}`), profile);
}

const options = (target: Target, strategy: string, more: Partial<ExploreOptions> = {}): ExploreOptions => ({
  target,
  strategy,
  seed: 1,
  depth: 3,
  preemptions: Number.POSITIVE_INFINITY,
  checkers: [],
  first: 0,
  last: 100_000,
  ...more,
});

/** Executions of a program on one CPU that has all that was named fail. */
const executionsOf = async (text: string, ...sites: string[]): Promise<number> =>
  (await explore(options(faulty(text, 'each', sites), 'dpor'))).executions;

/** Executions in which something failed. */
async function failingOf(text: string, setting: string, strategy: string, last = 100): Promise<number> {
  const { failing = 0 } = await explore(options(faulty(text, setting), strategy, { last }));
  return failing;
}

const OPEN_AND_DUP = 'profile linux-6\ncpus 1\ntask a:\n    open("/f")\n    dup(0)\n    exit(0)\n';

describe('what tries everything', () => {
  // The path, the descriptor, the file; then another descriptor, of what is open.
  test.each(['dfs', 'dpor'])('%s lets each fail, and all succeed', async (strategy) => {
    const result = await explore(options(faulty(OPEN_AND_DUP), strategy));
    expect(result).toMatchObject({ executions: 5, redundant: 0, bugs: [], end: 'exhausted', failures: 4, failing: 4 });
  });

  test('of what was named, and nothing else', async () => {
    expect(
      await Promise.all(['user', 'dentry_open', 'descriptors'].map((one) => executionsOf(OPEN_AND_DUP, one))),
    ).toEqual([2, 2, 3]);
    expect(await executionsOf(OPEN_AND_DUP, 'namespace', 'pids')).toBe(1);
  });

  test('dfs counts a failure as it counts a preemption', async () => {
    const twice = faulty('profile linux-6\ncpus 1\ntask a:\n    chdir("/a")\n    chdir("/b")\n    exit(0)\n');
    const bounded = async (preemptions: number): Promise<number> =>
      (await explore(options(twice, 'dfs', { preemptions }))).executions;
    expect([await bounded(0), await bounded(1), await bounded(2)]).toEqual([1, 3, 4]);
  });

  test('nth:N fails that one, whatever the strategy', async () => {
    const counts = [1, 4, 5].map((n) => failingOf(OPEN_AND_DUP, `nth:${n}`, 'dfs'));
    expect(await Promise.all(counts)).toEqual([1, 1, 0]);
  });

  test('order and failure together, on two CPUs: complete', async () => {
    const result = await explore(options(faulty(programText('chdir-fails')), 'dpor'));
    expect(result).toMatchObject({ executions: 1_170, bugs: [], end: 'exhausted', failing: 585 });
  });
});

describe('what draws', () => {
  test.each(['random', 'pct', 'pos'])('%s lets some fail, and most succeed', async (strategy) => {
    const result = await explore(options(faulty(small('files-shared', 'linux-6')), strategy, { last: 40 }));
    expect(result.failing).toBeGreaterThan(10);
    expect(result.failing).toBeLessThan(40);
    expect(result.bugs).toEqual([]);
  });

  test('rate:P names the chance', async () => {
    const text = small('files-shared', 'linux-6');
    expect(await failingOf(text, 'rate:0', 'random', 10)).toBe(0);
    expect(await failingOf(text, 'rate:1', 'random', 10)).toBe(10);
  });
});

describe('the patch of 2005 without memory for handlers', () => {
  const target = faulty(small('signal-meets-unshare', 'desai-2005'), 'each', ['sighand_struct']);
  const settings = options(target, 'random', { last: 60, checkers: ALL });
  const found = explore(settings);
  const bugOf = async (title: string): Promise<FoundBug> =>
    (await found).bugs.find((bug) => bug.title === title) ?? expect.fail(`${title} not found`);
  const TAKEN = 'spec: a failed unshare changed sighand in sys_unshare';

  test('takes them away all the same (B01b), and the next who needs them finds NULL', async () => {
    const titles = (await found).bugs.map(({ title }) => title);
    expect(titles).toContain(TAKEN);
    expect(titles.filter((title) => title.startsWith('use-after-free: NULL pointer dereference in '))).not.toEqual([]);
  });

  test('is recorded with its faults, and replays; with the fewest failures', async () => {
    const subject = await subjectOf(target);
    const bug = await simplified(subject, ALL, await bugOf(TAKEN), {});
    expect(valuesOf(bug.decisions).filter((value) => value > 0)).toEqual([1]);
    const { decisions, finalHash } = bug;
    const recording = recordingOf(settings, subject, { bug, decisions, finalHash });
    expect(formatOf(encodeRecording(recording))).toBe(4);
    const read = decodeToken(encodeToken(recording));
    expect(read).toEqual(recording);
    const again = await subjectOf(recordedTarget(read));
    const replayed = replay(again, read);
    expect(replayed).toMatchObject({ divergence: undefined, bug: { title: TAKEN }, finalHash: recording.finalHash });
    const told = interleavingLines(replayed.turns, replayed.valueText);
    expect(told.filter((line) => line.includes(' fails: '))).toEqual([
      expect.stringMatching(/kmem_cache_alloc\(sighand_struct\) fails: ENOMEM/),
    ]);
  });

  test('without failures nothing of it shows', async () => {
    const plain: Scenario = scenarioTarget('p.prog', small('signal-meets-unshare', 'desai-2005')) as Scenario;
    const { bugs, failures } = await explore({ ...settings, target: plain });
    expect(failures).toBeUndefined();
    expect(bugs.map(({ title }) => title).filter((title) => /^spec|NULL/.test(title))).toEqual([]);
  });
});

describe('later kernels undo what failed', () => {
  const profiles: readonly ProfileName[] = ['linux-2.6.16', 'linux-6'];
  // Each scenario in one of them, by turns; in the long form in both.
  const own = (profile: ProfileName) =>
    smallScenarios.filter((_, i) => isLong || i % profiles.length === profiles.indexOf(profile));
  test.each(profiles.flatMap((profile) => own(profile).map(({ name }) => [profile, name] as const)))(
    '%s, %s',
    async (profile, name) => {
      const result = await explore(
        options(faulty(small(name, profile)), 'random', { last: amount(3, 40), seed: 1, checkers: ALL }),
      );
      expect(result.failing).toBeGreaterThan(0);
      expect(result.bugs.filter((bug) => bug.known === undefined).map(({ title }) => title)).toEqual([]);
    },
    60_000,
  );
});

test('what a program expects is not judged behind a failure, and is in front of one', async () => {
  const text = 'profile linux-6\ncpus 1\ntask a:\n    r = chdir("/a")\n    expect r == 0\n    exit(0)\n';
  const { bugs, failing } = await explore(options(faulty(text), 'dfs'));
  expect([bugs, failing]).toEqual([[], 1]);
  const wrong = await explore(options(faulty(text.replace('r == 0', 'r == 1')), 'dfs'));
  expect(wrong.bugs.map(({ title, times }) => [title, times])).toEqual([
    ['assert: expectation of line 5 failed in a', 1],
  ]);
});

test('a program that sleeps until what failed comes about is not judged', async () => {
  const text = `profile linux-6\ncpus 1\nshared gate\ntask a:\n    clone(0) -> b\n    while gate == 0: futex_wait(gate, 0)
    wait()\n    exit(0)\ntask b:\n    gate = 1\n    futex_wake(gate, 1)\n    exit(0)\n`;
  const { bugs, failing, executions } = await explore(options(faulty(text, 'each', ['task_struct']), 'dfs'));
  expect([bugs, failing, executions]).toEqual([[], 1, 2]);
});

/** Titles of random executions of a kernel in which a text of one file is another one, and anything may fail. */
const titlesOfBrokenKernel = (
  file: string,
  text: string,
  by: string,
  tasks: string,
  until?: RegExp,
): Promise<readonly string[]> =>
  titlesOfBroken({
    edit: [file, text, by],
    program: `profile linux-6\ncpus 1\n${tasks}`,
    executions: 40,
    until,
    faults: { setting: 'each', sites: [] },
  });

const OPENS = 'task a:\n    open("/f")\n    exit(0)\n';
const clones = (flags: string): string => `task a:\n    clone(${flags}) -> b\n    wait()\ntask b:\n    exit(0)\n`;

test('the kernel as it is shows nothing there', async () => {
  for (const tasks of [OPENS, clones('0'), clones('NEWNS')])
    expect(
      await titlesOfBrokenKernel('files.js', 'export function fput(f) {', 'export function fput(f) {', tasks),
    ).toEqual([]);
});

test.each([
  [
    'the descriptor of an open that fails',
    'spec: a failed open changed descriptors in sys_open',
    ['file-calls.js', 'put_unused_fd(fd);', '', OPENS],
  ],
  [
    'a copied fs part',
    'leak: fs_struct that nothing refers to in copy_fs_struct',
    ['fork.js', 'exit_fs(p);', ';', clones('0')],
  ],
  [
    'the number of a task that is not to be',
    'assert: pid taken that no task has in free_pidmap',
    ['fork.js', 'free_pidmap(pid);\n        if (vfork)', 'if (vfork)', clones('0')],
  ],
  [
    'somebody asleep who has no child',
    'deadlock: every task sleeps and nobody can wake one in schedule',
    ['wait.js', 'let found = NO_CHILD;\n    const own_only', 'let found = NOT_READY;\n    const own_only', clones('0')],
  ],
  [
    'namespace->sem',
    'lock-order: namespace->sem still held at return to user in dup_namespace',
    ['namespace.js', 'if (root === 0) {\n        up_write(namespace_sem(old));', 'if (root === 0) {', clones('NEWNS')],
  ],
] as const)('a kernel that keeps %s is seen: %s', async (_, title, [file, text, by, tasks]) => {
  expect(await titlesOfBrokenKernel(file, text, by, tasks, new RegExp(`^${title}$`))).toContain(title);
});
