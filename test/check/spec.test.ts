/**
 * The specification of clone, exit, wait, getppid and unshare: what it explains and what it does not. On the stepped
 * kernel a liar stands between kernel and checker: what it says must be caught, and the truth must not.
 */
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../dist/src/check/observers/spec/family.js';
import { linearize } from '../../dist/src/check/observers/spec/linearize.js';
import { Spec } from '../../dist/src/check/observers/spec/spec.js';
import { RefcountRelease } from '../../dist/src/check/observers/refcount-release.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { scenarioTarget, subjectOf } from '../../dist/src/explore/subject/targets.js';
import { NR_unshare, NR_wait4, NR_waitpid } from '../../dist/src/kernel/syscall-numbers.js';
import { SIGCHLD } from '../../dist/src/kernel/abi.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import type { Moves } from '../../dist/src/stepped/moves.js';

type Interval = readonly [begin: number, end: number];
const ECHILD = -10;
const EFAULT = -14;

const clone = (pid: number, result: number, [begin, end]: Interval, flags = SIGCHLD): Operation => ({
  call: 'clone',
  pid,
  result,
  begin,
  end,
  flags,
});
const exit = (pid: number, [begin, end]: Interval): Operation => ({ call: 'exit', pid, result: 0, begin, end });
const wait = (pid: number, result: number, [begin, end]: Interval, options = 0, wanted = -1): Operation => ({
  call: 'wait',
  pid,
  result,
  begin,
  end,
  options,
  wanted,
  faultReaps: false,
});
/** A wait that could not store the status, by today's rules. */
const takenAlong = (pid: number, interval: Interval): Operation =>
  ({ ...wait(pid, EFAULT, interval), faultReaps: true }) as Operation;
const getppid = (pid: number, result: number, [begin, end]: Interval): Operation => ({
  call: 'getppid',
  pid,
  result,
  begin,
  end,
});

describe('an order that explains the answers', () => {
  test.each<[string, Operation[], boolean]>([
    ['is there for calls one after the other', [clone(1, 2, [1, 2]), exit(2, [3, 4]), wait(1, 2, [5, 6])], true],
    ['is there when the wait overlaps the exit', [clone(1, 2, [1, 2]), wait(1, 2, [3, 6]), exit(2, [4, 5])], true],
    [
      'is not when the wait was over before the exit began',
      [clone(1, 2, [1, 2]), wait(1, 2, [3, 4]), exit(2, [5, 6])],
      false,
    ],
    [
      'is not when two waits collect one child',
      [clone(1, 2, [1, 2]), exit(2, [3, 4]), wait(1, 2, [5, 6]), wait(1, 2, [7, 8])],
      false,
    ],
    ['is not for ECHILD with a child', [clone(1, 2, [1, 2]), wait(1, ECHILD, [3, 4])], false],
    ['is there for ECHILD before the child', [wait(1, ECHILD, [1, 2]), clone(1, 2, [3, 4])], true],
    ['is not for a number that somebody has', [clone(1, 2, [1, 2]), clone(1, 2, [3, 4])], false],
    [
      'is there for a number that is free again',
      [clone(1, 2, [1, 2]), exit(2, [3, 4]), wait(1, 2, [5, 6]), clone(1, 2, [7, 8])],
      true,
    ],
    [
      'lets an orphan see its old parent or init, while the parent exits',
      [clone(1, 2, [1, 2]), clone(2, 3, [3, 4]), exit(2, [5, 8]), getppid(3, 2, [6, 7])],
      true,
    ],
    [
      'does not let it see its old parent afterwards',
      [clone(1, 2, [1, 2]), clone(2, 3, [3, 4]), exit(2, [5, 6]), getppid(3, 2, [7, 8])],
      false,
    ],
    [
      'does not let it go back to its old parent',
      [clone(1, 2, [1, 2]), clone(2, 3, [3, 4]), exit(2, [5, 10]), getppid(3, 1, [6, 7]), getppid(3, 2, [8, 9])],
      false,
    ],
    ['is there for WNOHANG with a living child', [clone(1, 2, [1, 2]), wait(1, 0, [3, 4], 1)], true],
    ...[
      [wait(1, EFAULT, [7, 8]), wait(1, 2, [9, 10])],
      [takenAlong(1, [7, 8]), wait(1, 3, [9, 10]), wait(1, ECHILD, [11, 12])],
      [wait(1, EFAULT, [7, 8]), wait(1, 3, [9, 10]), wait(1, ECHILD, [11, 12])],
      [takenAlong(1, [7, 8]), wait(1, 3, [9, 10]), wait(1, 2, [11, 12])],
    ].map((waits, i): [string, Operation[], boolean] => [
      `a status that cannot be stored: the child stays in 2.6 and is gone today, whichever it was, ${i}`,
      [clone(1, 2, [1, 2]), clone(1, 3, [2, 3]), exit(2, [3, 4]), exit(3, [5, 6]), ...waits],
      i < 2,
    ]),
    ['is not for 0 without WNOHANG', [clone(1, 2, [1, 2]), wait(1, 0, [3, 4])], false],
  ])('%s', (_, operations, explained) => {
    expect(linearize(operations).explained).toBe(explained);
  });

  test('names what could not be placed', () => {
    const { stuck } = linearize([clone(1, 2, [1, 2]), exit(2, [3, 4]), wait(1, 2, [5, 6]), wait(1, 2, [7, 8])]);
    expect(stuck.map((one) => [one.call, one.begin])).toEqual([['wait', 7]]);
  });
});

/** Tells the specification another answer for the calls of some numbers. */
class Liar extends Spec {
  readonly #numbers: readonly number[];
  readonly #lie: (result: number) => number;
  constructor(numbers: readonly number[], lie: (result: number) => number) {
    super();
    this.#numbers = numbers;
    this.#lie = lie;
  }
  override onSyscallLeave(cpu: number, nr: number, result: number): void {
    super.onSyscallLeave(cpu, nr, this.#numbers.includes(nr) ? this.#lie(result) : result);
  }
}

/** Titles that some executions of a small scenario show. */
async function titles(
  name: string,
  observer: Spec | RefcountRelease,
  profile: 'linux-2.6.16' | 'desai-2005' = 'linux-2.6.16',
) {
  const scenario = smallScenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const subject = await subjectOf(scenarioTarget(name, smallProgram(scenario, profile)));
  const runner = new Runner(subject, [observer]);
  const walk = new RandomWalk(1);
  const found = new Set<string>();
  for (let i = 0; i < 30; i++) {
    for (const { title, details } of runner.run(walk, i)?.bugs ?? []) {
      if (/^(spec|refcount)/.test(title) && knownFinding(profile, title, details) === undefined) found.add(title);
    }
  }
  return [...found];
}

describe('on the stepped kernel', () => {
  test('the truth is explained', async () => {
    for (const { name } of smallScenarios)
      expect({ name, found: await titles(name, new Spec()) }).toEqual({ name, found: [] });
  });

  test.each([
    ['a wait that names somebody else', 1],
    ['a wait that denies its child', ECHILD],
  ])('%s is not', async (_, answer) => {
    const liar = new Liar([NR_wait4, NR_waitpid], (result) => (result > 0 ? answer : result));
    expect(await titles('files-shared', liar)).toEqual([
      'spec: no order of the calls explains their answers in sys_wait',
    ]);
  });

  test('an unshare that says it failed and did not is seen', async () => {
    const liar = new Liar([NR_unshare], () => -22);
    expect(await titles('files-shared', liar)).toContain('spec: a failed unshare changed fs, files in sys_unshare');
  });

  test('an unshare that says it did and did not is seen', async () => {
    const liar = new Liar([NR_unshare], () => 0);
    expect(await titles('two-unshare-mm', liar)).toEqual([
      'spec: unshare answered 0 and the caller shares its vm still in sys_unshare',
    ]);
  });
});

/** A random walk that makes the fs pointer of whoever runs on CPU 0 lead out of RAM, behind so many steps. */
class Wild extends RandomWalk {
  readonly #subject: KernelSubject;
  readonly #behind: number;

  constructor(subject: KernelSubject, behind: number) {
    super(1);
    this.#subject = subject;
    this.#behind = behind;
  }

  override unasked(step: number): number {
    return step < this.#behind ? this.#behind - step : Number.MAX_SAFE_INTEGER;
  }

  override choose(moves: Moves, step: number): number {
    const task = this.#subject.task(0);
    if (step === this.#behind && task !== 0) this.#subject.view.words[(task + task_struct.fs) >> 2] = 0x7ffffffc;
    return super.choose(moves, step);
  }
}

test('a pointer that leads out of RAM is for the kernel to fall over', async () => {
  const text = 'cpus 1\ntask a:\n    repeat 9: getpid()\n    unshare(FS)\n    chdir("/a")\n    exit(0)\n';
  const subject = (await subjectOf(scenarioTarget('p.prog', text))) as KernelSubject;
  const all = subject.opening.length;
  const runner = new Runner(subject, [new Spec()]);
  const shown = Array.from({ length: 40 }, (_, i) => {
    const found = runner.run(new Wild(subject, Math.floor((all * i) / 40)), 0)?.bugs ?? [];
    return found.map(({ title }) => title);
  });
  expect(new Set(shown.flat())).toContain('use-after-free: bad pointer in copy_fs_struct');
});

describe('contexts given back too early', () => {
  test('are seen in the patch of 2005, whose undo counts down what another may have taken', async () => {
    expect(await titles('mm-peer-exits', new RefcountRelease(), 'desai-2005')).toEqual([
      'refcount: mm_struct freed while a task still has it in mmdrop',
    ]);
  });

  test('and not in the merged form', async () => {
    expect(await titles('mm-peer-exits', new RefcountRelease())).toEqual([]);
  });
});
