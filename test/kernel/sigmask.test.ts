/** What a thread blocks: sigprocmask, sigpending, sigsuspend, and signals to one thread. */
import { beforeEach, describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT, BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const { EFAULT, EINVAL, EPERM, ESRCH, SIGCONT, SIGKILL, SIGSTOP, SIGTERM, SIGUSR1, SIGUSR2 } = abi;
const { SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK } = abi;
const THREAD = abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD;
const HANDLER = 0x1001;
const lab = new Lab();
let root = 0;
let leader = 0;
let mate = 0;
beforeEach(() => {
  lab.reset();
  root = lab.clone();
  leader = lab.clone();
  mate = lab.clone(THREAD, leader);
});

const bit = (sig: number): number => 1 << ((sig - 1) & 31);
const mask = (task: number, how: number, ...signals: number[]): number => {
  const words = [0, 0];
  for (const sig of signals) words[(sig - 1) >> 5] = (words[(sig - 1) >> 5] ?? 0) | bit(sig);
  lab.putWords(task, BUFFER_STAT, words);
  return lab.call(task, nr.NR_rt_sigprocmask, how, BUFFER_STAT, 0, 8);
};
const blocked = (task: number): number[] => [0, 4].map((at) => lab.word(task + task_struct.blocked + at));
const action = (sig: number, handler: number): void => {
  lab.putWords(leader, BUFFER_STAT, [handler, 0, 0, 0]);
  expect(lab.call(leader, nr.NR_rt_sigaction, sig, BUFFER_STAT, 0, 8)).toBe(0);
};
const kill = (sig: number): number => lab.call(root, nr.NR_kill, lab.pid(leader), sig);
const tkill = (task: number, sig: number): number => lab.call(root, nr.NR_tkill, lab.pid(task), sig);
const isPending = (task: number): boolean => lab.word(task + task_struct.sigpending) === 1;
const shared = (): number => lab.word(lab.word(leader + task_struct.signal) + signal_struct.shared_pending);

describe('sigprocmask', () => {
  test('adds, takes away, replaces, in both words', () => {
    expect(mask(leader, SIG_BLOCK, SIGUSR1, 40)).toBe(0);
    expect(mask(leader, SIG_BLOCK, SIGTERM)).toBe(0);
    expect(blocked(leader)).toEqual([bit(SIGUSR1) | bit(SIGTERM), bit(40)]);
    expect(mask(leader, SIG_UNBLOCK, SIGTERM, 40)).toBe(0);
    expect(blocked(leader)).toEqual([bit(SIGUSR1), 0]);
    expect(mask(leader, SIG_SETMASK, 33)).toBe(0);
    expect(blocked(leader)).toEqual([0, bit(33)]);
    expect(blocked(mate)).toEqual([0, 0]);
  });

  test('never blocks SIGKILL and SIGSTOP', () => {
    mask(leader, SIG_SETMASK, SIGKILL, SIGSTOP, SIGTERM);
    expect(blocked(leader)).toEqual([bit(SIGTERM), 0]);
  });

  test('the old call has one word, and leaves the other as it is', () => {
    mask(leader, SIG_BLOCK, 40);
    lab.putWords(leader, BUFFER_STAT, [bit(SIGUSR1), -1]);
    expect(lab.call(leader, nr.NR_sigprocmask, SIG_SETMASK, BUFFER_STAT, BUFFER_TEXT)).toBe(0);
    expect(blocked(leader)).toEqual([bit(SIGUSR1), bit(40)]);
    lab.call(leader, nr.NR_sigprocmask, 77, 0, BUFFER_TEXT);
    expect(lab.getWord(leader, BUFFER_TEXT)).toBe(bit(SIGUSR1));
  });

  test('errors change nothing, and what is stored is the set of before', () => {
    mask(leader, SIG_BLOCK, SIGUSR1);
    expect(mask(leader, 3, SIGTERM)).toBe(-EINVAL);
    expect(lab.call(leader, nr.NR_rt_sigprocmask, SIG_BLOCK, BUFFER_STAT, 0, 4)).toBe(-EINVAL);
    expect(lab.call(leader, nr.NR_rt_sigprocmask, SIG_BLOCK, 1, 0, 8)).toBe(-EFAULT);
    expect(blocked(leader)).toEqual([bit(SIGUSR1), 0]);
    lab.putWords(leader, BUFFER_STAT, [bit(SIGTERM), 0]);
    expect(lab.call(leader, nr.NR_rt_sigprocmask, SIG_BLOCK, BUFFER_STAT, BUFFER_TEXT, 8)).toBe(0);
    expect(lab.getWord(leader, BUFFER_TEXT)).toBe(bit(SIGUSR1));
  });

  test('is inherited by a child, and kept by exec', () => {
    mask(leader, SIG_BLOCK, SIGUSR1);
    const child = lab.clone(0, leader);
    expect(blocked(child)).toEqual([bit(SIGUSR1), 0]);
    expect(lab.call(child, nr.NR_execve)).toBe(0);
    expect(blocked(child)).toEqual([bit(SIGUSR1), 0]);
  });
});

describe('what is blocked', () => {
  test('waits, is told of by sigpending, and comes when it is blocked no longer', () => {
    const alone = lab.clone();
    mask(alone, SIG_BLOCK, SIGTERM);
    expect(lab.call(root, nr.NR_kill, lab.pid(alone), SIGTERM)).toBe(0);
    expect(isPending(alone)).toBe(false);
    expect(lab.call(alone, nr.NR_rt_sigpending, BUFFER_TEXT, 8)).toBe(0);
    expect(lab.getWord(alone, BUFFER_TEXT)).toBe(bit(SIGTERM));
    mask(alone, SIG_UNBLOCK, SIGTERM);
    expect(isPending(alone)).toBe(true);
    expect(lab.takeSignals(alone)).toBe(false);
    expect(lab.wrong()).toEqual([]);
  });

  test('is kept even when it is ignored, since the action may change meanwhile', () => {
    action(SIGUSR1, abi.SIG_IGN);
    mask(leader, SIG_BLOCK, SIGUSR1);
    kill(SIGUSR1);
    expect(shared()).toBe(bit(SIGUSR1));
  });

  test('goes to a thread that does not block it', () => {
    action(SIGUSR1, HANDLER);
    mask(leader, SIG_BLOCK, SIGUSR1);
    kill(SIGUSR1);
    expect([leader, mate].map(isPending)).toEqual([false, true]);
  });

  test('by its chosen thread afterwards is left to nobody in 2.6, and to somebody else in linux-6 (B39)', () => {
    action(SIGUSR1, HANDLER);
    kill(SIGUSR1);
    mask(leader, SIG_BLOCK, SIGUSR1);
    expect([leader, mate].map(isPending)).toEqual([false, false]);
    const today = new Lab('linux-6');
    const from = today.clone();
    const first = today.clone();
    const second = today.clone(THREAD, first);
    today.putWords(first, BUFFER_STAT, [HANDLER, 0, 0, 0]);
    today.call(first, nr.NR_rt_sigaction, SIGUSR1, BUFFER_STAT, 0, 8);
    today.call(from, nr.NR_kill, today.pid(first), SIGUSR1);
    today.putWords(first, BUFFER_STAT, [bit(SIGUSR1), 0]);
    expect(today.call(first, nr.NR_rt_sigprocmask, SIG_BLOCK, BUFFER_STAT, 0, 8)).toBe(0);
    expect([first, second].map((task) => today.word(task + task_struct.sigpending))).toEqual([0, 1]);
    lab.reset();
  });
});

describe('sigsuspend', () => {
  test('sleeps with its own mask, and a handler gives back the one of before', () => {
    action(SIGUSR1, HANDLER);
    mask(leader, SIG_BLOCK, SIGUSR1, SIGUSR2);
    lab.putWords(leader, BUFFER_STAT, [bit(SIGTERM), 0]);
    expect(() => lab.call(leader, nr.NR_rt_sigsuspend, BUFFER_STAT, 8)).toThrow(/would sleep/);
    expect(blocked(leader)).toEqual([bit(SIGTERM), 0]);
    expect(kill(SIGUSR1)).toBe(0);
    expect(lab.takeSignals(leader)).toBe(true);
    expect(blocked(leader)).toEqual([bit(SIGUSR1) | bit(SIGUSR2), 0]);
    expect(lab.call(leader, nr.NR_rt_sigsuspend, BUFFER_STAT, 8)).toBe(-abi.EINTR);
  });

  test('takes what was pending before it sleeps', () => {
    action(SIGUSR1, HANDLER);
    mask(leader, SIG_BLOCK, SIGUSR1);
    mask(mate, SIG_BLOCK, SIGUSR1);
    kill(SIGUSR1);
    lab.putWords(leader, BUFFER_STAT, [0, 0]);
    expect(() => lab.call(leader, nr.NR_rt_sigsuspend, BUFFER_STAT, 8)).toThrow(/would sleep/);
    expect(lab.word(leader + task_struct.on_rq)).toBe(1);
    expect(lab.takeSignals(leader)).toBe(true);
    expect(lab.call(leader, nr.NR_rt_sigsuspend, BUFFER_STAT, 8)).toBe(-abi.EINTR);
  });

  test('EINVAL and EFAULT leave the mask', () => {
    mask(leader, SIG_BLOCK, SIGUSR1);
    expect(lab.call(leader, nr.NR_rt_sigsuspend, BUFFER_STAT, 4)).toBe(-EINVAL);
    expect(lab.call(leader, nr.NR_rt_sigsuspend, 1, 8)).toBe(-EFAULT);
    expect(blocked(leader)).toEqual([bit(SIGUSR1), 0]);
  });
});

describe('tkill and tgkill', () => {
  test('meet one thread, by its own set', () => {
    action(SIGUSR1, HANDLER);
    expect(tkill(mate, SIGUSR1)).toBe(0);
    expect([leader, mate].map(isPending)).toEqual([false, true]);
    expect([lab.word(mate + task_struct.pending), shared()]).toEqual([bit(SIGUSR1), 0]);
    expect(lab.takeSignals(mate)).toBe(true);
    expect(lab.word(mate + task_struct.handled_signals)).toBe(1);
  });

  test('tgkill only in its group', () => {
    const tgkill = (tgid: number, task: number): number => lab.call(root, nr.NR_tgkill, tgid, lab.pid(task), SIGUSR1);
    expect(tgkill(lab.pid(root), mate)).toBe(-ESRCH);
    expect(tgkill(lab.pid(leader), mate)).toBe(0);
    expect([tgkill(0, mate), tgkill(-1, mate)]).toEqual([-EINVAL, -EINVAL]);
  });

  test('errors are those of kill, and numbers that are none EINVAL', () => {
    const user = lab.clone();
    lab.call(user, nr.NR_setuid, 1000);
    expect(lab.call(user, nr.NR_tkill, lab.pid(mate), SIGUSR1)).toBe(-EPERM);
    expect([0, -1].map((pid) => lab.call(root, nr.NR_tkill, pid, SIGUSR1))).toEqual([-EINVAL, -EINVAL]);
    expect(lab.call(root, nr.NR_tkill, 9999, SIGUSR1)).toBe(-ESRCH);
    expect(tkill(mate, 65)).toBe(-EINVAL);
    expect(tkill(mate, 0)).toBe(0);
    expect(isPending(mate)).toBe(false);
  });

  test('a fatal one takes the group as its thread looks, SIGSTOP stops all', () => {
    expect(tkill(mate, SIGSTOP)).toBe(0);
    expect(lab.takeSignals(mate)).toBe(false);
    expect(isPending(leader)).toBe(true);
    expect(tkill(mate, SIGCONT)).toBe(0);
    expect(tkill(mate, SIGTERM)).toBe(0);
    expect(lab.takeSignals(mate)).toBe(false);
    expect(lab.takeSignals(leader)).toBe(false);
    expect(lab.wrong()).toEqual([]);
  });
});
