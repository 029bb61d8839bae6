import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_SYSVSEM,
  EAGAIN,
  EFBIG,
  EINVAL,
  ENOSPC,
  GETVAL,
  IPC_NOWAIT,
  SEM_UNDO,
} from '../../dist/src/kernel/abi.js';
import { IPC_RMID, SEMCTL, SEMGET, SEMOP, SETVAL } from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { NR_execve, NR_ipc } from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
let set = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
  set = lab.call(task, NR_ipc, SEMGET, 0, 2, 0, 0);
});

const value = (num = 0, id = set): number => lab.call(lab.init, NR_ipc, SEMCTL, id, num, GETVAL, 0);
const semop = (who: number, n: number, flags = IPC_NOWAIT, num = 0, id = set): number => {
  lab.putWords(who, BUFFER_STAT, [(num & 0xffff) | ((n & 0xffff) << 16), flags]);
  return lab.call(who, NR_ipc, SEMOP, id, 1, 0, BUFFER_STAT);
};
const remove = (): number => lab.call(task, NR_ipc, SEMCTL, set, 0, IPC_RMID, 0);

describe('semop', () => {
  test('adds, takes what is there, and does not take more', () => {
    expect([semop(task, 3), value()]).toEqual([0, 3]);
    expect([semop(task, -2), value()]).toEqual([0, 1]);
    expect([semop(task, -2), value()]).toEqual([-EAGAIN, 1]);
    expect([semop(task, 0), semop(task, -1), semop(task, 0)]).toEqual([-EAGAIN, 0, 0]);
    expect(value(1)).toBe(0);
  });

  test('sleeps without NOWAIT until somebody gives', () => {
    const taker = lab.clone();
    expect(() => semop(taker, -1, 0)).toThrow(/would sleep/);
    expect(lab.word(taker + task_struct.on_rq)).toBe(0);
    semop(task, 1);
    expect(lab.word(taker + task_struct.on_rq)).toBe(1);
    expect([semop(taker, -1, 0), value()]).toEqual([0, 0]);
    expect(lab.wrong()).toEqual([]);
  });

  test('on what is not there', () => {
    expect(semop(task, 1, IPC_NOWAIT, 2)).toBe(-EFBIG);
    expect(semop(task, 1, IPC_NOWAIT, -1)).toBe(-EFBIG);
    for (const id of [set + 1, 16, -1]) expect(semop(task, 1, IPC_NOWAIT, 0, id)).toBe(-EINVAL);
    expect(remove()).toBe(0);
    expect([semop(task, 1), remove()]).toEqual([-EINVAL, -EINVAL]);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('SEM_UNDO', () => {
  test('takes back at exit what a task did, and only what it did with it', () => {
    const child = lab.clone(0, task);
    semop(child, 5, SEM_UNDO);
    semop(child, 2);
    semop(child, -1, SEM_UNDO);
    expect(value()).toBe(6);
    lab.exit(child);
    expect(value()).toBe(2);
    expect(lab.wrong()).toEqual([]);
  });

  test('never leaves a value below zero', () => {
    const child = lab.clone(0, task);
    semop(child, 5, SEM_UNDO);
    semop(task, -3);
    lab.exit(child);
    expect(value()).toBe(0);
  });

  test('is not inherited by fork', () => {
    semop(task, 4, SEM_UNDO);
    lab.exit(lab.clone(0, task));
    expect(value()).toBe(4);
    lab.exit(task);
    expect(value()).toBe(0);
  });

  test('with SYSVSEM waits for the last sharer, and adds up what all did', () => {
    const sharer = lab.clone(CLONE_SYSVSEM, task);
    semop(task, 4, SEM_UNDO);
    semop(sharer, 3, SEM_UNDO);
    lab.exit(task);
    expect(value()).toBe(7);
    lab.exit(sharer);
    expect(value()).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });

  test('survives exec', () => {
    semop(task, 4, SEM_UNDO);
    lab.call(task, NR_execve);
    expect(value()).toBe(4);
    lab.exit(task);
    expect(value()).toBe(0);
  });

  test('for a set that is gone by then is dropped', () => {
    const child = lab.clone(0, task);
    semop(child, 4, SEM_UNDO);
    remove();
    lab.exit(child);
    expect(lab.wrong()).toEqual([]);
  });

  test('wakes who waits for what the dead task held', () => {
    semop(task, 1);
    const [holder, waiter] = [lab.clone(), lab.clone()];
    semop(holder, -1, SEM_UNDO);
    expect(() => semop(waiter, -1, 0)).toThrow(/would sleep/);
    lab.exit(holder);
    expect(semop(waiter, -1, 0)).toBe(0);
  });
});

test('unshare(SYSVSEM) of linux-6 applies the undo of a list nobody else has', () => {
  const today = new Lab('linux-6');
  const who = today.clone();
  const id = today.call(who, NR_ipc, SEMGET, 0, 1, 0, 0);
  today.putWords(who, BUFFER_STAT, [3 << 16, SEM_UNDO]);
  today.call(who, NR_ipc, SEMOP, id, 1, 0, BUFFER_STAT);
  expect(today.unshare(who, CLONE_SYSVSEM)).toBe(0);
  expect(today.call(who, NR_ipc, SEMCTL, id, 0, GETVAL, 0)).toBe(0);
  expect(today.wrong()).toEqual([]);
});

describe('sets', () => {
  test('there are 16 of up to 8, and a removed one makes room', () => {
    const make = (n: number): number => lab.call(task, NR_ipc, SEMGET, 0, n, 0, 0);
    expect([make(0), make(9), make(-1)]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
    // An id is a slot and how many sets were made before, times 32768.
    for (let slot = 1; slot < 16; slot++) expect(make(8)).toBe(32768 * slot + slot);
    expect(make(1)).toBe(-ENOSPC);
    remove();
    expect(make(1)).toBe(32768 * 16 + set);
    expect(lab.wrong()).toEqual([]);
  });

  test('SETVAL sets one value, which nobody undoes', () => {
    expect(lab.call(task, NR_ipc, SEMCTL, set, 1, SETVAL, 9)).toBe(0);
    lab.exit(task);
    expect([value(0), value(1)]).toEqual([0, 9]);
  });
});
