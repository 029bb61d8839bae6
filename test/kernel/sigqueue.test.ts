/** Queues of pending signals: what is entered once and what as often as it is sent, and who pays for it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { armFaults, countFaults } from '../../dist/src/boot/faults.js';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { signal_struct, sigpending, task_struct, user_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const { EAGAIN, EFAULT, EPERM, ESRCH, SIGCONT, SIGRTMIN, SIGTSTP, SIGUSR1 } = abi;
const HANDLER = 0x1001;
const lab = new Lab();
let root = 0;
let task = 0;
beforeEach(() => {
  lab.reset();
  root = lab.clone();
  task = lab.clone();
  lab.call(task, nr.NR_setuid, 1000);
});

const action = (sig: number, handler: number): void => {
  lab.putWords(task, BUFFER_STAT, [handler, 0, 0, 0]);
  expect(lab.call(task, nr.NR_rt_sigaction, sig, BUFFER_STAT, 0, 8)).toBe(0);
};
const block = (...signals: number[]): void => {
  const words = [0, 0];
  for (const sig of signals) words[(sig - 1) >> 5] = (words[(sig - 1) >> 5] ?? 0) | (1 << ((sig - 1) & 31));
  lab.putWords(task, BUFFER_STAT, words);
  expect(lab.call(task, nr.NR_rt_sigprocmask, abi.SIG_SETMASK, BUFFER_STAT, 0, 8)).toBe(0);
};
const kill = (sig: number): number => lab.call(root, nr.NR_kill, lab.pid(task), sig);
const queue = (sig: number, code = -1, pid = lab.pid(task)): number => {
  lab.putWords(root, BUFFER_STAT, [sig, 0, code]);
  return lab.call(root, nr.NR_rt_sigqueueinfo, pid, sig, BUFFER_STAT);
};
const shared = (): number => lab.word(task + task_struct.signal) + signal_struct.shared_pending;
const queued = (): number => lab.view.list(shared() + sigpending.list).length;
const charged = (): number => lab.word(lab.word(task + task_struct.user) + user_struct.sigpending);
/** The next entry finds no memory. */
const starve = (): void => armFaults(lab.memory, { setting: 'nth:1', sites: ['sigqueue'] }, 0);
const handled = (): number => lab.word(task + task_struct.handled_signals);

describe('a queue', () => {
  test('has a signal below SIGRTMIN once, one above as often as it was sent', () => {
    block(SIGUSR1, SIGRTMIN, 40);
    for (const sig of [SIGUSR1, SIGUSR1, SIGRTMIN, SIGRTMIN, 40, 40, 40]) expect(kill(sig)).toBe(0);
    expect([queued(), charged()]).toEqual([6, 6]);
    expect(lab.wrong()).toEqual([]);
  });

  test('is taken one by one', () => {
    block(40);
    action(40, HANDLER);
    for (let i = 0; i < 3; i++) kill(40);
    block();
    expect(lab.takeSignals(task)).toBe(true);
    expect([handled(), queued(), charged()]).toEqual([3, 0, 0]);
    expect(lab.wrong()).toEqual([]);
  });

  test('goes when it is ignored, when SIGCONT comes, and with its task', () => {
    block(SIGUSR1, SIGTSTP, 40);
    for (const sig of [SIGUSR1, SIGTSTP, 40, 40]) kill(sig);
    kill(SIGCONT);
    expect(queued()).toBe(3);
    action(40, abi.SIG_IGN);
    expect(queued()).toBe(1);
    const pid = lab.pid(task);
    lab.call(root, nr.NR_tkill, pid, SIGUSR1);
    expect(charged()).toBe(2);
    lab.exit(task);
    expect(lab.call(lab.init, nr.NR_wait4, pid, 0, 0)).toBe(pid);
    expect(lab.wrong()).toEqual([]);
  });

  test('that is full takes no more of a user: kill forgets the count, sigqueue and tkill say EAGAIN', () => {
    block(SIGUSR1, 40);
    for (let i = 0; i < 256; i++) expect(queue(40)).toBe(0);
    expect([queue(40), kill(40), kill(SIGUSR1), queue(SIGUSR1)]).toEqual([-EAGAIN, 0, 0, 0]);
    const tkill = (sig: number): number => lab.call(root, nr.NR_tkill, lab.pid(task), sig);
    expect([tkill(40), tkill(SIGUSR1)]).toEqual([-EAGAIN, 0]);
    expect([lab.word(task + task_struct.pending), lab.word(task + task_struct.pending + 4)]).toEqual([
      1 << (SIGUSR1 - 1),
      0,
    ]);
    expect([queued(), charged()]).toEqual([256, 256]);
  });
});

test('sigqueue is for what a user says of himself, and asks as kill does', () => {
  expect(queue(SIGUSR1, 0)).toBe(-EPERM);
  expect(queue(SIGUSR1, -1, 9999)).toBe(-ESRCH);
  expect(lab.call(root, nr.NR_rt_sigqueueinfo, lab.pid(task), SIGUSR1, 1)).toBe(-EFAULT);
  lab.putWords(task, BUFFER_STAT, [SIGUSR1, 0, -1]);
  expect(lab.call(task, nr.NR_rt_sigqueueinfo, lab.pid(root), SIGUSR1, BUFFER_STAT)).toBe(-EPERM);
});

describe('without memory for an entry', () => {
  test.each([SIGUSR1, 40])('kill enters signal %i all the same, once', (sig) => {
    block(SIGUSR1, 40);
    action(sig, HANDLER);
    starve();
    expect(kill(sig)).toBe(0);
    expect(countFaults(lab.view).failed).toBe(1);
    expect([queued(), charged()]).toEqual([0, 0]);
    block();
    expect(lab.takeSignals(task)).toBe(true);
    expect(handled()).toBe(1);
    expect(lab.wrong()).toEqual([]);
  });

  test('sigqueue of a signal of real time is EAGAIN, and nothing is pending', () => {
    block(40);
    starve();
    expect(queue(40)).toBe(-EAGAIN);
    expect(lab.word(shared() + 4)).toBe(0);
    expect(queue(40)).toBe(0);
    expect(queued()).toBe(1);
  });
});
