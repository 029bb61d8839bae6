/** Group stop, SIGCONT, and which thread takes which signal first. */
import { beforeEach, describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT, BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const { SIGCONT, SIGKILL, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, TASK_STOPPED } = abi;
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

const kill = (sig: number): void => {
  expect(lab.call(root, nr.NR_kill, lab.pid(leader), sig)).toBe(0);
};
const action = (sig: number, handler: number): void => {
  lab.putWords(leader, BUFFER_STAT, [handler, 0, 0, 0]);
  expect(lab.call(leader, nr.NR_rt_sigaction, sig, BUFFER_STAT, 0, 8)).toBe(0);
};
const bit = (sig: number): number => 1 << (sig - 1);
const state = (task: number): number => lab.word(task + task_struct.state);
const isPending = (task: number): boolean => lab.word(task + task_struct.sigpending) === 1;
const group = (field: 'shared_pending' | 'flags' | 'group_stop_count'): number =>
  lab.word(lab.word(leader + task_struct.signal) + signal_struct[field]);

describe('a stop', () => {
  test('tells every thread, each stops as it looks, and the last one makes the group stopped', () => {
    const third = lab.clone(THREAD, leader);
    kill(SIGSTOP);
    expect(lab.takeSignals(leader)).toBe(false);
    expect([group('group_stop_count'), group('flags') & abi.SIGNAL_STOP_STOPPED]).toEqual([2, 0]);
    expect([mate, third].map(isPending)).toEqual([true, true]);
    expect([lab.takeSignals(mate), lab.takeSignals(third)]).toEqual([false, false]);
    expect([leader, mate, third].map(state)).toEqual([TASK_STOPPED, TASK_STOPPED, TASK_STOPPED]);
    expect([group('group_stop_count'), group('flags')]).toEqual([0, abi.SIGNAL_STOP_STOPPED]);
    kill(SIGCONT);
    expect([leader, mate, third].map((task) => lab.takeSignals(task))).toEqual([true, true, true]);
    expect(lab.wrong()).toEqual([]);
  });

  test('includes a thread that is born meanwhile', () => {
    kill(SIGSTOP);
    lab.takeSignals(leader);
    const born = lab.clone(THREAD, mate);
    expect([group('group_stop_count'), isPending(born)]).toEqual([2, true]);
    expect([lab.takeSignals(born), lab.takeSignals(mate)]).toEqual([false, false]);
    expect([leader, mate, born].map(state)).toEqual([TASK_STOPPED, TASK_STOPPED, TASK_STOPPED]);
    expect(group('flags')).toBe(abi.SIGNAL_STOP_STOPPED);
  });

  test('that SIGCONT meets half-way is over for all', () => {
    kill(SIGSTOP);
    lab.takeSignals(leader);
    kill(SIGCONT);
    expect([group('group_stop_count'), state(leader)]).toEqual([0, 0]);
    expect([lab.takeSignals(mate), lab.takeSignals(leader)]).toEqual([true, true]);
    expect([mate, leader].map(isPending)).toEqual([false, false]);
  });

  test('gives way to SIGKILL, stopped or not', () => {
    const pid = lab.pid(leader);
    kill(SIGSTOP);
    lab.takeSignals(leader);
    kill(SIGKILL);
    expect([lab.takeSignals(leader), lab.takeSignals(mate)]).toEqual([false, false]);
    expect(lab.call(lab.init, nr.NR_wait4, pid, BUFFER_STATUS, 0)).toBe(pid);
    expect(lab.getWord(lab.init, BUFFER_STATUS)).toBe(SIGKILL);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('SIGCONT and stop signals throw each other out', () => {
  test.each([SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU])('stop signal %i, shared or of one thread', (sig) => {
    kill(sig);
    lab.poke(mate + task_struct.pending, bit(sig));
    lab.poke(mate + task_struct.sigpending, 1);
    kill(SIGCONT);
    expect([group('shared_pending'), lab.word(mate + task_struct.pending)]).toEqual([0, 0]);
    expect([lab.takeSignals(leader), lab.takeSignals(mate)]).toEqual([true, true]);
  });

  test.each([SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU])('SIGCONT by stop signal %i', (sig) => {
    action(SIGCONT, HANDLER);
    kill(SIGCONT);
    lab.poke(mate + task_struct.pending, bit(SIGCONT));
    kill(sig);
    expect([group('shared_pending'), lab.word(mate + task_struct.pending)]).toEqual([bit(sig), 0]);
  });

  test('every thread that handles SIGCONT looks at its signals before it goes on', () => {
    action(SIGCONT, HANDLER);
    kill(SIGSTOP);
    [leader, mate].forEach((task) => lab.takeSignals(task));
    kill(SIGCONT);
    expect([leader, mate].map(isPending)).toEqual([true, true]);
    expect([leader, mate].map((task) => lab.takeSignals(task))).toEqual([true, true]);
    const handled = [leader, mate].map((task) => lab.word(task + task_struct.handled_signals));
    expect(handled.toSorted()).toEqual([0, 1]);
  });
});

describe('who takes a signal', () => {
  test('its own come before what the group shares, whatever their numbers', () => {
    action(SIGUSR1, HANDLER);
    kill(SIGUSR1);
    lab.poke(leader + task_struct.pending, bit(SIGUSR2));
    expect(lab.takeSignals(leader)).toBe(false);
    expect(lab.word(leader + task_struct.handled_signals)).toBe(0);
    expect(group('shared_pending')).toBe(bit(SIGUSR1));
  });

  test('a thread that has one to look at already, and is on no CPU, is passed over', () => {
    action(SIGUSR1, HANDLER);
    action(SIGUSR2, HANDLER);
    kill(SIGUSR1);
    expect([leader, mate].map(isPending)).toEqual([true, false]);
    kill(SIGUSR2);
    expect([leader, mate].map(isPending)).toEqual([true, true]);
  });

  test('one that is ignored from now on goes out of the sets of all threads', () => {
    lab.poke(mate + task_struct.pending, bit(SIGUSR1));
    lab.poke(mate + task_struct.sigpending, 1);
    action(SIGUSR1, abi.SIG_IGN);
    expect([lab.word(mate + task_struct.pending), isPending(mate)]).toEqual([0, false]);
  });

  test('sigaction comes after the signals that are pending', () => {
    kill(SIGUSR1);
    expect(() => lab.call(leader, nr.NR_rt_sigaction, SIGUSR1, 0, 0, 8)).toThrow(/again after pending signals/);
    expect(lab.takeSignals(leader)).toBe(false);
  });
});

test('linux-6 begins a fork again after the signals that are pending', () => {
  const today = new Lab('linux-6');
  const [sender, parent] = [today.clone(), today.clone()];
  today.putWords(parent, BUFFER_STAT, [HANDLER, 0, 0, 0]);
  today.call(parent, nr.NR_rt_sigaction, SIGUSR1, BUFFER_STAT, 0, 8);
  today.call(sender, nr.NR_kill, today.pid(parent), SIGUSR1);
  expect(() => today.clone(0, parent)).toThrow(/again after pending signals/);
  expect(today.takeSignals(parent)).toBe(true);
  expect(today.pid(today.clone(0, parent))).toBeGreaterThan(today.pid(parent));
  expect(today.wrong()).toEqual([]);
});
