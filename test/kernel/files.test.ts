import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_FILES,
  EBADF,
  EINVAL,
  EISDIR,
  EMFILE,
  ENOENT,
  F_DUPFD,
  F_GETFD,
  F_SETFD,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const open = (who = task, path = '/f', flags = 0): number => lab.call(who, nr.NR_open, path, flags);
const close = (fd: number, who = task): number => lab.call(who, nr.NR_close, fd);
const dup = (fd: number): number => lab.call(task, nr.NR_dup, fd);
const dup2 = (fd: number, to: number): number => lab.call(task, nr.NR_dup2, fd, to);
const fcntl = (fd: number, command: number, argument = 0, who = task): number =>
  lab.call(who, nr.NR_fcntl, fd, command, argument);
const lseek = (fd: number, offset: number, whence: number, who = task): number =>
  lab.call(who, nr.NR_lseek, fd, offset, whence);
const read = (count: number): number => lab.call(task, nr.NR_read, 0, BUFFER_TEXT, count);

describe('a descriptor', () => {
  test('is the lowest free number', () => {
    expect([open(), open(), open()]).toEqual([0, 1, 2]);
    close(1);
    expect([dup(0), open()]).toEqual([1, 3]);
    close(0);
    close(2);
    expect([open(), open(), open()]).toEqual([0, 2, 4]);
  });

  test('from F_DUPFD is the lowest free one from there on', () => {
    open();
    expect([fcntl(0, F_DUPFD, 5), fcntl(0, F_DUPFD, 5), fcntl(0, F_DUPFD)]).toEqual([5, 6, 1]);
    expect([fcntl(0, F_DUPFD, 32), fcntl(0, F_DUPFD, -1)]).toEqual([-EINVAL, -EINVAL]);
  });

  test('number 32 does not exist: EMFILE, and it costs nothing', () => {
    for (let fd = 0; fd < 32; fd++) expect(open()).toBe(fd);
    expect([open(), dup(0), fcntl(0, F_DUPFD, 3), open(task, '/nosuch')]).toEqual([-EMFILE, -EMFILE, -EMFILE, -EMFILE]);
    expect(lab.wrong()).toEqual([]);
    expect(close(17)).toBe(0);
    expect(open()).toBe(17);
  });

  test('that is not open is EBADF everywhere', () => {
    for (const fd of [0, 31, 32, 1000, -1, 0x7fffffff]) {
      const results = [close(fd), dup(fd), fcntl(fd, F_GETFD), lseek(fd, 0, 1)];
      expect(results, `fd ${fd}`).toEqual([-EBADF, -EBADF, -EBADF, -EBADF]);
    }
  });

  test('from dup2 has the number that is asked for, and closes what had it', () => {
    const [a, b] = [open(), open(task, '/a/fa')];
    lseek(a, 3, 0);
    fcntl(b, F_SETFD, 1);
    expect([dup2(a, b), dup2(a, 9), dup2(a, a), dup2(30, 31)]).toEqual([b, 9, a, -EBADF]);
    expect([lseek(b, 0, 1), lseek(9, 0, 1), fcntl(b, F_GETFD)]).toEqual([3, 3, 0]);
    for (const to of [32, -1, 1000]) expect(dup2(a, to)).toBe(-EBADF);
    expect(lab.wrong()).toEqual([]);
    for (const fd of [a, b, 9]) expect(close(fd)).toBe(0);
    expect([close(9), dup2(a, a)]).toEqual([-EBADF, -EBADF]);
    expect(lab.wrong()).toEqual([]);
  });

  test('of an open that fails is free again', () => {
    expect(open(task, '/nosuch')).toBe(-ENOENT);
    expect(open(task, '/a', 1)).toBe(-EISDIR);
    expect(open()).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('the offset', () => {
  test('is one for all descriptors of an open file, another for another open', () => {
    const [a, copy, other] = [open(), dup(0), open()];
    expect(lseek(a, 7, 0)).toBe(7);
    expect([lseek(copy, 0, 1), lseek(other, 0, 1)]).toEqual([7, 0]);
  });

  test('is shared with a child, whether or not the table is', () => {
    open();
    const [forked, sharer] = [lab.clone(0, task), lab.clone(CLONE_FILES, task)];
    lseek(0, 5, 0, forked);
    expect([lseek(0, 0, 1), lseek(0, 0, 1, sharer)]).toEqual([5, 5]);
  });

  test('counts from start, here and end, and is never negative', () => {
    open();
    expect([lseek(0, 4, 0), lseek(0, 4, 1), lseek(0, -2, 2)]).toEqual([4, 8, 30]);
    expect([lseek(0, -31, 1), lseek(0, -1, 0), lseek(0, 0, 3)]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
    expect(lseek(0, 0, 1)).toBe(30);
  });

  test('moves with what is read, up to the end', () => {
    open();
    expect([read(20), read(20), read(20), read(0)]).toEqual([20, 12, 0, 0]);
    expect(read(-1)).toBe(-EINVAL);
  });
});

describe('a table', () => {
  test('that is shared changes for both, one that is copied for neither', () => {
    open();
    const [forked, sharer] = [lab.clone(0, task), lab.clone(CLONE_FILES, task)];
    open(sharer);
    close(0, sharer);
    expect([fcntl(0, F_GETFD), fcntl(1, F_GETFD)]).toEqual([-EBADF, 0]);
    expect([fcntl(0, F_GETFD, 0, forked), fcntl(1, F_GETFD, 0, forked)]).toEqual([0, -EBADF]);
  });

  test('keeps files open that another closes', () => {
    open();
    const child = lab.clone(0, task);
    close(0);
    expect(lseek(0, 3, 0, child)).toBe(3);
    lab.exit(child);
    expect(lab.wrong()).toEqual([]);
  });

  test('loses the descriptors marked close-on-exec at exec, and only those', () => {
    open();
    open();
    fcntl(1, F_SETFD, 1);
    expect([fcntl(0, F_GETFD), fcntl(1, F_GETFD)]).toEqual([0, 1]);
    expect(dup(1)).toBe(2);
    lab.call(task, nr.NR_execve);
    expect([0, 1, 2].map((fd) => fcntl(fd, F_GETFD))).toEqual([0, -EBADF, 0]);
    expect(lab.wrong()).toEqual([]);
  });

  test('is private after unshare, with the same files in it', () => {
    open();
    const sharer = lab.clone(CLONE_FILES, task);
    expect(lab.unshare(sharer, CLONE_FILES)).toBe(0);
    close(0, sharer);
    expect(fcntl(0, F_GETFD)).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });
});
