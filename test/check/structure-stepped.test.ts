/**
 * The invariants of structures while an execution goes on: a word is damaged in the middle and mended soon after, so that
 * the end shows nothing. And the faults of the 2005 patch that break them, with the later forms as clean twins.
 */
import { describe, expect, test } from 'vitest';
import { createObservers } from '../../dist/src/check/observers/checkers.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { Move } from '../../dist/src/stepped/move.js';
import type { Moves } from '../../dist/src/stepped/moves.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { EXIT_ZOMBIE } from '../../dist/src/kernel/abi.js';
import * as layout from '../../dist/src/kernel/layout.js';
import { kernel, namespace, task_struct, vfsmount } from '../../dist/src/kernel/layout.js';
import { programText, subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** Three tasks that share some and not all, and go on making calls that take every lock there is. */
const BUSY = `cpus 2
shared over
task parent:
    c = clone(VM|SIGHAND|THREAD|FS) -> thread
    d = clone(0) -> child
    repeat 4:
        e = clone(0) -> short
        w = wait(e)
    over = 1
task thread:
    while over == 0: access("/b")
    exit(0)
task child:
    unshare(NEWNS)
    while over == 0: access("/c")
    exit(0)
task short:
    exit(0)
`;

/** Long enough for a return with the other CPU outside the kernel, after some object came or went. */
const MENDED_AFTER = 6000;

/** Pokes words at some step, and puts them back so many steps later. */
class DamagingWalk extends RandomWalk {
  readonly #damage: (step: number) => readonly (readonly [address: number, value: number])[] | undefined;
  readonly #ram: Int32Array;
  #before: readonly (readonly [number, number])[] = [];
  damagedAt = -1;

  constructor(subject: KernelSubject, damage: DamagingWalk['damageType']) {
    super(7);
    this.#ram = subject.machine.ram;
    this.#damage = damage;
  }

  declare damageType: (step: number) => readonly (readonly [address: number, value: number])[] | undefined;

  override unasked(): number {
    return 1;
  }

  override choose(moves: Moves, step?: number): Move {
    const now = step ?? 0;
    if (this.damagedAt < 0 && now % 50 === 0) {
      const words = this.#damage(now);
      if (words !== undefined) {
        this.#before = words.map(([address]) => [address, this.#ram[address >> 2] as number]);
        for (const [address, value] of words) this.#ram[address >> 2] = value;
        this.damagedAt = now;
      }
    } else if (this.#before.length > 0 && now === this.damagedAt + MENDED_AFTER) {
      for (const [address, value] of this.#before) this.#ram[address >> 2] = value;
      this.#before = [];
    }
    return super.choose(moves);
  }
}

/** Titles seen between the damage and its mending, on some CPU. */
function seen(damage: (tasks: Tasks) => readonly (readonly [number, number])[]): string[] {
  const subject = subjectOfText(BUSY);
  const walk = new DamagingWalk(subject, () => {
    const tasks = tasksOf(subject);
    return tasks === undefined ? undefined : damage(tasks);
  });
  const bugs = new Runner(subject, []).run(walk, 0)?.bugs ?? [];
  return bugs
    .filter((bug) => bug.cpu >= 0 && bug.step > walk.damagedAt && bug.step <= walk.damagedAt + MENDED_AFTER)
    .map((bug) => bug.title);
}

interface Tasks {
  readonly subject: KernelSubject;
  readonly init: number;
  readonly parent: number;
  readonly thread: number;
  readonly child: number;
  readonly word: (address: number) => number;
}

/** The tasks of the program by name, when all are alive, in no call that changes what they have, and no lock is held. */
function tasksOf(subject: KernelSubject): Tasks | undefined {
  const { view } = subject;
  const word = (address: number): number => view.word(address);
  if (word(kernel.tasklist_lock) <= 0 || word(kernel.vfsmount_lock) <= 0) return undefined;
  const all = view.tasks();
  const [init = 0, parent = 0, thread = 0, child = 0] = all;
  const alive = all.length >= 4 && all.slice(0, 4).every((task) => (word(task + task_struct.flags) & 4) === 0);
  const own = alive && word(child + task_struct.namespace) !== word(parent + task_struct.namespace);
  return own ? { subject, init, parent, thread, child, word } : undefined;
}

const damages: readonly (readonly [string, (tasks: Tasks) => readonly (readonly [number, number])[], string])[] = [
  [
    'a child of two parents',
    ({ thread, child }) => [[child + task_struct.parent, thread]],
    'assert: child of two parents in forget_original_parent',
  ],
  [
    'a zombie that will never be waited for',
    ({ child }) => [
      [child + task_struct.exit_state, EXIT_ZOMBIE],
      [child + task_struct.exit_signal, -1],
    ],
    'assert: self-reaping task stays a zombie in exit_notify',
  ],
  [
    'a group under two sets of handlers',
    ({ thread, child, word }) => [[thread + task_struct.sighand, word(child + task_struct.sighand)]],
    'assert: thread group under two sets of handlers in sys_unshare',
  ],
  [
    'handlers over two memories',
    ({ thread, child, word }) => [[thread + task_struct.mm, word(child + task_struct.mm)]],
    'assert: handlers shared over two memories in sys_unshare',
  ],
  [
    'a number in use that is free',
    ({ child, word }) => {
      const pid = word(child + task_struct.pid);
      const at = kernel.pidmap + 4 * (pid >>> 5);
      return [[at, word(at) & ~(1 << (pid & 31))]];
    },
    'assert: pid free that a task has in alloc_pidmap',
  ],
  [
    'the task counter',
    ({ word }) => [[kernel.nr_threads, word(kernel.nr_threads) + 1]],
    'assert: nr_threads differs from the task list in copy_process',
  ],
  [
    'a run queue counter',
    ({ word }) =>
      [0, 1].map((cpu) => {
        const at = layout.cpuDataAddress(cpu) + layout.cpu_data.rq + layout.rq.nr_running;
        return [at, word(at) + 1] as const;
      }),
    'assert: nr_running differs from the queue in schedule',
  ],
  [
    'a namespace without its root',
    ({ child, word }) => [[word(child + task_struct.namespace) + namespace.root, 0x2000]],
    'isolation: namespace without its root in copy_tree',
  ],
  [
    'a mount with a foreign owner',
    ({ child, parent, word }) => {
      const first = word(word(child + task_struct.namespace) + namespace.list) - vfsmount.mnt_list;
      return [[first + vfsmount.mnt_namespace, word(parent + task_struct.namespace)]];
    },
    'isolation: mount with a foreign owner in copy_tree',
  ],
  [
    'a task whose root is in another namespace',
    ({ child, parent, word }) => [[child + task_struct.namespace, word(parent + task_struct.namespace)]],
    'isolation: task that looks into a foreign namespace in sys_unshare',
  ],
  [
    'a count above its referrers',
    ({ child, word }) => {
      const at = word(child + task_struct.fs) + layout.fs_struct.count;
      return [[at, word(at) + 1]];
    },
    'refcount: fs_struct.count above its referrers in copy_fs_struct',
  ],
  [
    'a number taken that no task has',
    ({ word }) => [[kernel.pidmap + 2000, word(kernel.pidmap + 2000) | 1]],
    'assert: pid taken that no task has in free_pidmap',
  ],
  [
    'a task in no run queue',
    ({ child }) => [[child + task_struct.on_rq, 2]],
    'assert: task in no run queue or in two in schedule',
  ],
];

describe('damage that is mended before the end is seen in between', () => {
  test.each(damages)('%s', (_name, damage, title) => {
    expect(seen(damage)).toContain(title);
  });

  test('the undamaged twin', () => {
    const subject = subjectOfText(BUSY);
    expect(titlesOf(subject, walks(subject, 6))).toEqual([]);
  });
});

describe.each([
  ['tasklist-inside-task-lock', 'lock-order: tasklist_lock for writing inside alloc_lock in exit_sighand'],
  ['namespace-under-peer', 'isolation: task that looks into a foreign namespace in sys_unshare'],
  ['two-siglocks', 'assert: thread group under two sets of handlers in sys_unshare'],
])('%s', (name, title) => {
  test.each([1, 2, 3, 4])('desai-2005, seed %i', (seed) => {
    const subject = subjectOfText(programText(name), name);
    expect(titlesOf(subject, walks(subject, 20, seed))).toContain(title);
  });

  test.each(['linux-2.6.16', 'linux-6'] as const)('the clean twin: %s', (profile) => {
    const text = programText(name, profile);
    const subject = subjectOfText(text, name);
    expect(titlesOf(subject, walks(subject, 30))).toEqual([]);
  });
});

test('what breaks a structure is seen by every run of it, whatever checkers there are, and does not end it', () => {
  const subject = subjectOfText(programText('two-siglocks'));
  const title = 'assert: thread group under two sets of handlers in sys_unshare';
  const runner = new Runner(subject, createObservers([]));
  const outcome = runner.run(new RandomWalk(1), 0);
  const bug = outcome?.bugs.find((one) => one.title === title);
  expect(bug?.step).toBeLessThan(outcome?.steps ?? 0);
});
