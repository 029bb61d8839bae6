import { beforeEach, describe, expect, test } from 'vitest';
import { EFAULT, EINVAL, ENAMETOOLONG, ENOENT, FUTEX_WAKE, SEMGET, SEMOP } from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT, DATA_BASE, DATA_END, RODATA_BASE, SHARED_BASE } from '../../dist/src/kernel/isa.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

/** Addresses a task may not read; the last is above all of its memory. */
const unreadable = [0, 4, 0x1000, RODATA_BASE - 4, DATA_END, 0x7ffffffc, -4, 0x6b6b6b6b];

describe('a bad pointer to a path is EFAULT', () => {
  const calls: readonly (readonly [name: string, call: (path: number) => number])[] = [
    ['mkdir', (path) => lab.call(task, nr.NR_mkdir, path, 0o777)],
    ['stat', (path) => lab.call(task, nr.NR_stat, path, BUFFER_TEXT)],
    ['chdir', (path) => lab.call(task, nr.NR_chdir, path)],
    ['open', (path) => lab.call(task, nr.NR_open, path, 0)],
    ['access', (path) => lab.call(task, nr.NR_access, path, 0)],
    ['readlink', (path) => lab.call(task, nr.NR_readlink, path, BUFFER_TEXT, 16)],
    ['umount', (path) => lab.call(task, nr.NR_umount2, path, 0)],
    ['the type of mount', (path) => lab.call(task, nr.NR_mount, 0, '/a', path, 0, 0)],
    ['the target of mount', (path) => lab.call(task, nr.NR_mount, 0, path, 'tmpfs', 0, 0)],
    ['chroot', (path) => lab.call(task, nr.NR_chroot, path)],
    ['new_root of pivot_root', (path) => lab.call(task, nr.NR_pivot_root, path, '/')],
    ['put_old of pivot_root', (path) => lab.call(task, nr.NR_pivot_root, '/', path)],
  ];
  test.each(calls)('%s', (_name, call) => {
    for (const path of unreadable) expect(call(path), `address ${path}`).toBe(-EFAULT);
    expect(lab.wrong()).toEqual([]);
  });
});

test('a bad pointer to the source of a bind is EFAULT, and none at all EINVAL', () => {
  const bound = [0, ...unreadable.slice(1)].map((source) => lab.call(task, nr.NR_mount, source, '/a', 0, 4096, 0));
  expect(bound).toEqual([-EINVAL, ...unreadable.slice(1).map(() => -EFAULT)]);
});

describe('a buffer that cannot be written is EFAULT', () => {
  const unwritable = [...unreadable.filter((address) => address !== 0), RODATA_BASE, SHARED_BASE - 4];
  const calls: readonly (readonly [name: string, call: (buffer: number) => number])[] = [
    ['stat', (buffer) => lab.call(task, nr.NR_stat, '/f', buffer)],
    ['getcwd', (buffer) => lab.call(task, nr.NR_getcwd, buffer, 128)],
    ['readlink', (buffer) => lab.call(task, nr.NR_readlink, '/proc/self/cwd', buffer, 16)],
    ['the old action of sigaction', (buffer) => lab.call(task, nr.NR_rt_sigaction, 10, 0, buffer, 8)],
  ];
  test.each(calls)('%s', (_name, call) => {
    for (const buffer of unwritable) expect(call(buffer), `address ${buffer}`).toBe(-EFAULT);
    expect(lab.wrong()).toEqual([]);
  });

  test('read', () => {
    const fd = lab.call(task, nr.NR_open, '/f', 0);
    for (const buffer of unwritable) expect(lab.call(task, nr.NR_read, fd, buffer, 8), `${buffer}`).toBe(-EFAULT);
    expect(lab.call(task, nr.NR_lseek, fd, 0, 1)).toBe(0);
  });

  test('a stat buffer that begins in memory and ends outside', () => {
    expect(lab.call(task, nr.NR_stat, '/f', DATA_END - 16)).toBe(-EFAULT);
    expect(lab.call(task, nr.NR_stat, '/f', DATA_END - 20)).toBe(0);
  });
});

test('a child whose status cannot be stored stays a zombie, and can be collected after', () => {
  const child = lab.clone(0, task);
  const pid = lab.pid(child);
  lab.exit(child, 3);
  expect(lab.call(task, nr.NR_wait4, pid, RODATA_BASE, 0)).toBe(-EFAULT);
  expect(lab.wrong()).toEqual([]);
  expect(lab.wait(task, pid)).toBe(pid);
});

test('a clone that cannot store the pid where PARENT_SETTID says leaves nothing behind', () => {
  expect(lab.call(task, nr.NR_clone, 0x100000 | 17, 0, RODATA_BASE)).toBe(-EFAULT);
  expect(lab.wrong()).toEqual([]);
});

test('futex and semop look at their pointers', () => {
  const semid = lab.call(task, nr.NR_ipc, SEMGET, 0, 1, 0, 0);
  for (const address of [...unreadable, DATA_BASE + 1]) {
    expect(lab.call(task, nr.NR_futex, address, FUTEX_WAKE, 1), `address ${address}`).toBe(-EFAULT);
  }
  for (const address of unreadable) {
    expect(lab.call(task, nr.NR_ipc, SEMOP, semid, 1, 0, address), `address ${address}`).toBe(-EFAULT);
  }
});

describe('paths that are readable and wrong', () => {
  test.each([
    ['empty', '', -ENOENT],
    ['a name of 17 letters', `/${'x'.repeat(17)}`, -ENAMETOOLONG],
    ['a name of 16 letters', `/${'x'.repeat(16)}`, -ENOENT],
    ['127 bytes', `/${'./'.repeat(62)}a`, 0],
    ['128 bytes', `/${'./'.repeat(63)}a`, -ENAMETOOLONG],
    ['a file as a directory', '/f/x', -20],
    ['no such directory', '/nosuch/x', -ENOENT],
    ['slashes', '////a///fa', 0],
    ['dots above the root', '/../../a/.././a/fa', 0],
  ])('%s', (_name, path, result) => expect(lab.call(task, nr.NR_access, path, 0)).toBe(result));

  test('a file with a slash behind it', () => expect(lab.call(task, nr.NR_access, '/f/', 0)).toBe(-20));
});
