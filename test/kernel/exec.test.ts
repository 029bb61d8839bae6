import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  EINVAL,
  SIG_IGN,
} from '../../dist/src/kernel/abi.js';
import { privateWord } from '../../dist/src/conform/conductor.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { NR_execve, NR_getpid, NR_rt_sigaction } from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const exec = (who: number): number => lab.call(who, NR_execve);
const setAction = (who: number, sig: number, handler: number): number => {
  lab.putWords(who, BUFFER_STAT, [handler, 0, 0, 0]);
  return lab.call(who, NR_rt_sigaction, sig, BUFFER_STAT, 0);
};
const getAction = (who: number, sig: number): number => {
  expect(lab.call(who, NR_rt_sigaction, sig, 0, BUFFER_STAT)).toBe(0);
  return lab.getWord(who, BUFFER_STAT);
};
const parts = (who: number) => ({
  mm: lab.word(who + task_struct.mm),
  fs: lab.word(who + task_struct.fs),
  files: lab.word(who + task_struct.files),
  sighand: lab.word(who + task_struct.sighand),
  namespace: lab.word(who + task_struct.namespace),
});

test('what is shared after exec: fs and namespace still, memory, handlers and descriptors no longer', () => {
  const peer = lab.clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND, task);
  expect(parts(peer)).toEqual(parts(task));
  const before = parts(peer);
  expect(exec(peer)).toBe(0);
  const { mm, sighand, files, ...kept } = parts(peer);
  expect(kept).toEqual({ fs: before.fs, namespace: before.namespace });
  expect(files).not.toBe(before.files);
  expect(mm).not.toBe(before.mm);
  expect(sighand).not.toBe(before.sighand);
  expect(parts(task)).toEqual(before);
  expect(lab.wrong()).toEqual([]);
});

describe('handlers', () => {
  test('fall back to default, what is ignored stays ignored', () => {
    setAction(task, 10, 0x1001);
    setAction(task, 12, SIG_IGN);
    exec(task);
    expect([getAction(task, 10), getAction(task, 12), getAction(task, 15)]).toEqual([0, SIG_IGN, 0]);
  });

  test('of the task they were shared with stay', () => {
    const peer = lab.clone(CLONE_VM | CLONE_SIGHAND, task);
    setAction(task, 10, 0x1001);
    exec(peer);
    expect([getAction(peer, 10), getAction(task, 10)]).toEqual([0, 0x1001]);
  });
});

test('memory is as new, and the task keeps its number and its children', () => {
  lab.putWords(task, privateWord(3), [77]);
  const pid = lab.pid(task);
  const child = lab.clone(0, task);
  exec(task);
  expect(lab.getWord(task, privateWord(3))).toBe(0);
  expect(lab.call(task, NR_getpid)).toBe(pid);
  lab.exit(child);
  expect(lab.wait(task)).toBe(pid + 1);
});

describe('in a thread group', () => {
  const THREAD = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;

  test('exec of the leader kills the others and goes on when they are gone', () => {
    const threads = [lab.clone(THREAD, task), lab.clone(THREAD, task)];
    expect(() => exec(task)).toThrow(/would sleep/);
    for (const thread of threads) expect(lab.takeSignals(thread)).toBe(false);
    expect(lab.word(task + task_struct.on_rq)).toBe(1);
    expect(exec(task)).toBe(0);
    const signal = lab.word(task + task_struct.signal);
    expect([lab.word(signal + signal_struct.count), lab.word(signal + signal_struct.flags)]).toEqual([1, 0]);
    expect(lab.takeSignals(task)).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });

  test('exec of another thread is refused, and kills nobody', () => {
    const thread = lab.clone(THREAD, task);
    expect(exec(thread)).toBe(-EINVAL);
    expect([lab.takeSignals(task), lab.takeSignals(thread)]).toEqual([true, true]);
    expect(lab.wrong()).toEqual([]);
  });
});
