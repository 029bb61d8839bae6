import { beforeEach, describe, expect, test } from 'vitest';
import { Conductor } from '../../dist/src/conform/conductor.js';
import {
  CLONE_FS,
  CLONE_NEWNS,
  EACCES,
  EBUSY,
  EFAULT,
  EINVAL,
  ENOENT,
  ENOTDIR,
  EPERM,
  MNT_DETACH,
  MS_BIND,
  SIGCHLD,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { fs_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { hashRam } from '../../dist/src/machine/ram.js';
import { Lab } from '../support/lab.ts';
import { steppedConductor } from '../support/stepped-conductor.ts';

/** No address of user memory. */
const NOWHERE = 4;

describe.each(profileNames)('%s', (profile) => {
  const lab = new Lab(profile);
  let task = 0;
  beforeEach(() => {
    lab.reset();
    task = lab.clone();
    lab.call(task, nr.NR_umask, 0);
  });

  const mkdir = (path: string, mode = 0o777): number => lab.call(task, nr.NR_mkdir, path, mode);
  const tmpfs = (path: string): number => lab.call(task, nr.NR_mount, 0, path, 'tmpfs', 0, 0);
  const chdir = (path: string, who = task): number => lab.call(who, nr.NR_chdir, path);
  const chroot = (path: string | number, who = task): number => lab.call(who, nr.NR_chroot, path);
  const pivot = (newRoot: string | number, putOld: string | number, who = task): number =>
    lab.call(who, nr.NR_pivot_root, newRoot, putOld);
  const has = (path: string, who = task): boolean => lab.call(who, nr.NR_access, path, 0) === 0;
  const umount = (path: string, flags = 0, who = task): number => lab.call(who, nr.NR_umount2, path, flags);
  const cwd = (who = task): string => {
    lab.call(who, nr.NR_getcwd, BUFFER_TEXT, 128);
    return lab.getText(who, BUFFER_TEXT);
  };

  /** A mount as the root, with the directory `dir`, a mount `new` in it that holds `old`, and another, `other`. */
  function stage(): void {
    for (const path of ['/a', '/a/new', '/a/other']) {
      if (path !== '/a') mkdir(path);
      expect(tmpfs(path)).toBe(0);
    }
    for (const path of ['/a/dir', '/a/new/old']) mkdir(path);
    expect([chroot('/a'), chdir('/')]).toEqual([0, 0]);
  }

  /** The answer to a call that changes nothing. */
  function refused(newRoot: string | number, putOld: string | number, who = task): number {
    const fs = lab.word(who + task_struct.fs);
    const fields = [fs_struct.root, fs_struct.rootmnt, fs_struct.pwd, fs_struct.pwdmnt];
    const state = () => [fields.map((field) => lab.word(fs + field)), lab.wrong()];
    const before = state();
    const result = pivot(newRoot, putOld, who);
    expect(state()).toEqual(before);
    return result;
  }

  describe('chroot', () => {
    test('makes a directory the root, which dot-dot does not leave', () => {
      mkdir('/a/sub');
      expect(chroot('/a')).toBe(0);
      expect([has('/fa'), has('/a'), has('/../../fa'), has('/sub')]).toEqual([true, false, true, true]);
      expect([chdir('/sub'), cwd()]).toEqual([0, '/sub']);
      expect(lab.wrong()).toEqual([]);
    });

    test('leaves the working directory where it is', () => {
      chdir('/b');
      chroot('/a');
      expect([has('fb'), has('../b/fb'), has('/fa')]).toEqual([true, true, true]);
      expect(chroot('..')).toBe(0);
      expect([has('/a/fa'), cwd()]).toEqual([true, '/b']);
    });

    test('is for all who share the fs part, and for children', () => {
      const sharer = lab.clone(CLONE_FS, task);
      const other = lab.clone(0, task);
      chroot('/a');
      const child = lab.clone(0, task);
      expect([has('/fa', sharer), has('/fa', other), has('/fa', child)]).toEqual([true, false, true]);
    });

    test('is refused: lookup, directory, permission, capability', () => {
      mkdir('/a/closed', 0o700);
      expect([chroot('/nosuch'), chroot('/f'), chroot(''), chroot(NOWHERE)]).toEqual([
        -ENOENT,
        -ENOTDIR,
        -ENOENT,
        -EFAULT,
      ]);
      lab.call(task, nr.NR_setuid, 1000);
      expect([chroot('/a'), chroot('/a/closed'), chroot('/f')]).toEqual([-EPERM, -EACCES, -ENOTDIR]);
      expect([has('/a/fa'), lab.wrong()]).toEqual([true, []]);
    });
  });

  describe('pivot_root', () => {
    beforeEach(stage);

    test('exchanges the mounts: new_root is the root, and the old one lies on put_old', () => {
      expect(pivot('/new', '/new/old')).toBe(0);
      expect([has('/old/dir'), has('/old/other'), has('/dir'), has('/new'), cwd()]).toEqual([
        true,
        true,
        false,
        false,
        '/',
      ]);
      expect([mkdir('/made'), has('/old/../made'), lab.wrong()]).toEqual([0, true, []]);
    });

    test('the old root can be taken away then, and all goes with the last task', () => {
      pivot('/new', '/new/old');
      expect([umount('/old/other'), umount('/old'), has('/old/dir'), lab.wrong()]).toEqual([0, 0, false, []]);
      lab.exit(task);
      lab.reapOrphans();
      expect(lab.wrong()).toEqual([]);
      expect(lab.call(lab.init, nr.NR_access, '/a/old', 0)).toBe(0);
    });

    test('back again', () => {
      pivot('/new', '/new/old');
      mkdir('/old/back');
      expect(pivot('/old', '/old/back')).toBe(0);
      expect([has('/dir'), has('/back/old'), cwd(), lab.wrong()]).toEqual([true, true, '/', []]);
    });

    test('moves every root and working directory that was at the old root, and no other', () => {
      const there = lab.clone(0, task);
      const sharer = lab.clone(CLONE_FS, there);
      const below = lab.clone(0, task);
      chdir('/dir', below);
      const rooted = lab.clone(0, task);
      chroot('/dir', rooted);
      const own = lab.clone(CLONE_NEWNS, task);
      const fsOf = (who: number): number => lab.word(who + task_struct.fs);
      const outside = [lab.init, own].map((who) => lab.word(fsOf(who) + fs_struct.rootmnt));
      expect(pivot('/new', '/new/old')).toBe(0);
      for (const who of [there, sharer]) expect([has('/old/dir', who), cwd(who)]).toEqual([true, '/']);
      expect([has('/old/dir', below), cwd(below)]).toEqual([true, '/old/dir']);
      // Its root is another directory; where it was standing is not.
      expect([has('/old', rooted), has('/new', rooted), has('old/dir', rooted)]).toEqual([false, false, true]);
      expect([has('/dir', own), has('/new/old', own), cwd(own)]).toEqual([true, true, '/']);
      expect([lab.init, own].map((who) => lab.word(fsOf(who) + fs_struct.rootmnt))).toEqual(outside);
      expect(lab.wrong()).toEqual([]);
    });

    test('put_old may be a mount below new_root, or new_root itself', () => {
      expect(tmpfs('/new/old')).toBe(0);
      mkdir('/new/old/deep');
      expect(pivot('/new', '/new/old/deep')).toBe(0);
      expect([has('/old/deep/dir'), lab.wrong()]).toEqual([true, []]);
      expect(pivot('/old/deep', '/old/deep')).toBe(0);
      expect([has('/dir'), has('/../old'), lab.wrong()]).toEqual([true, true, []]);
    });
  });

  describe('pivot_root is refused', () => {
    test('EPERM without the capability, before anything is looked up', () => {
      stage();
      lab.call(task, nr.NR_setuid, 1000);
      expect([refused('/new', '/new/old'), refused(NOWHERE, NOWHERE), refused('/nosuch', '')]).toEqual([
        -EPERM,
        -EPERM,
        -EPERM,
      ]);
    });

    test('what the lookups say, new_root first', () => {
      stage();
      const outside = lab.clone();
      expect([refused('/f', '/a', outside), refused('/a', '/f', outside)]).toEqual([-ENOTDIR, -ENOTDIR]);
      expect([refused(NOWHERE, '/nosuch'), refused('/nosuch', NOWHERE), refused('/new', NOWHERE)]).toEqual([
        -EFAULT,
        -ENOENT,
        -EFAULT,
      ]);
      expect(refused('/new', '/new/nosuch')).toBe(-ENOENT);
    });

    test('EINVAL when new_root is no mount of the namespace; linux-6 looks put_old up first', () => {
      stage();
      chdir('/new');
      expect(umount('/new', MNT_DETACH)).toBe(0);
      expect(refused('.', 'nosuch')).toBe(profile === 'linux-6' ? -ENOENT : -EINVAL);
      expect(refused('.', 'old')).toBe(-EINVAL);
    });

    test('EINVAL when the root is none, even where it would be busy', () => {
      stage();
      chdir('/other');
      chroot('/new');
      expect(umount('/a/new', MNT_DETACH, lab.clone())).toBe(0);
      expect(refused('.', '/old')).toBe(-EINVAL);
    });

    test('EBUSY when new_root or put_old is on the mount of the root', () => {
      stage();
      expect([refused('/', '/new/old'), refused('/new', '/'), refused('/new', '/dir'), refused('/dir', '/')]).toEqual([
        -EBUSY,
        -EBUSY,
        -EBUSY,
        -EBUSY,
      ]);
    });

    test('EINVAL when the root is a directory inside its mount, or its mount hangs nowhere', () => {
      mkdir('/a/old');
      expect(tmpfs('/b')).toBe(0);
      mkdir('/b/old');
      expect(refused('/b', '/b/old')).toBe(-EINVAL);
      stage();
      mkdir('/dir/new');
      tmpfs('/dir/new');
      mkdir('/dir/new/old');
      chroot('/dir');
      expect(refused('/new', '/new/old')).toBe(-EINVAL);
    });

    test('EINVAL when new_root is no mount point, or put_old is not below it', () => {
      stage();
      mkdir('/new/sub');
      mkdir('/new/sub/old');
      mkdir('/other/old');
      expect(refused('/new/sub', '/new/sub/old')).toBe(-EINVAL);
      expect(refused('/new', '/other')).toBe(-EINVAL);
      expect(refused('/new', '/other/old')).toBe(-EINVAL);
      lab.call(task, nr.NR_mount, '/new/sub', '/dir', 0, MS_BIND, 0);
      mkdir('/new/beside');
      expect(refused('/dir', '/new/beside')).toBe(-EINVAL);
    });

    test('a new_root that is not below the root is EINVAL in linux-6 alone (CVE-2014-7970)', () => {
      tmpfs('/a');
      mkdir('/a/jail');
      tmpfs('/a/jail');
      mkdir('/a/old');
      chdir('/a');
      chroot('/a/jail');
      expect(pivot('.', 'old')).toBe(profile === 'linux-6' ? -EINVAL : 0);
    });
  });

  test('both builds give the same answers and leave the same RAM', () => {
    const direct = new Conductor(profile);
    const { conductor: stepped, steps } = steppedConductor(profile);
    const answers = [direct, stepped].map((conductor) => {
      conductor.reset();
      const [first = 0, second = 0] = [0, 1].map(() =>
        conductor.task(conductor.call(conductor.init, nr.NR_clone, SIGCHLD)),
      );
      const results = [
        conductor.call(first, nr.NR_mount, 0, '/a', 'tmpfs', 0, 0),
        conductor.call(first, nr.NR_mkdir, '/a/new', 0o777),
        conductor.call(first, nr.NR_mount, 0, '/a/new', 'tmpfs', 0, 0),
        conductor.call(first, nr.NR_mkdir, '/a/new/old', 0o777),
        conductor.call(second, nr.NR_chroot, '/a'),
        conductor.call(first, nr.NR_chroot, '/f'),
        conductor.call(first, nr.NR_chroot, '/a'),
        conductor.call(first, nr.NR_pivot_root, '/new', '/nosuch'),
        conductor.call(first, nr.NR_pivot_root, '/new', '/'),
        conductor.call(first, nr.NR_pivot_root, '/new', '/new/old'),
        conductor.call(second, nr.NR_access, '/old/new', 0),
        conductor.call(second, nr.NR_umount2, '/old', MNT_DETACH),
        conductor.call(first, nr.NR_exit, 0),
      ];
      return [results, hashRam(conductor.memory)];
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.[0]).toEqual([0, 0, 0, 0, 0, -ENOTDIR, 0, -ENOENT, -EBUSY, 0, 0, 0, 0]);
    expect(steps()).toBeGreaterThan(1000);
  });
});
