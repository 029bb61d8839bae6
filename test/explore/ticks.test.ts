/**
 * Timer interrupts and time: tried by what tries everything, drawn by what draws, recorded, replayed, minimised, told. Kernels
 * that were broken by hand show what only an interrupt can: a lock taken with interrupts on, a timer that outlives its group.
 */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { simplified } from '../../dist/src/explore/minimize/simplify.js';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import type { ExploreOptions } from '../../dist/src/explore/search/options.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import { Pct } from '../../dist/src/explore/strategies/pct.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { imageOf, scenarioTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { encodeRecording, formatOf } from '../../dist/src/recording/format.js';
import { decodeToken, encodeToken } from '../../dist/src/recording/token.js';
import { valuesOf } from '../../dist/src/recording/turns.js';
import { interleavingLines } from '../../dist/src/report/interleaving-text.js';
import { kindOf, TICK } from '../../dist/src/stepped/move.js';
import { amount } from '../support/amount.ts';
import { compileEdited } from '../support/stepped-kernel.ts';

type Scenario = Target & { kind: 'scenario' };
const ALL = checkers.map(({ name }) => name);

const target = (text: string, ticks?: string): Scenario =>
  ({ ...scenarioTarget('p.prog', text), ...(ticks === undefined ? {} : { ticks }) }) as Scenario;

const options = (of: Target, strategy: string, more: Partial<ExploreOptions> = {}): ExploreOptions => ({
  target: of,
  strategy,
  seed: 1,
  depth: 3,
  preemptions: Number.POSITIVE_INFINITY,
  checkers: [],
  first: 0,
  last: 100_000,
  ...more,
});

const one = (...lines: readonly string[]): string =>
  `profile linux-2.6.16\ncpus 1\ntask a:\n${lines.map((line) => `    ${line}\n`).join('')}`;

/** Executions of a small program with so many preemptions and interrupts. */
const bounded = async (preemptions: number): Promise<number> =>
  (await explore(options(target(one('getpid()', 'exit(0)'), 'each'), 'dfs', { preemptions }))).executions;

/** What dpor finds with interrupts at every place. Some tests ask for the same. */
const reductions = new Map<string, ReturnType<typeof explore>>();

function reducedOf(text: string): ReturnType<typeof explore> {
  const result = reductions.get(text) ?? explore(options(target(text, 'each'), 'dpor'));
  reductions.set(text, result);
  return result;
}

describe('what tries everything', () => {
  // On one CPU every place at which an interrupt may come is an execution, and one is that none comes.
  test.each([
    ['nothing', ['getpid()', 'exit(0)'], 250],
    ['a timer', ['alarm(1)', 'exit(0)'], 450],
  ] as const)('dpor and plain enumeration with %s to interrupt', async (_, lines, least) => {
    const reduced = await reducedOf(one(...lines));
    const all = await explore(options(target(one(...lines), 'each'), 'dfs'));
    expect(all).toMatchObject({ redundant: 0, bugs: [], end: 'exhausted' });
    expect(reduced).toMatchObject({ executions: all.executions, redundant: 0, bugs: [], end: 'exhausted' });
    expect(all.executions).toBeGreaterThan(least);
  });

  test('without interrupts there is one execution', async () => {
    const found = await explore(options(target(one('alarm(1)', 'exit(0)')), 'dfs'));
    expect([found.executions, found.end]).toEqual([1, 'exhausted']);
  });

  test('dfs counts an interrupt as it counts a preemption', async () => {
    const all = await reducedOf(one('getpid()', 'exit(0)'));
    expect([await bounded(0), await bounded(1)]).toEqual([1, all.executions]);
  });
});

describe('time', () => {
  test.each(['random', 'pct', 'pos', 'dfs', 'dpor'])('passes for who sleeps: %s', async (strategy) => {
    const text = one(
      'sigaction(ALRM, H1)',
      'setitimer(1, 2)',
      'p = pause()',
      'p = pause()',
      'expect p == -4',
      'exit(0)',
    );
    const { bugs, executions } = await explore(options(target(text), strategy, { last: 3 }));
    expect([bugs, executions]).toEqual([[], strategy.startsWith('d') ? 1 : 3]);
  });

  test('for two CPUs alike, and for nobody who waits for no timer', async () => {
    const text = `profile linux-2.6.16\ncpus 2\ntask a:\n    c = fork() -> b\n    alarm(2)\n    pause()\ntask b:\n    alarm(3)\n    pause()\n`;
    expect((await explore(options(target(text), 'random', { last: 10 }))).bugs).toEqual([]);
    const { bugs } = await explore(options(target(one('pause()')), 'random', { last: 1 }));
    expect(bugs.map(({ title }) => title)).toEqual(['deadlock: every task sleeps and nobody can wake one in schedule']);
  });
});

const GROUP = `profile linux-2.6.16
cpus 2
task a:
    sigaction(ALRM, H1)
    setitimer(1, 1)
    c = clone(VM|FS|FILES|SIGHAND|THREAD) -> b
    exec()
    alarm(1)
    exit(0)
task b:
    alarm(1)
    exit_group(3)
`;

test.each(['linux-2.6.16', 'linux-6', 'desai-2005'])(
  'a timer against threads, exec and the exit of the group: %s',
  async (profile) => {
    const text = GROUP.replace('linux-2.6.16', profile);
    for (const strategy of ['random', 'pct']) {
      const { bugs } = await explore(options(target(text, 'each:2'), strategy, { last: 25, checkers: ALL }));
      expect(bugs.map(({ title }) => title)).toEqual([]);
    }
  },
);

const TAKEN_OVER = `cpus 2
task a:
    sigaction(ALRM, H1)
    setitimer(1, 1)
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> b
    exit(0)
task b:
    exec()
    pause()
    alarm(0)
    exit(0)
`;

// The leader is told of SIGALRM and exits; until later kernels its group counts as dying while a thread execs, so that nobody
// else is told, and the timer goes on sending what is pending already.
test.each([
  ['linux-2.6.16', ['livelock']],
  ['linux-6', []],
])('a signal whose thread exits while another execs: %s', async (profile, kinds) => {
  const text = `profile ${profile}\n${TAKEN_OVER}`;
  const { bugs } = await explore(options(target(text, 'each:2'), 'random', { seed: 3, last: 80 }));
  expect([...new Set(bugs.map(({ kind }) => kind))]).toEqual(kinds);
});

const LOCKING = one('alarm(1)', 'sigaction(USR1, H1)', 'alarm(0)', 'exit(0)');
const ENTRIES = ['dist/src/kernel/cpu-loop.js:cpu_main', 'dist/src/kernel/interrupt.js:timer_interrupt'];

/** Titles of executions of a kernel in which the text of one file is changed. */
async function titlesOf(
  text: string,
  file: string,
  change: (text: string) => string,
  ticks?: string,
  executions = amount(50, 200),
): Promise<readonly string[]> {
  const edit = (path: string, whole: string): string => (path.endsWith(`/${file}`) ? change(whole) : whole);
  const { module, places } = await compileEdited(edit, ...ENTRIES);
  const image = imageOf(target(text));
  const runner = new Runner(
    new KernelSubject({ module, places }, image, image.cpus, { ticks }),
    createObservers(['use-after-free']),
  );
  const titles = new Set<string>();
  for (const strategy of [
    new RandomWalk(3),
    new Pct({ seed: 3, depth: 3, rising: false, cpus: image.cpus, steps: 4_000 }),
  ])
    for (let i = 0; i < executions / 2; i++)
      for (const { title } of runner.run(strategy, i)?.bugs ?? []) titles.add(title);
  return [...titles];
}

const plain = (text: string): string => text.replaceAll('_irq', '');
const keep = (text: string): string => text.replace('exit_itimer(tsk);', ';');

describe('siglock in sigaction', () => {
  test('with interrupts off: clean', async () => {
    expect(await titlesOf(LOCKING, 'sigaction.js', (text) => text, 'each')).toEqual([]);
  });

  test('with interrupts on: the CPU waits for itself', async () => {
    expect(await titlesOf(LOCKING, 'sigaction.js', plain, 'each')).toContain(
      'deadlock: no CPU can go on in group_send_sig_info',
    );
  });

  test('the same without ticks shows nothing', async () => {
    expect(await titlesOf(LOCKING, 'sigaction.js', plain, undefined, 6)).toEqual([]);
  });
});

test('a timer that outlives its group is one of a freed signal_struct', async () => {
  const text = `profile linux-2.6.16\ncpus 1\ntask a:\n    fork() -> b\n    wait()\n    sigaction(ALRM, H1)\n    alarm(1)\n    pause()\ntask b:\n    alarm(2)\n    exit(0)\n`;
  expect(await titlesOf(text, 'exit.js', (whole) => whole, undefined, 6)).toEqual([]);
  const titles = await titlesOf(text, 'exit.js', keep, undefined, 6);
  expect(titles.some((title) => title.startsWith('use-after-free'))).toBe(true);
});

describe('an execution in which one comes', () => {
  // Whoever is interrupted between the two finds the alarm gone off.
  const text = one('sigaction(ALRM, H1)', 'alarm(1)', 'left = alarm(0)', 'expect left == 1', 'exit(0)');

  test('is recorded, replayed, minimised and told', async () => {
    const settings = options(target(text, 'each:3'), 'random', { last: 200 });
    const { bugs } = await explore(settings);
    const title = 'assert: expectation of line 7 failed in a';
    expect(bugs.map((bug) => bug.title)).toEqual([title]);
    const subject = await subjectOf(settings.target);
    const bug = await simplified(subject, [], bugs[0] ?? expect.fail('no bug'), {});
    expect(valuesOf(bug.decisions).filter((value) => value > 0)).toEqual([1]);
    const { decisions, finalHash } = bug;
    const recording = recordingOf(settings, subject, { bug, decisions, finalHash });
    expect(formatOf(encodeRecording(recording))).toBe(5);
    const read = decodeToken(encodeToken(recording));
    expect(read).toEqual(recording);
    const replayed = replay(await subjectOf(recordedTarget(read)), read);
    expect(replayed).toMatchObject({ divergence: undefined, bug: { title }, finalHash });
    const told = interleavingLines(replayed.turns, replayed.valueText);
    expect(told.filter((line) => line.includes(' tick'))).toEqual([expect.stringMatching(/takes a tick/)]);
  });

  test('time that passes is a move of the recording', async () => {
    const settings = options(target(one('alarm(1)', 'pause()', 'exit(0)')), 'random');
    const subject = await subjectOf(settings.target);
    const runner = new Runner(subject, []);
    const steps = runner.run(new RandomWalk(1), 0)?.steps ?? 0;
    const decisions = runner.decisions.slice(0, steps);
    expect([...decisions].filter((move) => kindOf(move) === TICK)).toHaveLength(1);
    const { finalHash } = reproduce(subject, [], decisions, true);
    const recording = recordingOf(settings, subject, { bug: undefined, decisions, finalHash });
    expect(formatOf(encodeRecording(recording))).toBe(5);
    const read = decodeToken(encodeToken(recording));
    expect(read).toEqual(recording);
    const replayed = replay(await subjectOf(recordedTarget(read)), read);
    expect(replayed).toMatchObject({ divergence: undefined, finalHash });
    const told = interleavingLines(replayed.turns, replayed.valueText);
    expect(told.filter((line) => line.includes(' tick'))).toEqual([expect.stringMatching(/time passes: a tick/)]);
  });
});
