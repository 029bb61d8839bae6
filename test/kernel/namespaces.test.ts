import { beforeEach, describe, expect, test } from 'vitest';
import { CLONE_FS, CLONE_NEWNS, EINVAL, EPERM } from '../../dist/src/kernel/abi.js';
import { BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import { namespace, task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const tmpfs = (lab: Lab, task: number, path: string): number => lab.call(task, nr.NR_mount, 0, path, 'tmpfs', 0, 0);
const has = (lab: Lab, task: number, path: string): boolean => lab.call(task, nr.NR_access, path, 0) === 0;

/** Two ways to come to a namespace of one's own; each gives the task that has it. */
const ways: Readonly<Record<string, (lab: Lab, parent: number) => number>> = {
  'clone(NEWNS)': (lab, parent) => lab.clone(CLONE_NEWNS, parent),
  'unshare(NEWNS)': (lab, parent) => {
    const task = lab.clone(0, parent);
    expect(lab.unshare(task, CLONE_NEWNS)).toBe(0);
    return task;
  },
};

describe.each(Object.keys(ways))('a private namespace by %s', (way) => {
  describe.each(['linux-2.6.16', 'linux-6', 'desai-2005'] as const)('%s', (profile) => {
    const lab = new Lab(profile);
    let outside = 0;
    let inside = 0;
    beforeEach(() => {
      lab.reset();
      outside = lab.clone();
      tmpfs(lab, outside, '/c');
      lab.call(outside, nr.NR_mkdir, '/c/before', 0o777);
      inside = ways[way]?.(lab, outside) ?? 0;
    });

    test('has what was mounted before', () => expect(has(lab, inside, '/c/before')).toBe(true));

    test('hides what is mounted inside from the outside', () => {
      expect(tmpfs(lab, inside, '/a')).toBe(0);
      lab.call(inside, nr.NR_mkdir, '/a/secret', 0o777);
      expect([has(lab, inside, '/a/secret'), has(lab, outside, '/a/secret')]).toEqual([true, false]);
      expect(has(lab, outside, '/a/fa')).toBe(true);
    });

    test('does not see what is mounted outside afterwards', () => {
      expect(tmpfs(lab, outside, '/a')).toBe(0);
      expect([has(lab, inside, '/a/fa'), has(lab, outside, '/a/fa')]).toEqual([true, false]);
    });

    test('keeps its copy of a mount that the outside takes away', () => {
      expect(lab.call(outside, nr.NR_umount2, '/c', 0)).toBe(0);
      expect([has(lab, inside, '/c/before'), has(lab, outside, '/c/before')]).toEqual([true, false]);
    });

    test('shares the files themselves', () => {
      lab.call(inside, nr.NR_mkdir, '/c/after', 0o777);
      expect(has(lab, outside, '/c/after')).toBe(true);
    });

    test('is inherited by children, who mount into it', () => {
      const child = lab.clone(0, inside);
      tmpfs(lab, child, '/b');
      expect([has(lab, inside, '/b/fb'), has(lab, outside, '/b/fb')]).toEqual([false, true]);
    });

    test('goes with its last task, and all its mounts with it', () => {
      tmpfs(lab, inside, '/a');
      lab.exit(inside);
      expect(lab.wrong()).toEqual([]);
      lab.exit(outside);
      lab.reapOrphans();
      expect(lab.wrong()).toEqual([]);
      expect(lab.word(lab.word(lab.init + task_struct.namespace) + namespace.count)).toBe(1);
    });
  });
});

describe('the working directory', () => {
  const lab = new Lab();
  test('stays where it was, in the copy', () => {
    lab.reset();
    const outside = lab.clone();
    tmpfs(lab, outside, '/a');
    lab.call(outside, nr.NR_mkdir, '/a/x', 0o777);
    const task = lab.clone(0, outside);
    lab.call(task, nr.NR_chdir, '/a/x');
    expect(lab.unshare(task, CLONE_NEWNS)).toBe(0);
    lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 128);
    expect(lab.getText(task, BUFFER_TEXT)).toBe('/a/x');
    expect(lab.call(outside, nr.NR_umount2, '/a', 0)).toBe(0);
    expect(lab.call(task, nr.NR_chdir, '..')).toBe(0);
    expect(has(lab, task, 'x')).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('who may', () => {
  const lab = new Lab();
  test('clone(NEWNS) needs the capability, and does not go with FS', () => {
    lab.reset();
    const task = lab.clone();
    expect(lab.call(task, nr.NR_clone, CLONE_NEWNS | CLONE_FS | 17)).toBe(-EINVAL);
    lab.call(task, nr.NR_setuid, 1000);
    expect(lab.call(task, nr.NR_clone, CLONE_NEWNS | 17)).toBe(-EPERM);
    expect(lab.unshare(task, CLONE_NEWNS)).toBe(-EPERM);
    expect(lab.wrong()).toEqual([]);
  });
});
