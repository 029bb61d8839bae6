import { beforeEach, describe, expect, test } from 'vitest';
import { CLONE_SIGHAND, CLONE_THREAD, CLONE_VM } from '../../dist/src/kernel/abi.js';
import { privateWord } from '../../dist/src/conform/conductor.js';
import { SHARED_BASE } from '../../dist/src/kernel/isa.js';
import { mm_struct, page, pgd, task_struct } from '../../dist/src/kernel/layout.js';
import { NR_execve } from '../../dist/src/kernel/syscall-numbers.js';
import { USER_BASE, USER_PAGE_SIZE } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let parent = 0;
beforeEach(() => {
  lab.reset();
  parent = lab.clone();
  lab.putWords(parent, privateWord(0), [7, 8]);
});

const read = (task: number, index: number): number => lab.getWord(task, privateWord(index));
const write = (task: number, index: number, value: number): void => lab.putWords(task, privateWord(index), [value]);

/** The page under a task's private words, and how many page tables map it. */
function pageOf(task: number): { address: number; users: number; writable: boolean } {
  const table = lab.word(lab.word(task + task_struct.mm) + mm_struct.pgd);
  const pte = lab.word(table + pgd.entry + 4 * Math.floor((privateWord(0) - USER_BASE) / USER_PAGE_SIZE));
  const address = (pte & ~3) - page.data;
  return { address, users: lab.word(address + page._count), writable: (pte & 2) !== 0 };
}

describe('after fork', () => {
  test('the child sees what was there, in the same page, which nobody may write', () => {
    const child = lab.clone(0, parent);
    expect([read(child, 0), read(child, 1)]).toEqual([7, 8]);
    expect(pageOf(child)).toEqual({ ...pageOf(parent), users: 2, writable: false });
  });

  test('neither sees what the other writes, and the second writer keeps the page', () => {
    const child = lab.clone(0, parent);
    const { address } = pageOf(parent);
    write(child, 0, 100);
    expect([read(parent, 0), read(child, 0)]).toEqual([7, 100]);
    write(parent, 0, 200);
    expect([read(parent, 0), read(child, 0)]).toEqual([200, 100]);
    expect(pageOf(parent)).toEqual({ address, users: 1, writable: true });
    expect(pageOf(child).address).not.toBe(address);
    expect(read(child, 1)).toBe(8);
    expect(lab.wrong()).toEqual([]);
  });

  test('memory never written is zero in the child and private', () => {
    const child = lab.clone(0, parent);
    expect(read(child, 64)).toBe(0);
    write(parent, 63, 5);
    expect(read(child, 63)).toBe(0);
  });

  test('three generations on one page', () => {
    const child = lab.clone(0, parent);
    const grandchild = lab.clone(0, child);
    expect(pageOf(grandchild).users).toBe(3);
    write(child, 0, 1);
    expect([parent, child, grandchild].map((task) => read(task, 0))).toEqual([7, 1, 7]);
    lab.exit(parent);
    expect(pageOf(grandchild).users).toBe(1);
    write(grandchild, 0, 2);
    expect([read(child, 0), read(grandchild, 0)]).toEqual([1, 2]);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('memory that is shared', () => {
  test.each([
    ['clone(VM)', CLONE_VM],
    ['a thread', CLONE_VM | CLONE_SIGHAND | CLONE_THREAD],
  ])('%s sees every write, both ways', (_name, flags) => {
    const peer = lab.clone(flags, parent);
    write(peer, 0, 100);
    expect(read(parent, 0)).toBe(100);
    write(parent, 1, 200);
    expect(read(peer, 1)).toBe(200);
    expect(pageOf(parent).users).toBe(1);
  });

  test('survives the task that made it', () => {
    const peer = lab.clone(CLONE_VM, parent);
    lab.exit(parent);
    expect([read(peer, 0), read(peer, 1)]).toEqual([7, 8]);
    expect(lab.wrong()).toEqual([]);
  });

  test('the shared words of a program are one memory in every task', () => {
    const child = lab.clone(0, parent);
    lab.putWords(parent, SHARED_BASE, [11]);
    expect(lab.getWord(child, SHARED_BASE)).toBe(11);
  });
});

test('exec brings fresh memory and leaves that of the sharer alone', () => {
  const peer = lab.clone(CLONE_VM, parent);
  expect(lab.call(peer, NR_execve)).toBe(0);
  expect([read(peer, 0), read(parent, 0)]).toEqual([0, 7]);
  expect(lab.wrong()).toEqual([]);
});
