/** Process groups and sessions: who may move where, who is signalled, and what becomes of an orphaned group. */
import { beforeEach, describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const { EACCES, EINVAL, EPERM, ESRCH, SIGCONT, SIGHUP, SIGSTOP, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU, TASK_STOPPED } =
  abi;
const THREAD = abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD;
const lab = new Lab();
/** A shell in a session of its own, and a job that it started. */
let shell = 0;
let job = 0;
beforeEach(() => {
  lab.reset();
  shell = lab.clone();
  setsid(shell);
  job = lab.clone(0, shell);
});

const setpgid = (from: number, pid: number, pgid: number): number => lab.call(from, nr.NR_setpgid, pid, pgid);
function setsid(task: number): number {
  return lab.call(task, nr.NR_setsid);
}
const group = (task: number): number => lab.call(task, nr.NR_getpgid, 0);
const session = (task: number): number => lab.call(task, nr.NR_getsid, 0);
const kill = (from: number, pid: number, sig: number): number => lab.call(from, nr.NR_kill, pid, sig);
const isPending = (task: number): boolean => lab.word(task + task_struct.sigpending) === 1;
const isStopped = (task: number): boolean => lab.word(task + task_struct.state) === TASK_STOPPED;

describe('setpgid', () => {
  test('a job gets a group of its own, from itself or from its parent, and another joins it', () => {
    const other = lab.clone(0, shell);
    expect([group(job), session(job)]).toEqual([lab.pid(shell), lab.pid(shell)]);
    expect(setpgid(shell, lab.pid(job), 0)).toBe(0);
    expect(setpgid(other, 0, lab.pid(job))).toBe(0);
    expect([group(job), group(other), group(shell)]).toEqual([lab.pid(job), lab.pid(job), lab.pid(shell)]);
    expect(lab.call(shell, nr.NR_getpgid, lab.pid(other))).toBe(lab.pid(job));
    expect(lab.wrong()).toEqual([]);
  });

  test('not to a group that is not of the session, nor of one that is not the own or one of a child', () => {
    const grandchild = lab.clone(0, job);
    expect(setpgid(job, 0, 4000)).toBe(-EPERM);
    expect(setpgid(job, 0, 1)).toBe(-EPERM);
    expect(setpgid(shell, lab.pid(grandchild), 0)).toBe(-ESRCH);
    expect(setpgid(shell, 4000, 0)).toBe(-ESRCH);
    expect(setpgid(job, 0, -1)).toBe(-EINVAL);
  });

  test('not of the leader of a session, nor of a child that has called exec, nor of a mere thread', () => {
    expect(setpgid(shell, 0, 0)).toBe(-EPERM);
    const thread = lab.clone(THREAD, job);
    expect(setpgid(shell, lab.pid(thread), 0)).toBe(-EINVAL);
    const child = lab.clone(0, shell);
    lab.call(child, nr.NR_execve);
    expect(setpgid(shell, lab.pid(child), 0)).toBe(-EACCES);
    expect(setpgid(child, 0, 0)).toBe(0);
    const apart = lab.clone(0, shell);
    setsid(apart);
    expect(setpgid(shell, lab.pid(apart), 0)).toBe(-EPERM);
  });
});

describe('setsid', () => {
  test('makes a session and a group of one', () => {
    const pid = lab.pid(job);
    expect(setsid(job)).toBe(pid);
    expect([group(job), session(job), session(shell)]).toEqual([pid, pid, lab.pid(shell)]);
    expect(setsid(job)).toBe(-EPERM);
    expect(lab.wrong()).toEqual([]);
  });

  test('the number of a group stays taken when its process is gone', () => {
    const member = lab.clone(0, shell);
    setpgid(job, 0, 0);
    setpgid(member, 0, lab.pid(job));
    const pid = lab.pid(job);
    lab.exit(job);
    expect(lab.wait(shell, pid)).toBe(pid);
    expect(lab.call(shell, nr.NR_getpgid, pid)).toBe(-ESRCH);
    expect(kill(shell, -pid, 0)).toBe(0);
    lab.exit(member);
    lab.wait(shell);
    expect(kill(shell, -pid, 0)).toBe(-ESRCH);
    expect(lab.wrong()).toEqual([]);
  });
});

test('a signal to a group meets its members, and a wait for one only them', () => {
  const other = lab.clone(0, shell);
  const outside = lab.clone(0, shell);
  setpgid(job, 0, 0);
  setpgid(other, 0, lab.pid(job));
  expect(kill(shell, -lab.pid(job), SIGTERM)).toBe(0);
  expect([job, other, outside, shell].map(isPending)).toEqual([true, true, false, false]);
  expect(lab.takeSignals(other)).toBe(false);
  const pid = lab.pid(other);
  lab.exit(outside);
  expect(lab.wait(shell, -lab.pid(job))).toBe(pid);
  expect(kill(shell, 0, 0)).toBe(0);
});

describe('an orphaned group', () => {
  test.each([SIGTSTP, SIGTTIN, SIGTTOU])('is not stopped by signal %i of a terminal, a job is', (sig) => {
    setpgid(job, 0, 0);
    kill(shell, lab.pid(job), sig);
    expect([lab.takeSignals(job), isStopped(job)]).toEqual([false, true]);
    kill(shell, lab.pid(job), SIGCONT);
    lab.takeSignals(job);
    lab.exit(shell);
    kill(lab.init, lab.pid(job), sig);
    expect([lab.takeSignals(job), isStopped(job)]).toEqual([true, false]);
    kill(lab.init, lab.pid(job), SIGSTOP);
    expect([lab.takeSignals(job), isStopped(job)]).toEqual([false, true]);
  });

  test('gets SIGHUP and SIGCONT when the last who cared for it exits while a member is stopped', () => {
    lab.putWords(job, BUFFER_STAT, [0x1001, 0, 0, 0]);
    lab.call(job, nr.NR_rt_sigaction, SIGHUP, BUFFER_STAT, 0, 8);
    setpgid(job, 0, 0);
    kill(shell, lab.pid(job), SIGSTOP);
    lab.takeSignals(job);
    lab.exit(shell);
    expect(isStopped(job)).toBe(false);
    expect(lab.takeSignals(job)).toBe(true);
    expect(lab.word(job + task_struct.handled_signals)).toBe(1);
    expect(lab.wrong()).toEqual([]);
  });

  test('by the exit of a member, whose parent was the last in another group', () => {
    setpgid(job, 0, 0);
    const worker = lab.clone(0, job);
    kill(shell, lab.pid(worker), SIGSTOP);
    lab.takeSignals(worker);
    lab.exit(job);
    expect(isPending(worker)).toBe(true);
    expect(lab.takeSignals(worker)).toBe(false);
    expect(lab.word(worker + task_struct.exit_state)).not.toBe(0);
  });

  test('is left alone when nobody in it is stopped, or somebody still cares', () => {
    setpgid(job, 0, 0);
    lab.exit(shell);
    expect(isPending(job)).toBe(false);
    lab.reset();
    shell = lab.clone();
    setsid(shell);
    job = lab.clone(0, shell);
    const second = lab.clone(0, shell);
    setpgid(job, 0, 0);
    setpgid(second, 0, lab.pid(job));
    kill(shell, lab.pid(second), SIGSTOP);
    lab.takeSignals(second);
    lab.exit(job);
    expect(isStopped(second)).toBe(true);
  });

  test('the group of init is none, as if a shell held it', () => {
    const task = lab.clone();
    kill(lab.init, lab.pid(task), SIGTSTP);
    expect([lab.takeSignals(task), isStopped(task)]).toEqual([false, true]);
  });
});
