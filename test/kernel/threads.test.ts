import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  ECHILD,
  EXIT_ZOMBIE,
  WALL,
  WCLONE,
  WNOHANG,
} from '../../dist/src/kernel/abi.js';
import { CLONE_PARENT, EINVAL } from '../../dist/src/kernel/abi.js';
import { BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const THREAD = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;
const lab = new Lab();
let leader = 0;
let thread = 0;
let pid = 0;
beforeEach(() => {
  lab.reset();
  leader = lab.clone();
  thread = lab.clone(THREAD, leader);
  pid = lab.pid(leader);
});

const exitCode = (): number => {
  expect(lab.call(lab.init, nr.NR_wait4, pid, BUFFER_STATUS, WNOHANG)).toBe(pid);
  return lab.exitCode(lab.init);
};

describe('a thread', () => {
  test('has the number of its group as pid, its own as tid, and the parent of its leader', () => {
    expect(lab.call(thread, nr.NR_getpid)).toBe(pid);
    expect(lab.call(thread, nr.NR_gettid)).toBe(lab.pid(thread));
    expect(lab.pid(thread)).not.toBe(pid);
    expect(lab.call(thread, nr.NR_getppid)).toBe(1);
  });

  test('is nobody who could be waited for, and vanishes when it exits', () => {
    const tid = lab.pid(thread);
    for (const options of [0, WALL, WCLONE]) {
      expect(lab.wait(leader, tid, options | WNOHANG)).toBe(-ECHILD);
      expect(lab.wait(lab.init, tid, options | WNOHANG)).toBe(-ECHILD);
    }
    lab.exit(thread);
    expect(lab.exists(tid)).toBe(false);
    expect(lab.wrong()).toEqual([]);
  });

  test('waits for the children of its leader as for its own', () => {
    const child = lab.clone(0, leader);
    const number = lab.pid(child);
    lab.exit(child);
    expect(lab.wait(thread, number)).toBe(number);
  });

  test('needs shared handlers, which need shared memory', () => {
    for (const flags of [CLONE_THREAD, CLONE_THREAD | CLONE_VM, CLONE_SIGHAND]) {
      expect(lab.call(leader, nr.NR_clone, flags)).toBe(-EINVAL);
    }
    expect(lab.wrong()).toEqual([]);
  });
});

describe('a leader that leaves first', () => {
  test('is a zombie nobody can collect before its last thread is gone', () => {
    lab.exit(leader, 5);
    expect(lab.word(leader + task_struct.exit_state)).toBe(EXIT_ZOMBIE);
    expect(lab.wait(lab.init, pid, WNOHANG)).toBe(0);
    lab.exit(thread, 6);
    expect(exitCode()).toBe(5);
    expect(lab.exists(pid)).toBe(false);
    expect(lab.wrong()).toEqual([]);
  });

  test('leaves its children to the thread', () => {
    const child = lab.clone(0, leader);
    lab.exit(leader);
    expect(lab.call(child, nr.NR_getppid)).toBe(pid);
    const number = lab.pid(child);
    lab.exit(child);
    expect(lab.wait(thread, number)).toBe(number);
    expect(lab.wrong()).toEqual([]);
  });

  test('on linux-6 the last thread to leave decides the code', () => {
    const today = new Lab('linux-6');
    const first = today.clone();
    const last = today.clone(THREAD, first);
    const number = today.pid(first);
    today.exit(first, 5);
    today.exit(last, 6);
    expect(today.call(today.init, nr.NR_wait4, number, BUFFER_STATUS, 0)).toBe(number);
    expect(today.exitCode(today.init)).toBe(6);
  });
});

describe('exit_group', () => {
  test.each([
    ['by the leader', () => [leader, thread]],
    ['by a thread', () => [thread, leader]],
  ] as const)('%s ends the group with the code of the caller', (_name, order) => {
    const [caller = 0, rest = 0] = order();
    lab.call(caller, nr.NR_exit_group, 9);
    expect(lab.takeSignals(rest)).toBe(false);
    expect(exitCode()).toBe(9);
    expect(lab.wrong()).toEqual([]);
  });

  test('the first code counts when two call it', () => {
    lab.call(thread, nr.NR_exit_group, 3);
    lab.call(leader, nr.NR_exit_group, 4);
    expect(exitCode()).toBe(3);
  });

  test('plain exit of one thread leaves the others running', () => {
    lab.exit(thread, 7);
    expect(lab.takeSignals(leader)).toBe(true);
    expect(lab.call(leader, nr.NR_getpid)).toBe(pid);
  });
});

test('clone(PARENT) makes a sibling: the caller cannot wait for it, its parent can', () => {
  const sibling = lab.clone(CLONE_PARENT, leader);
  expect(lab.call(sibling, nr.NR_getppid)).toBe(1);
  const number = lab.pid(sibling);
  lab.exit(sibling);
  expect(lab.wait(leader, number, WNOHANG)).toBe(-ECHILD);
  expect(lab.wait(lab.init, number, WNOHANG)).toBe(number);
});
