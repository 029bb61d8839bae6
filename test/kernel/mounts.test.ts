import { beforeEach, describe, expect, test } from 'vitest';
import { EBUSY, EINVAL, ENODEV, ENOENT, ENOTDIR, EPERM, MNT_DETACH, MS_BIND } from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const tmpfs = (path: string): number => lab.call(task, nr.NR_mount, 0, path, 'tmpfs', 0, 0);
const bind = (source: string, path: string): number => lab.call(task, nr.NR_mount, source, path, 0, MS_BIND, 0);
const umount = (path: string, flags = 0): number => lab.call(task, nr.NR_umount2, path, flags);
const mkdir = (path: string): number => lab.call(task, nr.NR_mkdir, path, 0o777);
const has = (path: string): boolean => lab.call(task, nr.NR_access, path, 0) === 0;
const chdir = (path: string): number => lab.call(task, nr.NR_chdir, path);
const cwd = (): string => {
  lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 128);
  return lab.getText(task, BUFFER_TEXT);
};

describe('a tmpfs', () => {
  test('covers what was there, and gives it back', () => {
    expect(tmpfs('/a')).toBe(0);
    expect(has('/a/fa')).toBe(false);
    expect(mkdir('/a/mine')).toBe(0);
    expect(umount('/a')).toBe(0);
    expect([has('/a/fa'), has('/a/mine')]).toEqual([true, false]);
    expect(lab.wrong()).toEqual([]);
  });

  test('stacks: the one mounted last is seen', () => {
    tmpfs('/a');
    mkdir('/a/first');
    tmpfs('/a');
    expect(has('/a/first')).toBe(false);
    expect(umount('/a')).toBe(0);
    expect(has('/a/first')).toBe(true);
  });

  test('needs a directory that is there, and its right name', () => {
    expect(tmpfs('/nosuch')).toBe(-ENOENT);
    expect(tmpfs('/f')).toBe(-ENOTDIR);
    expect(lab.call(task, nr.NR_mount, 0, '/a', 'ext3', 0, 0)).toBe(-ENODEV);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('a bind mount', () => {
  test('shows a directory in a second place: what is made in one is there in the other', () => {
    expect(bind('/a', '/b')).toBe(0);
    expect([has('/b/fa'), has('/b/fb')]).toEqual([true, false]);
    mkdir('/b/new');
    expect(has('/a/new')).toBe(true);
    expect(umount('/b')).toBe(0);
    expect(has('/b/fb')).toBe(true);
  });

  test('does not take along what is mounted below', () => {
    mkdir('/a/sub');
    tmpfs('/a/sub');
    mkdir('/a/sub/hidden');
    bind('/a', '/b');
    expect([has('/a/sub/hidden'), has('/b/sub'), has('/b/sub/hidden')]).toEqual([true, true, false]);
  });

  test('puts a file on a file and nothing else', () => {
    expect(bind('/f', '/a/fa')).toBe(0);
    expect(bind('/f', '/b')).toBe(-ENOTDIR);
    expect(bind('/b', '/f')).toBe(-ENOTDIR);
    expect(bind('/nosuch', '/b')).toBe(-ENOENT);
    expect([bind('', '/b'), lab.call(task, nr.NR_mount, 0, '/b', 0, MS_BIND, 0)]).toEqual([-EINVAL, -EINVAL]);
    expect(lab.wrong()).toEqual([]);
  });

  test('keeps its source alive when that is unmounted', () => {
    tmpfs('/a');
    mkdir('/a/kept');
    bind('/a', '/b');
    expect(umount('/a')).toBe(0);
    expect([has('/a/kept'), has('/b/kept')]).toEqual([false, true]);
    expect(umount('/b')).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('umount', () => {
  test('of what is no mount is EINVAL', () => {
    tmpfs('/a');
    mkdir('/a/x');
    expect([umount('/b'), umount('/a/x'), umount('/f')]).toEqual([-EINVAL, -EINVAL, -EINVAL]);
    expect(umount('/nosuch')).toBe(-ENOENT);
  });

  test.each([
    ['a working directory in it', () => chdir('/a')],
    ['an open file in it', () => lab.call(task, nr.NR_open, '/a', 0)],
    ['a mount below', () => mkdir('/a/x') + tmpfs('/a/x')],
    ['a child that works there', () => lab.call(lab.clone(0, task), nr.NR_chdir, '/a')],
  ])('is EBUSY with %s', (_name, use) => {
    tmpfs('/a');
    expect(use()).toBeGreaterThanOrEqual(0);
    expect(umount('/a')).toBe(-EBUSY);
    expect(umount('/a', MNT_DETACH)).toBe(0);
    expect(has('/a/fa')).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });

  test('of the root is EBUSY', () => expect(umount('/')).toBe(-EBUSY));

  test('without the capability a type that is none is EPERM too, and a place that is none ENOENT', () => {
    lab.call(task, nr.NR_setuid, 1000);
    expect(lab.call(task, nr.NR_mount, 0, '/a', 'ext3', 0, 0)).toBe(-EPERM);
    expect(lab.call(task, nr.NR_mount, 0, '/nowhere', 'ext3', 0, 0)).toBe(-ENOENT);
  });

  test('and mount are EPERM without the capability', () => {
    tmpfs('/a');
    lab.call(task, nr.NR_setuid, 1000);
    expect([tmpfs('/b'), bind('/b', '/c'), umount('/a'), umount('/b')]).toEqual([-EPERM, -EPERM, -EPERM, -EPERM]);
  });
});

describe('a working directory and mounts', () => {
  test('getcwd crosses mounts, dot-dot leaves them', () => {
    tmpfs('/a');
    mkdir('/a/x');
    tmpfs('/a/x');
    mkdir('/a/x/y');
    expect(chdir('/a/x/y')).toBe(0);
    expect(cwd()).toBe('/a/x/y');
    chdir('..');
    expect(cwd()).toBe('/a/x');
    chdir('../../b');
    expect(cwd()).toBe('/b');
  });

  test('a directory that was mounted over keeps its name, and what it sees', () => {
    chdir('/a');
    tmpfs('/a');
    expect(cwd()).toBe('/a');
    expect([has('fa'), has('/a/fa')]).toEqual([true, false]);
    chdir('.');
    expect(has('fa')).toBe(true);
    chdir('/a');
    expect(has('fa')).toBe(false);
  });

  test('one on a detached mount still works, and the mount goes when it is left', () => {
    tmpfs('/a');
    mkdir('/a/x');
    chdir('/a/x');
    expect(umount('/a', MNT_DETACH)).toBe(0);
    expect(has('.')).toBe(true);
    expect(lab.wrong()).toEqual([]);
    chdir('/');
    expect(lab.wrong()).toEqual([]);
  });

  test('getcwd says when the buffer is too short', () => {
    chdir('/a');
    expect(lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 2)).toBe(-34);
    expect(lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 3)).toBe(3);
  });
});
