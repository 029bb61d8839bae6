import { beforeEach, describe, expect, test } from 'vitest';
import {
  EINVAL,
  EPERM,
  ESRCH,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGTERM,
  SIGUSR1,
} from '../../dist/src/kernel/abi.js';
import { CLONE_SIGHAND, CLONE_THREAD, CLONE_VM, ECHILD, EXIT_ZOMBIE, SIGSTOP } from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT, BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let root = 0;
let user = 0;
let other = 0;
beforeEach(() => {
  lab.reset();
  [root, user, other] = [lab.clone(), lab.clone(), lab.clone()];
  lab.call(user, nr.NR_setuid, 1000);
  lab.call(other, nr.NR_setuid, 1001);
});

const kill = (from: number, pid: number, sig: number): number => lab.call(from, nr.NR_kill, pid, sig);
const action = (task: number, sig: number, handler: number): number => {
  lab.putWords(task, BUFFER_STAT, [handler, 0, 0, 0]);
  return lab.call(task, nr.NR_rt_sigaction, sig, BUFFER_STAT, 0, 8);
};
const isPending = (task: number): boolean => lab.word(task + task_struct.sigpending) === 1;
/** The status word that init collects for a task. */
const statusOf = (pid: number): number => {
  expect(lab.call(lab.init, nr.NR_wait4, pid, BUFFER_STATUS, 0)).toBe(pid);
  return lab.getWord(lab.init, BUFFER_STATUS);
};

describe('who may signal whom', () => {
  test('root anybody, a user those of the same uid, and nobody else', () => {
    const peer = lab.clone(0, user);
    expect(kill(root, lab.pid(user), 0)).toBe(0);
    expect(kill(user, lab.pid(peer), 0)).toBe(0);
    expect(kill(user, lab.pid(user), 0)).toBe(0);
    expect(kill(user, lab.pid(other), 0)).toBe(-EPERM);
    expect(kill(user, 1, SIGKILL)).toBe(-EPERM);
  });

  test('SIGCONT also inside the session', () => {
    expect(kill(user, lab.pid(other), SIGCONT)).toBe(0);
    expect(kill(user, lab.pid(other), SIGTERM)).toBe(-EPERM);
  });

  test('a number nobody has is ESRCH, a signal that is none EINVAL', () => {
    expect(kill(root, 9999, 0)).toBe(-ESRCH);
    expect(kill(root, 9999, 99)).toBe(-ESRCH);
    for (const sig of [-1, 65, 1000]) expect(kill(root, lab.pid(user), sig), `${sig}`).toBe(-EINVAL);
    expect(kill(user, lab.pid(other), 65)).toBe(-EINVAL);
  });

  test('a zombie can be signalled until it is collected', () => {
    const pid = lab.pid(other);
    lab.exit(other);
    expect(kill(root, pid, SIGTERM)).toBe(0);
    lab.wait(lab.init, pid);
    expect(kill(root, pid, SIGTERM)).toBe(-ESRCH);
  });

  test('everybody: all that may be signalled but init and the sender', () => {
    kill(user, -1, SIGTERM);
    expect([root, user, other, lab.init].map(isPending)).toEqual([false, false, false, false]);
    expect(kill(root, -1, SIGTERM)).toBe(0);
    expect([root, user, other, lab.init].map(isPending)).toEqual([false, true, true, false]);
  });

  // As 2.6.14 and today's kernels do: EPERM of one target never shows.
  test('everybody, of whom none may be signalled, is 0', () => expect(kill(user, -1, 0)).toBe(0));

  test('a process group that is not there is ESRCH', () => expect(kill(root, -77, SIGTERM)).toBe(-ESRCH));
});

describe('what a signal does', () => {
  test('by default it kills, and the status says which', () => {
    const pid = lab.pid(user);
    kill(root, pid, SIGTERM);
    expect(lab.takeSignals(user)).toBe(false);
    expect(lab.word(user + task_struct.exit_state)).toBe(EXIT_ZOMBIE);
    expect(statusOf(pid)).toBe(SIGTERM);
    expect(lab.wrong()).toEqual([]);
  });

  test('ignored it does nothing', () => {
    action(user, SIGUSR1, SIG_IGN);
    kill(root, lab.pid(user), SIGUSR1);
    expect(isPending(user)).toBe(false);
  });

  test('handled it is counted, and the task goes on', () => {
    action(user, SIGUSR1, 0x1001);
    kill(root, lab.pid(user), SIGUSR1);
    expect(lab.takeSignals(user)).toBe(true);
    expect(lab.word(user + task_struct.handled_signals)).toBe(1);
    expect(isPending(user)).toBe(false);
  });

  test('SIGKILL and SIGSTOP cannot be handled', () => {
    expect([SIGKILL, SIGSTOP].map((sig) => action(user, sig, SIG_IGN))).toEqual([-EINVAL, -EINVAL]);
    expect([0, 65].map((sig) => action(user, sig, SIG_IGN))).toEqual([-EINVAL, -EINVAL]);
  });

  test('SIGKILL kills whoever ignores everything else', () => {
    for (let sig = 1; sig <= 31; sig++) action(user, sig, SIG_IGN);
    kill(root, lab.pid(user), SIGKILL);
    expect(lab.takeSignals(user)).toBe(false);
    expect(statusOf(lab.pid(user))).toBe(SIGKILL);
  });

  test('a stop keeps it off the CPU until SIGCONT', () => {
    kill(root, lab.pid(user), SIGSTOP);
    expect(lab.takeSignals(user)).toBe(false);
    expect(lab.word(user + task_struct.on_rq)).toBe(0);
    kill(root, lab.pid(user), SIGCONT);
    expect(lab.word(user + task_struct.on_rq)).toBe(1);
    expect(lab.takeSignals(user)).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });

  test('a fatal one takes the whole thread group, each thread as it next looks', () => {
    const thread = lab.clone(CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, user);
    kill(root, lab.pid(user), SIGTERM);
    expect([user, thread].map(isPending)).toEqual([true, true]);
    expect([lab.takeSignals(thread), lab.takeSignals(user)]).toEqual([false, false]);
    expect(statusOf(lab.pid(user))).toBe(SIGTERM);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('SIGCHLD', () => {
  test('ignored means that children collect themselves', () => {
    action(root, SIGCHLD, SIG_IGN);
    const child = lab.clone(0, root);
    const pid = lab.pid(child);
    lab.exit(child);
    expect(lab.exists(pid)).toBe(false);
    expect(lab.wait(root)).toBe(-ECHILD);
    expect(lab.wrong()).toEqual([]);
  });

  test('by default it is not even pending, and the child waits to be collected', () => {
    const child = lab.clone(0, root);
    const pid = lab.pid(child);
    lab.exit(child);
    expect(isPending(root)).toBe(false);
    expect(lab.word(lab.word(root + task_struct.signal) + signal_struct.shared_pending)).toBe(0);
    expect(lab.wait(root, pid)).toBe(pid);
  });
});
