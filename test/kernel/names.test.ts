/** Names that come and go: unlink, rmdir, link, open with O_CREAT, and what of a file is left to who has it open. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  EACCES,
  EBADF,
  EBUSY,
  EEXIST,
  EFAULT,
  EFBIG,
  EINVAL,
  EISDIR,
  ENOENT,
  ENOTDIR,
  ENOTEMPTY,
  EPERM,
  EXDEV,
  MNT_DETACH,
  MS_BIND,
  MS_MOVE,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT, DATA_BASE, DATA_END } from '../../dist/src/kernel/isa.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { FILE_MAX } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const CLONE_NEWNS = 0x20000;

describe.each(profileNames)('%s', (profile) => {
  const lab = new Lab(profile);
  let task = 0;
  let user = 0;
  beforeEach(() => {
    lab.reset();
    task = lab.clone();
    user = lab.clone();
    for (const one of [task, user]) lab.call(one, nr.NR_umask, 0);
    lab.call(user, nr.NR_setuid, 1000);
  });

  const unlink = (path: string, who = task): number => lab.call(who, nr.NR_unlink, path);
  const rmdir = (path: string, who = task): number => lab.call(who, nr.NR_rmdir, path);
  const mkdir = (path: string, who = task, mode = 0o777): number => lab.call(who, nr.NR_mkdir, path, mode);
  const link = (from: string, to: string, who = task): number => lab.call(who, nr.NR_link, from, to);
  const open = (path: string, flags = 0, mode = 0o644, who = task): number =>
    lab.call(who, nr.NR_open, path, flags, mode);
  const close = (fd: number): number => lab.call(task, nr.NR_close, fd);
  const has = (path: string): boolean => lab.call(task, nr.NR_access, path, 0) === 0;
  const write = (fd: number, text: string): number => lab.call(task, nr.NR_write, fd, text, text.length);
  const read = (fd: number, count = 128): string => {
    lab.putWords(
      task,
      BUFFER_TEXT,
      Array.from({ length: 32 }, () => 0),
    );
    const bytes = lab.call(task, nr.NR_read, fd, BUFFER_TEXT, count);
    expect(bytes).toBeGreaterThanOrEqual(0);
    return lab.getText(task, BUFFER_TEXT).slice(0, bytes);
  };
  const contents = (path: string): string => {
    const fd = open(path);
    const text = read(fd);
    expect(close(fd)).toBe(0);
    return text;
  };
  const stat = (path: string): number[] => {
    expect(lab.call(task, nr.NR_stat, path, DATA_BASE)).toBe(0);
    return [0, 1, 3].map((word) => lab.getWord(task, DATA_BASE + 4 * word));
  };
  const tmpfs = (path: string, who = task): number => lab.call(who, nr.NR_mount, 0, path, 'tmpfs', 0, 0);

  describe('unlink', () => {
    test('takes a name away, and the file with its last one', () => {
      expect([unlink('/a/fa'), has('/a/fa'), unlink('/a/fa')]).toEqual([0, false, -ENOENT]);
      expect(mkdir('/a/fa')).toBe(0);
      expect(lab.wrong()).toEqual([]);
    });

    test.each([
      ['a directory', '/a', -EISDIR],
      ['a directory with a slash', '/a/', -EISDIR],
      ['a file with a slash', '/f/', -ENOTDIR],
      ['a name in a file', '/f/x', -ENOTDIR],
      ['nothing with a slash', '/no/', -ENOENT],
      ['the directory itself', '/a/.', -EISDIR],
      ['its parent', '/a/..', -EISDIR],
      ['the root', '/', -EISDIR],
    ])('refuses %s', (_name, path, result) => expect(unlink(path)).toBe(result));

    test('an open file is read and written until it is closed', () => {
      const fd = open('/a/new', O_CREAT | O_RDWR);
      expect([write(fd, 'hello'), unlink('/a/new'), has('/a/new')]).toEqual([5, 0, false]);
      expect(lab.wrong()).toEqual([]);
      expect(write(fd, ' there')).toBe(6);
      expect(lab.call(task, nr.NR_lseek, fd, 0, 0)).toBe(0);
      expect(read(fd)).toBe('hello there');
      expect(open('/a/new', O_CREAT | O_EXCL)).toBeGreaterThan(fd);
      expect(lab.call(task, nr.NR_readlink, `/proc/self/fd/${fd}`, BUFFER_TEXT, 64)).toBe(16);
      expect(lab.getText(task, BUFFER_TEXT).slice(0, 16)).toBe('/a/new (deleted)');
      expect(close(fd)).toBe(0);
      expect(lab.wrong()).toEqual([]);
    });

    test('in a sticky directory is for the owner of the file or of the directory', () => {
      open('/tmp/root', O_CREAT);
      open('/tmp/mine', O_CREAT, 0o644, user);
      expect([unlink('/tmp/root', user), unlink('/tmp/mine', user)]).toEqual([-EPERM, 0]);
      lab.call(task, nr.NR_chown, '/tmp', 1000, -1);
      expect(unlink('/tmp/root', user)).toBe(0);
    });

    test('asks the directory, not the file', () => {
      lab.call(task, nr.NR_chmod, '/a', 0o755);
      expect(unlink('/a/fa', user)).toBe(-EACCES);
      lab.call(task, nr.NR_chmod, '/b/fb', 0);
      expect(unlink('/b/fb', user)).toBe(0);
    });
  });

  describe('rmdir', () => {
    test('takes an empty directory away', () => {
      mkdir('/a/d');
      mkdir('/a/d/e');
      expect([rmdir('/a/d'), rmdir('/a/d/e/'), rmdir('/a/d'), has('/a/d')]).toEqual([-ENOTEMPTY, 0, 0, false]);
      expect(lab.wrong()).toEqual([]);
    });

    test.each([
      ['a file', '/f', -ENOTDIR],
      ['the directory itself', '/a/.', -EINVAL],
      ['its parent', '/a/..', -ENOTEMPTY],
      ['the root', '/', -EBUSY],
      ['nothing', '/no', -ENOENT],
    ])('refuses %s', (_name, path, result) => expect(rmdir(path)).toBe(result));

    test('whoever works there is in a directory that is dead: no name, nothing comes into it, and the way up is open', () => {
      mkdir('/a/d');
      mkdir('/a/d/e');
      lab.call(task, nr.NR_chdir, '/a/d/e');
      expect([rmdir('/a/d/e'), rmdir('/a/d')]).toEqual([0, 0]);
      expect(lab.wrong()).toEqual([]);
      expect(lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 64)).toBe(-ENOENT);
      expect([mkdir('x'), open('x', O_CREAT), link('/f', 'x')]).toEqual([-ENOENT, -ENOENT, -ENOENT]);
      expect([has('.'), has('..'), has('../..'), has('../../fa'), has('../e')]).toEqual([
        true,
        true,
        true,
        true,
        false,
      ]);
      expect([tmpfs('.'), lab.call(task, nr.NR_mount, '/a', '.', 0, MS_BIND, 0)]).toEqual([-ENOENT, -ENOENT]);
      tmpfs('/b');
      expect(lab.call(task, nr.NR_mount, '/b', '.', 0, MS_MOVE, 0)).toBe(-ENOENT);
      const length = lab.call(task, nr.NR_readlink, '/proc/self/cwd', BUFFER_TEXT, 64);
      expect(lab.getText(task, BUFFER_TEXT).slice(0, length)).toBe('/a/d/e (deleted)');
      expect(lab.call(task, nr.NR_chdir, '..')).toBe(0);
      expect(lab.wrong()).toEqual([]);
      expect(lab.call(task, nr.NR_chdir, '/')).toBe(0);
      expect(lab.wrong()).toEqual([]);
    });

    test('is EBUSY where something is mounted, in whatever namespace', () => {
      mkdir('/a/d');
      const other = lab.clone(CLONE_NEWNS, task);
      expect(tmpfs('/a/d', other)).toBe(0);
      expect(rmdir('/a/d')).toBe(-EBUSY);
      lab.exit(other);
      lab.wait(task);
      expect(rmdir('/a/d')).toBe(0);
      expect(lab.wrong()).toEqual([]);
    });

    test('of a file that something is mounted on is EBUSY as well, and what is mounted stays when it is detached', () => {
      lab.call(task, nr.NR_mount, '/f', '/a/fa', 0, MS_BIND, 0);
      expect(unlink('/a/fa')).toBe(-EBUSY);
      expect(lab.call(task, nr.NR_umount2, '/a/fa', MNT_DETACH)).toBe(0);
      expect([unlink('/a/fa'), has('/f')]).toEqual([0, true]);
      expect(lab.wrong()).toEqual([]);
    });
  });

  test('pivot_root of places that were removed is ENOENT', () => {
    tmpfs('/a');
    mkdir('/a/new');
    tmpfs('/a/new');
    mkdir('/a/new/old');
    lab.call(task, nr.NR_chroot, '/a');
    lab.call(task, nr.NR_chdir, '/new/old');
    expect(rmdir('/new/old')).toBe(0);
    expect(lab.call(task, nr.NR_pivot_root, '/new', '.')).toBe(-ENOENT);
    expect(lab.wrong()).toEqual([]);
  });

  describe('link', () => {
    test('is the same file by another name, until the last one goes', () => {
      expect(link('/f', '/a/g')).toBe(0);
      const fd = open('/a/g', O_RDWR | O_TRUNC);
      expect([write(fd, 'both'), contents('/f'), close(fd)]).toEqual([4, 'both', 0]);
      expect(lab.wrong()).toEqual([]);
      expect([unlink('/f'), contents('/a/g'), link('/a/g', '/f'), unlink('/a/g'), contents('/f')]).toEqual([
        0,
        'both',
        0,
        0,
        'both',
      ]);
      expect(lab.wrong()).toEqual([]);
    });

    test('is refused for a directory, where a name is, across mounts, and where nobody may write', () => {
      tmpfs('/c');
      expect([link('/a', '/b/x'), link('/f', '/a/fa'), link('/f', '/c/x'), link('/no', '/x')]).toEqual([
        -EPERM,
        -EEXIST,
        -EXDEV,
        -ENOENT,
      ]);
      lab.call(task, nr.NR_chmod, '/a', 0o755);
      expect([link('/f', '/a/x', user), link('/f', '/a/x/'), link('/f', '/a/.'), link('/f', '/f/x')]).toEqual([
        -EACCES,
        -ENOENT,
        -EEXIST,
        -ENOTDIR,
      ]);
      expect(lab.wrong()).toEqual([]);
    });
  });

  describe('open', () => {
    test('makes a file with the mode that the umask leaves, and asks nobody whether it may be written', () => {
      lab.call(user, nr.NR_umask, 0o027);
      const fd = open('/tmp/new', O_CREAT | O_WRONLY, 0o466, user);
      expect(fd).toBe(0);
      expect(stat('/tmp/new')).toEqual([0o100_440, 1000, 0]);
      expect(open('/tmp/new', O_CREAT | O_WRONLY, 0o666, user)).toBe(-EACCES);
      expect(lab.wrong()).toEqual([]);
    });

    test('with O_EXCL only makes; with O_TRUNC empties', () => {
      expect(open('/f', O_CREAT | O_EXCL)).toBe(-EEXIST);
      const fd = open('/f', O_RDWR);
      write(fd, 'text');
      expect(stat('/f')[2]).toBe(32);
      close(open('/f', O_TRUNC | O_WRONLY));
      expect([stat('/f')[2], contents('/f')]).toEqual([0, '']);
      lab.call(task, nr.NR_lseek, fd, 2, 0);
      write(fd, 'xt');
      expect(stat('/f')[2]).toBe(4);
    });

    test.each([
      ['a directory', '/a', -EISDIR],
      ['a directory with a slash', '/a/', -EISDIR],
      ['a name with a slash', '/x/', -EISDIR],
      ['a name in a file', '/f/x', -ENOTDIR],
      ['in no directory', '/no/x', -ENOENT],
      ['the directory itself', '/a/.', -EISDIR],
    ])('with O_CREAT refuses %s', (_name, path, result) => {
      expect(open(path, O_CREAT | O_WRONLY)).toBe(result);
      expect(lab.wrong()).toEqual([]);
    });

    test('with O_CREAT goes on to what is mounted on a file', () => {
      const fd = open('/f', O_WRONLY | O_TRUNC);
      write(fd, 'f');
      lab.call(task, nr.NR_mount, '/f', '/a/fa', 0, MS_BIND, 0);
      expect(read(open('/a/fa', O_CREAT | O_RDWR))).toBe('f');
    });
  });

  describe('write', () => {
    test('goes on where the file stands, and no further than a file may go', () => {
      const fd = open('/n', O_CREAT | O_RDWR);
      expect([write(fd, 'abc'), write(fd, 'def'), contents('/n')]).toEqual([3, 3, 'abcdef']);
      lab.call(task, nr.NR_lseek, fd, FILE_MAX - 2, 0);
      expect([write(fd, 'xyz'), write(fd, 'x'), write(fd, '')]).toEqual([2, -EFBIG, 0]);
      expect(stat('/n')[2]).toBe(FILE_MAX);
      lab.call(task, nr.NR_lseek, fd, FILE_MAX + 5, 0);
      expect([write(fd, ''), write(fd, 'x'), read(fd)]).toEqual([0, -EFBIG, '']);
      expect(stat('/n')[2]).toBe(FILE_MAX);
    });

    test('with O_APPEND goes to the end, whoever wrote it', () => {
      const [one, two] = [open('/n', O_CREAT | O_WRONLY | O_APPEND), open('/n', O_WRONLY)];
      expect([write(one, 'one'), write(two, 'two'), write(one, '!')]).toEqual([3, 3, 1]);
      expect(contents('/n')).toBe('two!');
    });

    test('leaves the file as it was when a byte cannot be read', () => {
      const fd = open('/n', O_CREAT | O_RDWR);
      write(fd, 'ab');
      expect(lab.call(task, nr.NR_write, fd, DATA_END - 2, 4)).toBe(-EFAULT);
      lab.call(task, nr.NR_lseek, fd, 4, 0);
      write(fd, 'e');
      expect(lab.call(task, nr.NR_lseek, fd, 0, 0)).toBe(0);
      expect(lab.call(task, nr.NR_read, fd, BUFFER_TEXT, 64)).toBe(5);
      expect(lab.getWord(task, BUFFER_TEXT)).toBe(0x6261);
      expect(lab.call(task, nr.NR_write, fd, BUFFER_TEXT, -1)).toBe(-EINVAL);
    });

    test('is for files that are open for it', () => {
      const [reading, writing] = [open('/f'), open('/f', O_WRONLY)];
      expect([write(reading, 'x'), lab.call(task, nr.NR_read, writing, BUFFER_TEXT, 4)]).toEqual([-EBADF, -EBADF]);
      lab.call(task, nr.NR_chmod, '/f', 0o444);
      expect([open('/f', O_WRONLY, 0, user), open('/f', O_RDWR, 0, user), open('/f', O_TRUNC, 0, user)]).toEqual([
        -EACCES,
        -EACCES,
        -EACCES,
      ]);
      expect(open('/f', 0, 0, user)).toBe(0);
    });
  });
});
