import { beforeEach, describe, expect, test } from 'vitest';
import {
  CAP_CHOWN,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  EACCES,
  ENOENT,
  EPERM,
} from '../../dist/src/kernel/abi.js';
import { DATA_BASE } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let root = 0;
let user = 0;
beforeEach(() => {
  lab.reset();
  root = lab.clone();
  user = lab.clone();
  lab.call(root, nr.NR_umask, 0);
  lab.call(user, nr.NR_umask, 0);
  lab.call(user, nr.NR_setuid, 1000);
  lab.call(user, nr.NR_mkdir, '/tmp/mine', 0o700);
});

const chmod = (task: number, path: string, mode: number): number => lab.call(task, nr.NR_chmod, path, mode);
const chown = (task: number, path: string, uid: number, gid = -1): number =>
  lab.call(task, nr.NR_chown, path, uid, gid);

/** Mode, owner and group of what is at a path. */
function facts(path: string): number[] {
  expect(lab.call(root, nr.NR_stat, path, DATA_BASE)).toBe(0);
  return [0, 4, 8].map((offset) => lab.getWord(root, DATA_BASE + offset));
}
const mode = (path: string): number => (facts(path)[0] ?? 0) & 0o7777;

const access = (path: string, wanted: number): number => lab.call(root, nr.NR_access, path, wanted);

describe('who may do anything', () => {
  test('executes only what somebody may execute, and searches any directory', () => {
    expect(chmod(root, '/f', 0o666)).toBe(0);
    expect([access('/f', 6), access('/f', 1), access('/f', 7)]).toEqual([0, -EACCES, -EACCES]);
    chmod(root, '/f', 0o010);
    expect([access('/f', 1), access('/f', 7)]).toEqual([0, 0]);
    chmod(root, '/tmp/mine', 0);
    expect([access('/tmp/mine', 7), access('/tmp/mine/none', 0)]).toEqual([0, -ENOENT]);
  });

  test('who may only look reads and searches', () => {
    for (const path of ['/f', '/a', '/a/fa']) chmod(root, path, 0);
    lab.poke(root + task_struct.cap_effective, CAP_DAC_READ_SEARCH);
    lab.poke(root + task_struct.euid, 5);
    lab.poke(root + task_struct.gid, 5);
    expect([access('/f', 4), access('/f', 2), access('/f', 1)]).toEqual([0, -EACCES, -EACCES]);
    expect([access('/a/fa', 4), access('/a', 5), access('/a', 2)]).toEqual([0, 0, -EACCES]);
  });
});

describe('chmod', () => {
  test('sets the permission bits and no others', () => {
    expect(chmod(user, '/tmp/mine', 0o171_755)).toBe(0);
    expect(facts('/tmp/mine')).toEqual([0o041_755, 1000, 1000]);
    expect(lab.wrong()).toEqual([]);
  });

  test('is for the owner, and for who has the capability', () => {
    expect(chmod(user, '/tmp', 0)).toBe(-EPERM);
    expect(chmod(root, '/tmp/mine', 0o1777)).toBe(0);
    expect(mode('/tmp/mine')).toBe(0o1777);
    lab.poke(user + task_struct.cap_effective, CAP_FOWNER);
    expect(chmod(user, '/tmp', 0o700)).toBe(0);
    expect(chmod(user, '/nowhere', 0o700)).toBe(-ENOENT);
  });

  test('who is not in the group of a file cannot make it setgid', () => {
    expect(chown(root, '/tmp/mine', -1, 7)).toBe(0);
    expect(chmod(user, '/tmp/mine', 0o2755)).toBe(0);
    expect(mode('/tmp/mine')).toBe(0o755);
    lab.poke(user + task_struct.cap_effective, CAP_FSETID);
    chmod(user, '/tmp/mine', 0o2755);
    expect(mode('/tmp/mine')).toBe(0o2755);
  });

  test('takes effect at the next look', () => {
    expect(lab.call(user, nr.NR_access, '/tmp/mine', 2)).toBe(0);
    chmod(user, '/tmp/mine', 0o500);
    expect(lab.call(user, nr.NR_access, '/tmp/mine', 2)).toBe(-EACCES);
    chmod(root, '/tmp', 0);
    expect(lab.call(user, nr.NR_access, '/tmp/mine', 0)).toBe(-EACCES);
  });
});

describe('chown', () => {
  test('gives a directory to another user and group, or one of them', () => {
    expect(chown(root, '/tmp/mine', 5, 6)).toBe(0);
    expect(facts('/tmp/mine').slice(1)).toEqual([5, 6]);
    expect(chown(root, '/tmp/mine', -1, 8)).toBe(0);
    expect(chown(root, '/tmp/mine', 9, -1)).toBe(0);
    expect(facts('/tmp/mine').slice(1)).toEqual([9, 8]);
    expect(lab.wrong()).toEqual([]);
  });

  test('the owner may only give it to himself and his own group', () => {
    expect([chown(user, '/tmp/mine', 1001), chown(user, '/tmp/mine', -1, 1001)]).toEqual([-EPERM, -EPERM]);
    expect([chown(user, '/tmp/mine', 1000, 1000), chown(user, '/tmp/mine', -1, -1)]).toEqual([0, 0]);
    expect(chown(user, '/tmp', 0, 0)).toBe(-EPERM);
    lab.poke(user + task_struct.cap_effective, CAP_CHOWN);
    expect(chown(user, '/tmp', 1000, 1001)).toBe(0);
    expect(facts('/tmp').slice(1)).toEqual([1000, 1001]);
  });

  test.each([
    ['a file', '/f', 0o6770, 0o770],
    ['a file with setgid for locks', '/f', 0o2760, 0o2760],
    ['a directory', '/a', 0o6770, 0o6770],
  ])('takes setuid and setgid from %s', (_name, path, before, after) => {
    chmod(root, path, before);
    expect(chown(root, path, 5)).toBe(0);
    expect(mode(path)).toBe(after);
  });
});
