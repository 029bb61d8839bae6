/** Security contexts: of inodes by setxattr, of tasks by /proc/self/attr. What a real kernel with SELinux answers. */
import { beforeEach, describe, expect, test } from 'vitest';
import { EACCES, EBADF, EFAULT, EINVAL, ENOENT, ENOMEM, EOPNOTSUPP, EPERM, ERANGE } from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { kernel } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { SIDTAB_SIZE } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const NAME = 'security.selinux';
const lab = new Lab();
let root = 0;
let user = 0;
beforeEach(() => {
  lab.reset();
  root = lab.clone();
  user = lab.clone();
  lab.call(user, nr.NR_umask, 0);
  lab.call(user, nr.NR_setuid, 1000);
  lab.call(user, nr.NR_mkdir, '/tmp/mine', 0o755);
});

const set = (task: number, path: string, context: string, size = context.length): number =>
  lab.call(task, nr.NR_setxattr, path, NAME, context, size, 0);
const get = (path: string): string => {
  const length = lab.call(root, nr.NR_getxattr, path, NAME, BUFFER_TEXT, 64);
  const text = lab.getText(root, BUFFER_TEXT);
  expect(length).toBe(text.length + 1);
  return text;
};
const attr = (task: number, name: string, flags = 0): number =>
  lab.call(task, nr.NR_open, `/proc/self/attr/${name}`, flags);
const readAttr = (task: number, path: string): string => {
  const fd = lab.call(task, nr.NR_open, path, 0);
  const bytes = lab.call(task, nr.NR_read, fd, BUFFER_TEXT, 64);
  expect(lab.call(task, nr.NR_close, fd)).toBe(0);
  return bytes === 0 ? '' : lab.getText(task, BUFFER_TEXT);
};

describe('the context of an inode', () => {
  test('is what it was given, with or without a closing zero, else what its directory has', () => {
    expect(get('/tmp/mine')).toBe('s:o:file:s0');
    expect(set(user, '/tmp/mine', 'u:o:tmp:s1')).toBe(0);
    expect(get('/tmp/mine')).toBe('u:o:tmp:s1');
    expect(set(user, '/tmp/mine', 'u:o:tmp:s2', 11)).toBe(0);
    expect(get('/tmp/mine')).toBe('u:o:tmp:s2');
    lab.call(user, nr.NR_mkdir, '/tmp/mine/sub', 0o755);
    expect([get('/tmp/mine/sub'), get('/tmp')]).toEqual(['u:o:tmp:s2', 's:o:file:s0']);
    expect(lab.wrong()).toEqual([]);
  });

  test('is changed by its owner, and by who has the capability', () => {
    expect(set(user, '/tmp', 'u:o:tmp:s1')).toBe(-EPERM);
    expect(set(root, '/tmp/mine', 'u:o:tmp:s1')).toBe(0);
    expect([set(user, '/nowhere', 'u:o:tmp:s1'), set(user, '/inst/x', 'x')]).toEqual([-ENOENT, -ENOENT]);
  });

  test.each([
    ['three fields', 'a:b:c', -EINVAL],
    ['an empty field', 'a::c:s0', -EINVAL],
    ['an empty level', 'a:b:c:', -EINVAL],
    ['nothing', '', -EACCES],
    ['sixteen letters', 'a:b:c:0123456789', -EINVAL],
    ['fifteen letters', 'a:b:c:012345678', 0],
    ['a level with categories', 'a:b:c:s0:c1', 0],
  ])('%s', (_name, context, result) => {
    expect(set(user, '/tmp/mine', context)).toBe(result);
    expect(get('/tmp/mine')).toBe(result === 0 ? context : 's:o:file:s0');
  });

  test('is told as far as the buffer takes all of it; a size of 0 asks for the length', () => {
    const ask = (size: number): number => lab.call(user, nr.NR_getxattr, '/tmp/mine', NAME, BUFFER_TEXT, size);
    expect([ask(0), ask(11), ask(12)]).toEqual([12, -ERANGE, 12]);
    expect(lab.call(user, nr.NR_getxattr, '/tmp/mine', NAME, 4, 64)).toBe(-EFAULT);
    expect(lab.call(user, nr.NR_setxattr, '/tmp/mine', NAME, 4, 8, 0)).toBe(-EFAULT);
  });

  test('is the only attribute there is', () => {
    const other = 'security.other';
    expect(lab.call(root, nr.NR_setxattr, '/tmp', other, 'x', 1, 0)).toBe(-EOPNOTSUPP);
    expect(lab.call(user, nr.NR_setxattr, '/tmp/mine', other, 'x', 1, 0)).toBe(-EPERM);
    expect(lab.call(user, nr.NR_getxattr, '/tmp/mine', 'security.selinuxx', BUFFER_TEXT, 64)).toBe(-EOPNOTSUPP);
    expect(lab.call(user, nr.NR_getxattr, '/tmp/mine', '', BUFFER_TEXT, 64)).toBe(-ENOENT);
  });

  test('there are so many different ones and no more, and the same again is no new one', () => {
    const known = lab.word(kernel.nr_sids);
    for (let i = known; i < SIDTAB_SIZE; i++) expect(set(user, '/tmp/mine', `a:b:c:${i}`)).toBe(0);
    expect(set(user, '/tmp/mine', 'a:b:c:more')).toBe(-ENOMEM);
    expect(set(user, '/tmp/mine', `a:b:c:${known}`)).toBe(0);
    expect([get('/tmp/mine'), lab.word(kernel.nr_sids)]).toEqual([`a:b:c:${known}`, SIDTAB_SIZE]);
  });
});

describe('the context of a task', () => {
  test('is the one of its maker, and after an exec the one it asked for, once', () => {
    expect([readAttr(user, '/proc/self/attr/current'), readAttr(user, '/proc/self/attr/exec')]).toEqual([
      's:r:kernel:s0',
      '',
    ]);
    const fd = attr(user, 'exec', 1);
    expect(lab.call(user, nr.NR_write, fd, 'u:r:x:s1', 8)).toBe(8);
    expect(readAttr(user, '/proc/self/attr/exec')).toBe('u:r:x:s1');
    const child = lab.clone(0, user);
    expect(lab.call(user, nr.NR_execve)).toBe(0);
    for (const who of ['self', String(lab.pid(user))]) {
      expect(readAttr(user, `/proc/${who}/attr/current`)).toBe('u:r:x:s1');
    }
    expect(readAttr(user, '/proc/self/attr/exec')).toBe('');
    expect(readAttr(child, '/proc/self/attr/current')).toBe('s:r:kernel:s0');
    expect(lab.call(user, nr.NR_execve)).toBe(0);
    expect(readAttr(user, '/proc/self/attr/current')).toBe('u:r:x:s1');
    expect(lab.wrong()).toEqual([]);
  });

  test('is for nobody else to write, and not to be changed without an exec', () => {
    const others = lab.call(root, nr.NR_open, `/proc/${lab.pid(user)}/attr/exec`, 1);
    expect(lab.call(root, nr.NR_write, others, 'u:r:x:s1', 8)).toBe(-EACCES);
    expect(lab.call(root, nr.NR_write, attr(root, 'current', 1), 'u:r:x:s1', 8)).toBe(-EACCES);
    expect(lab.call(user, nr.NR_write, attr(user, 'exec', 1), 'nonsense', 8)).toBe(-EINVAL);
    expect(lab.call(user, nr.NR_open, '/proc/self/attr/other', 0)).toBe(-ENOENT);
    expect(readAttr(user, '/proc/self/attr/exec')).toBe('');
  });

  test('nothing written takes the wish back; a file that was read on is not written to', () => {
    const fd = attr(user, 'exec', 2);
    expect(lab.call(user, nr.NR_write, fd, 'u:r:x:s1', 8)).toBe(8);
    expect(lab.call(user, nr.NR_write, fd, '', 0)).toBe(0);
    expect(readAttr(user, '/proc/self/attr/exec')).toBe('');
    lab.call(user, nr.NR_write, fd, 'u:r:x:s1', 8);
    expect(lab.call(user, nr.NR_read, fd, BUFFER_TEXT, 64)).toBe(9);
    expect(lab.call(user, nr.NR_write, fd, 'u:r:x:s2', 8)).toBe(-EINVAL);
  });

  test('a file open for one is not for the other', () => {
    expect(lab.call(user, nr.NR_read, attr(user, 'exec', 1), BUFFER_TEXT, 64)).toBe(-EBADF);
    expect(lab.call(user, nr.NR_write, attr(user, 'exec'), 'u:r:x:s1', 8)).toBe(-EBADF);
    expect(lab.call(user, nr.NR_write, 9, 'u:r:x:s1', 8)).toBe(-EBADF);
    expect(lab.call(user, nr.NR_open, '/proc/self/status', 1)).toBe(-EACCES);
  });
});
