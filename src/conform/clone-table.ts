/** clone.json: every flag set from a fresh task, what is shared afterwards, who is the parent, who may wait. */
import { load } from '../machine/bus.ts';
import {
  CLONE_DETACHED,
  CLONE_PARENT,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  SIGCHLD,
  WALL,
  WCLONE,
  WNOHANG,
} from '../kernel/abi.ts';
import { task_struct } from '../kernel/layout.ts';
import { find_task_by_pid } from '../kernel/pid.ts';
import { NR_clone, NR_exit, NR_wait4 } from '../kernel/syscall-numbers.ts';
import type { ProfileName } from '../kernel/profiles.ts';
import type { Conductor } from './conductor.ts';
import { Family, partFields } from './family.ts';
import { compare } from './compare.ts';
import { flagBits, outcome } from './names.ts';
import { ConformError } from './read.ts';
import type { CaseResult, CloneCase, CloneExtra, CloneTable } from './recording-types.ts';

const CALLER = 0;

/** What the model answers for one flag set, in the table's own form. */
function runCase(conductor: Conductor, { uid, flags }: CloneCase): CloneCase {
  const family = new Family(conductor, uid, 0);
  const parentBefore = parentGroup(family, CALLER);
  const child = family.clone(CALLER, flagBits(flags));
  if (child < 0) return { uid, flags, result: outcome(child) };
  const same = (field: number): number => (family.shares(CALLER, child, field) ? 1 : 0);
  const ppid = parentGroup(family, child);
  const seen = {
    uid,
    flags,
    result: 'OK',
    shared: {
      VM: same(partFields.vm),
      FS: same(partFields.fs),
      FILES: same(partFields.fd),
      SIGHAND: same(partFields.sg),
      SYSVSEM: same(partFields.sv),
      IO: 1,
      MNTNS: same(partFields.ns),
    },
    same_tgid: same(task_struct.tgid),
    same_ppid: ppid === parentBefore ? 1 : 0,
    ppid: ppid === family.pids[CALLER] ? 'caller' : 'parent_of_caller',
    exit_signal: load(family.address(child) + task_struct.exit_signal),
  };
  const pid = family.pids[child] ?? 0;
  family.call(child, NR_exit, 0);
  return { ...seen, wait_by_caller: waited(family.call(CALLER, NR_wait4, pid, 0, WNOHANG), pid) };
}

function parentGroup(family: Family, task: number): number {
  return load(load(family.address(task) + task_struct.real_parent) + task_struct.tgid);
}

/** OK when the wait collected the child; a wait that finds it not ready says so. */
function waited(result: number, pid: number): string {
  return result === pid ? 'OK' : result === 0 ? 'not ready' : outcome(result);
}

/** The flags and exit signal behind the text of an odd case, or undefined for one this model does not know. */
function extraFlags(what: string): number | undefined {
  const signal = /^exit signal (SIGUSR1|\d+)$/.exec(what)?.[1];
  if (signal !== undefined) return signal === 'SIGUSR1' ? 10 : Number(signal);
  const fixed: Readonly<Record<string, number>> = {
    'PARENT with exit signal SIGUSR1': CLONE_PARENT | 10,
    'THREAD with exit signal SIGCHLD': CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | SIGCHLD,
    'DETACHED without THREAD': CLONE_DETACHED | SIGCHLD,
    'DETACHED with THREAD': CLONE_DETACHED | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM,
    'PARENT called by init of a pid namespace': CLONE_PARENT | SIGCHLD,
  };
  return Object.hasOwn(fixed, what) ? fixed[what] : undefined;
}

/** What the model answers for an odd case, in the table's own form. */
function runExtra(conductor: Conductor, recorded: CloneExtra): CloneExtra {
  const flags = extraFlags(recorded.what);
  if (flags === undefined) throw new ConformError(`unknown case "${recorded.what}"`);
  const family = new Family(conductor, 0, 0);
  if (recorded.what.includes('called by init')) {
    return { what: recorded.what, result: outcome(conductor.call(conductor.init, NR_clone, flags)) };
  }
  const pid = family.call(CALLER, NR_clone, flags);
  if (pid < 0) return { what: recorded.what, result: outcome(pid) };
  const child = family.adopt(pid);
  const exit_signal = load(family.address(child) + task_struct.exit_signal);
  family.call(child, NR_exit, 0);
  const after_exit = find_task_by_pid(pid) ? 'zombie' : 'gone';
  const by = (task: number, target: number, options: number): string =>
    waited(conductor.call(task, NR_wait4, target, 0, options | WNOHANG), pid);
  const wait_by_caller = by(family.address(CALLER), -1, 0);
  const with_WCLONE = recorded.with_WCLONE === undefined ? undefined : by(family.address(CALLER), -1, WCLONE);
  const wait_by_init = by(conductor.init, pid, WALL);
  const { what } = recorded;
  return with_WCLONE === undefined
    ? { what, result: 'OK', exit_signal, after_exit, wait_by_caller, wait_by_init }
    : { what, result: 'OK', exit_signal, after_exit, wait_by_caller, with_WCLONE, wait_by_init };
}

/**
 * What 2.6 answers otherwise in the odd cases, by its source: CLONE_PARENT keeps the signal that was asked for (the
 * low byte), and init may use it.
 */
const before6: Readonly<Record<string, Partial<CloneExtra>>> = {
  'PARENT with exit signal SIGUSR1': { exit_signal: 10 },
  'PARENT called by init of a pid namespace': { result: 'OK' },
};

const otherwise = (what: string): Partial<CloneExtra> | undefined =>
  Object.hasOwn(before6, what) ? before6[what] : undefined;

/** Every case of the table, in order. */
export function* conformCloneTable(
  conductor: Conductor,
  profile: ProfileName,
  table: CloneTable,
): Generator<CaseResult> {
  for (const recorded of table.cases) {
    const name = `uid ${recorded.uid} ${recorded.flags.join('|') || '(no flag)'}`;
    yield compare(name, recorded, () => runCase(conductor, recorded));
  }
  for (const recorded of table.extra) {
    const expected = profile === 'linux-6' ? recorded : { ...recorded, ...otherwise(recorded.what) };
    yield compare(recorded.what, expected, () => runExtra(conductor, recorded));
  }
}
