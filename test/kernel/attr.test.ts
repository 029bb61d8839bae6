import { beforeEach, describe, expect, test } from 'vitest';
import { CAP_CHOWN, CAP_FOWNER, CAP_FSETID, EACCES, ENOENT, EPERM } from '../../dist/src/kernel/abi.js';
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
