/** Mounts that are moved, shown with all below them, and that expire: what 2.6.14 and linux-6 answer. */
import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_FS,
  CLONE_NEWNS,
  EAGAIN,
  EBUSY,
  EFAULT,
  EINVAL,
  ELOOP,
  ENOENT,
  EPERM,
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  MS_BIND,
  MS_MOVE,
  MS_REC,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { hashRam } from '../../dist/src/machine/ram.js';
import { Lab } from '../support/lab.ts';
import { steppedConductor } from '../support/stepped-conductor.ts';

describe.each(profileNames)('%s', (profile) => {
  const lab = new Lab(profile);
  let task = 0;
  beforeEach(() => {
    lab.reset();
    task = lab.clone();
  });

  const tmpfs = (path: string, who = task): number => lab.call(who, nr.NR_mount, 0, path, 'tmpfs', 0, 0);
  const bind = (source: string, path: string, flags = 0, who = task): number =>
    lab.call(who, nr.NR_mount, source, path, 0, MS_BIND | flags, 0);
  const move = (source: string, path: string, who = task): number =>
    lab.call(who, nr.NR_mount, source, path, 0, MS_MOVE, 0);
  const umount = (path: string, flags = 0, who = task): number => lab.call(who, nr.NR_umount2, path, flags);
  const expire = (path = '/a', flags = 0): number => umount(path, MNT_EXPIRE | flags);
  const mkdir = (path: string, who = task): number => lab.call(who, nr.NR_mkdir, path, 0o777);
  const has = (path: string, who = task): boolean => lab.call(who, nr.NR_access, path, 0) === 0;
  const chdir = (path: string, who = task): number => lab.call(who, nr.NR_chdir, path);
  const cwd = (who = task): string => {
    expect(lab.call(who, nr.NR_getcwd, BUFFER_TEXT, 128)).toBeGreaterThan(0);
    return lab.getText(who, BUFFER_TEXT);
  };

  describe('a mount that is moved', () => {
    test('is at its new place, with all below it and all who are in it', () => {
      tmpfs('/a');
      mkdir('/a/x');
      tmpfs('/a/x');
      mkdir('/a/x/deep');
      chdir('/a/x/deep');
      expect(move('/a', '/b')).toBe(0);
      expect([has('/a/fa'), has('/a/x'), has('/b/fb'), has('/b/x/deep')]).toEqual([true, false, false, true]);
      expect(cwd()).toBe('/b/x/deep');
      chdir('..');
      expect(umount('/b')).toBe(-EBUSY);
      chdir('/');
      expect([umount('/b/x'), umount('/b')]).toEqual([0, 0]);
      expect(has('/b/fb')).toBe(true);
      expect(lab.wrong()).toEqual([]);
    });

    test('goes on top of what is mounted at its new place', () => {
      for (const path of ['/a', '/b']) tmpfs(path);
      mkdir('/a/from');
      mkdir('/b/under');
      expect(move('/a', '/b')).toBe(0);
      expect([has('/b/from'), has('/b/under')]).toEqual([true, false]);
      umount('/b');
      expect(has('/b/under')).toBe(true);
      expect(lab.wrong()).toEqual([]);
    });

    test.each([
      ['a directory that is no mount', '/a/x', '/b', -EINVAL],
      ['the root, which hangs nowhere', '/', '/b', -EINVAL],
      ['below itself', '/a', '/a/x', -ELOOP],
      ['onto itself', '/a', '/a', -ELOOP],
      ['a directory to a file', '/a', '/f', -EINVAL],
      ['a file to a directory', '/c/fc', '/b', -EINVAL],
      ['from nowhere', '/nosuch', '/b', -ENOENT],
      ['from an empty path', '', '/b', -EINVAL],
      ['to nowhere', '/a', '/nosuch', -ENOENT],
    ])('refused: %s', (_name, from, to, result) => {
      tmpfs('/a');
      mkdir('/a/x');
      bind('/f', '/c/fc');
      expect(move(from, to)).toBe(result);
      expect([has('/a/x'), has('/b/fb')]).toEqual([true, true]);
      expect(lab.wrong()).toEqual([]);
    });

    test('is for who has the capability, and for mounts of the own namespace', () => {
      tmpfs('/a');
      const other = lab.clone(CLONE_NEWNS);
      chdir('/a');
      // Its working directory is on a mount that is taken away: nobody's.
      umount('/a', MNT_DETACH);
      expect([move('.', '/b'), bind('/b', '.', 0)]).toEqual([-EINVAL, -EINVAL]);
      expect(move('/a', '/b', other)).toBe(0);
      expect([has('/b/fb', other), has('/b/fb')]).toEqual([false, true]);
      lab.call(task, nr.NR_setuid, 1000);
      expect(move('/b', '/c')).toBe(-EPERM);
      expect(lab.call(other, nr.NR_mount, 4, '/c', 0, MS_MOVE, 0)).toBe(-EFAULT);
      lab.exit(other);
      lab.wait(lab.init);
      expect(lab.wrong()).toEqual([]);
    });

    test('moves in one namespace only', () => {
      tmpfs('/a');
      mkdir('/a/x');
      const other = lab.clone(CLONE_NEWNS, task);
      expect(move('/a', '/b')).toBe(0);
      expect([has('/a/x'), has('/b/x'), has('/a/x', other), has('/b/x', other)]).toEqual([false, true, true, false]);
      expect(umount('/b')).toBe(0);
      expect(has('/a/x', other)).toBe(true);
      expect(lab.wrong()).toEqual([]);
    });
  });

  describe('a bind', () => {
    beforeEach(() => {
      mkdir('/a/in');
      mkdir('/a/in/deep');
      tmpfs('/a/in/deep');
      mkdir('/a/in/deep/x');
      tmpfs('/a/in/deep/x');
      mkdir('/a/in/deep/x/y');
      mkdir('/a/out');
      tmpfs('/a/out');
      mkdir('/a/out/z');
    });

    test('takes along what is mounted below when it is recursive', () => {
      expect(bind('/a', '/b', MS_REC)).toBe(0);
      expect([has('/b/in/deep/x/y'), has('/b/out/z')]).toEqual([true, true]);
      expect(umount('/b')).toBe(-EBUSY);
      expect(umount('/b', MNT_DETACH)).toBe(0);
      expect([has('/b/fb'), has('/a/in/deep/x/y')]).toEqual([true, true]);
      expect(lab.wrong()).toEqual([]);
    });

    test('of a directory takes what is mounted below that, and nothing beside it', () => {
      expect(bind('/a/in', '/b', MS_REC)).toBe(0);
      expect([has('/b/deep/x/y'), has('/b/out'), has('/b/deep/x')]).toEqual([true, false, true]);
      expect(bind('/a/in', '/c')).toBe(0);
      expect([has('/c/deep'), has('/c/deep/x')]).toEqual([true, false]);
      expect(umount('/b/deep', MNT_DETACH)).toBe(0);
      expect([has('/b/deep'), has('/b/deep/x'), has('/a/in/deep/x/y')]).toEqual([true, false, true]);
      expect(lab.wrong()).toEqual([]);
    });

    test('that is refused leaves nothing behind', () => {
      expect(bind('/a', '/f', MS_REC)).toBe(-20);
      expect(lab.wrong()).toEqual([]);
    });

    test('of a detached tree: no recursive one; a plain one only before linux-6', () => {
      chdir('/a/in/deep/x');
      expect(umount('/a/in/deep', MNT_DETACH)).toBe(0);
      expect(bind('.', '/b', MS_REC)).toBe(-EINVAL);
      expect(bind('.', '/b')).toBe(profile === 'linux-6' ? -EINVAL : 0);
      expect(has('/b/y')).toBe(profile !== 'linux-6');
      expect(lab.wrong()).toEqual([]);
    });
  });

  describe('a mount that expires', () => {
    beforeEach(() => {
      tmpfs('/a');
      mkdir('/a/x');
    });
    test('is marked first, and goes when it is asked again and nobody was there', () => {
      expect([expire(), has('/b/fb'), expire(), has('/a/fa')]).toEqual([-EAGAIN, true, 0, true]);
      expect(lab.wrong()).toEqual([]);
    });

    test('stays when somebody looked at it meanwhile', () => {
      expect([expire(), has('/a/x'), expire(), expire()]).toEqual([-EAGAIN, true, -EAGAIN, 0]);
    });

    test('is busy while somebody is there, or has something open or mounted in it', () => {
      expect(expire()).toBe(-EAGAIN);
      const guest = lab.clone(0, task);
      chdir('/a', guest);
      expect([expire(), expire()]).toEqual([-EBUSY, -EBUSY]);
      chdir('/', guest);
      expect([expire(), expire()]).toEqual([-EAGAIN, 0]);
    });

    test('cannot be the root of the caller, nor go with other flags', () => {
      expect([expire('/a', MNT_DETACH), expire('/a', MNT_FORCE)]).toEqual([-EINVAL, -EINVAL]);
      expect(expire('/')).toBe(-EINVAL);
      expect([expire('/a/x'), expire('/b')]).toEqual([-EINVAL, -EINVAL]);
      expect(lab.call(task, nr.NR_chroot, '/a')).toBe(0);
      expect(expire('/')).toBe(-EINVAL);
      lab.call(task, nr.NR_setuid, 1000);
      expect(expire('/')).toBe(-EPERM);
    });

    test('the mark is of one mount, not of its copy in another namespace, nor of a bind', () => {
      expect(expire()).toBe(-EAGAIN);
      const other = lab.clone(CLONE_NEWNS, task);
      expect(umount('/a', MNT_EXPIRE, other)).toBe(-EAGAIN);
      bind('/a', '/b');
      expect(expire('/b')).toBe(-EAGAIN);
    });
  });

  test('flags that umount does not know are EINVAL in linux-6, and passed over before', () => {
    tmpfs('/a');
    expect(umount('/a', 16)).toBe(profile === 'linux-6' ? -EINVAL : 0);
  });

  test('the stepped build does the same, byte for byte', () => {
    const { conductor } = steppedConductor(profile);
    const both = [lab, conductor] as const;
    const calls: readonly (readonly [number, ...(number | string)[]])[] = [
      [nr.NR_mount, 0, '/a', 'tmpfs', 0, 0],
      [nr.NR_mkdir, '/a/x', 0o777],
      [nr.NR_mount, 0, '/a/x', 'tmpfs', 0, 0],
      [nr.NR_mount, '/a', '/b', 0, MS_BIND | MS_REC, 0],
      [nr.NR_mount, '/a', '/c', 0, MS_MOVE, 0],
      [nr.NR_umount2, '/b/x', MNT_EXPIRE],
      [nr.NR_umount2, '/b/x', MNT_EXPIRE],
      [nr.NR_mount, '/c', '/c/x', 0, MS_MOVE, 0],
      [nr.NR_umount2, '/c', MNT_DETACH],
    ];
    const [answers, steppedAnswers] = both.map((one) => {
      one.reset();
      const who = one.task(one.call(one.init, nr.NR_clone, CLONE_FS | 17));
      return calls.map(([number, ...operands]) => one.call(who, number, ...operands));
    });
    expect(steppedAnswers).toEqual(answers);
    expect(answers?.slice(-4)).toEqual([-EAGAIN, 0, -ELOOP, 0]);
    expect(hashRam(conductor.memory)).toBe(hashRam(lab.memory));
  });
});
