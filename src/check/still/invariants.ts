/**
 * The invariants of the kernel's structures, and at which moments each of them holds: data, so that whoever looks at a
 * machine looks at each when it has to hold and at no other time.
 *
 *   guarded    whenever nobody holds the lock that guards it for writing: looked at when a writer is about to release it
 *   outside    of the tasks that are in no system call: looked at when one returns from a call
 *   at rest    when no CPU is inside the kernel: what holds references or is between two places in there, and what is
 *              taken before it is used
 *   at the end what stays as it is once it is wrong: damage to slabs, and objects that nothing refers to
 *
 * A machine at rest has to fulfil them all, those of the end as well.
 */
import { kernel, rq } from '../../kernel/layout.ts';
import { LOCK_RQ, LOCK_TASKLIST, LOCK_VFSMOUNT } from '../../kernel/locks.ts';
import { Census } from './census.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { checkIsolation, checkMountLists } from './mounts.ts';
import { checkRefcounts } from './refcounts.ts';
import { checkLeaks, checkSlabs } from './slab.ts';
import { type TaskTable, taskTable } from './task-table.ts';
import {
  checkFamilies,
  checkPidsInUse,
  checkPidsTaken,
  checkQueueLength,
  checkRunnable,
  checkSharingRules,
  checkTaskCount,
  checkTracers,
  checkZombies,
  runQueues,
} from './tasks.ts';
import type { RamView } from '../evidence/view.ts';

/** Tasks that CPUs are running at this moment, by address. */
export type Running = ReadonlySet<number>;

export interface GuardedInvariant {
  readonly lockClass: number;
  /** Every lock of that class, by address. */
  locks(view: RamView): readonly number[];
  /** What is wrong with what this one guards. */
  check(table: TaskTable, lock: number): Finding[];
}

const tasklist = (check: (table: TaskTable) => Finding[]): GuardedInvariant => ({
  lockClass: LOCK_TASKLIST,
  locks: () => [kernel.tasklist_lock],
  check,
});

export const guardedInvariants: readonly GuardedInvariant[] = [
  tasklist(checkFamilies),
  tasklist(checkTracers),
  tasklist(checkZombies),
  tasklist(checkSharingRules),
  tasklist(checkPidsInUse),
  tasklist(checkTaskCount),
  { lockClass: LOCK_VFSMOUNT, locks: () => [kernel.vfsmount_lock], check: checkMountLists },
  {
    lockClass: LOCK_RQ,
    locks: (view) => runQueues(view).map((q) => q + rq.lock),
    check: ({ view }, lock) => checkQueueLength(view, lock - rq.lock),
  },
];

/** Asked about the tasks that are in no system call. */
const outsideInvariants: readonly ((table: TaskTable) => Finding[])[] = [checkIsolation];

const restInvariants: readonly ((census: Census, running: Running) => Finding[])[] = [
  checkPidsTaken,
  checkRunnable,
  checkRefcounts,
];

const endInvariants: readonly ((census: Census) => Finding[])[] = [
  ({ view }) => checkSlabs(view),
  (census) => (census.dangling.length === 0 ? checkLeaks(census) : []),
];

/** Held for writing, or exclusively: the words of spinlocks and rwlocks alike are positive for everybody else. */
export const isHeld = (view: RamView, lock: number): boolean => view.word(lock) <= 0;

/** What one checker finds; a structure that leads out of RAM ends its walk with one finding more. */
function walked(check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [finding('assert', 'a list or pointer leads out of memory', 'the task tables', 0, error.message)];
  }
}

/** What is wrong with what a lock guards, that nobody else changes now. */
export function checkGuarded(view: RamView, lockClass: number, lock: number): Finding[] {
  return walked(() => {
    const table = taskTable(view);
    return guardedInvariants.flatMap((one) =>
      one.lockClass === lockClass ? walked(() => one.check(table, lock)) : [],
    );
  });
}

/** What is wrong with what is guarded by locks that nobody holds for writing. */
export function checkFree(view: RamView): Finding[] {
  return walked(() => {
    const table = taskTable(view);
    return guardedInvariants.flatMap((one) => {
      const free = one.locks(view).filter((lock) => !isHeld(view, lock));
      return free.flatMap((lock) => walked(() => one.check(table, lock)));
    });
  });
}

/** What is wrong with the tasks that are in no system call. */
export function checkOutside(view: RamView, inside: ReadonlySet<number>): Finding[] {
  return walked(() => {
    const tasks = view.tasks().filter((task) => !inside.has(task));
    return outsideInvariants.flatMap((check) => walked(() => check({ view, tasks })));
  });
}

/** Everything that is wrong with a machine whose CPUs are all outside the kernel. */
export function checkInvariants(view: RamView, running: Running = new Set()): Finding[] {
  return withCensus(view, (census) => [
    ...restChecks(census, running),
    ...endInvariants.map((check) => () => check(census)),
  ]);
}

/** The same without what stays wrong until the end. */
export function checkAtRest(view: RamView, running: Running): Finding[] {
  return withCensus(view, (census) => restChecks(census, running));
}

function restChecks(census: Census, running: Running): (() => Finding[])[] {
  const { view } = census;
  return [
    ...restInvariants.map((check) => () => check(census, running)),
    ...guardedInvariants.flatMap((one) => one.locks(view).map((lock) => () => one.check(census, lock))),
    ...outsideInvariants.map((check) => () => check(census)),
  ];
}

/** What the census of a machine finds, and then the checks that go by it. */
function withCensus(view: RamView, checks: (census: Census) => (() => Finding[])[]): Finding[] {
  let census: Census | undefined;
  const walk = walked(() => {
    census = new Census(view);
    return [...census.dangling, ...census.wrong];
  });
  return census === undefined ? walk : [...walk, ...checks(census).flatMap(walked)];
}

/** What is left when every program ended: init alone, with its own contexts. */
export function checkNothingLeft(view: RamView): Finding[] {
  const tasks = view.tasks();
  if (tasks.length === 1) return [];
  const what = 'tasks left when every program has ended';
  return [finding('leak', what, 'release_task', 0, `${tasks.length - 1} tasks besides init`)];
}
