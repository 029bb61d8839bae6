import { beforeEach, describe, expect, test } from 'vitest';
import { ECHILD, EFAULT, EINVAL, SIGCHLD, WALL, WCLONE, WNOHANG, WNOTHREAD } from '../../dist/src/kernel/abi.js';
import {
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  SIGCONT,
  SIGSTOP,
  WCONTINUED,
  WUNTRACED,
} from '../../dist/src/kernel/abi.js';
import { BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { NR_clone, NR_exit, NR_getppid, NR_kill, NR_waitpid } from '../../dist/src/kernel/syscall-numbers.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let parent = 0;
beforeEach(() => {
  lab.reset();
  parent = lab.clone();
});

/** A child that is a zombie already; its pid. */
function deadChild(code = 0, flags = 0): number {
  const child = lab.clone(flags, parent);
  const pid = lab.pid(child);
  lab.exit(child, code);
  return pid;
}

describe('without children that count', () => {
  test('ECHILD', () => {
    expect(lab.wait(parent)).toBe(-ECHILD);
    expect(lab.wait(parent, -1, WNOHANG)).toBe(-ECHILD);
    expect(lab.wait(parent, 1)).toBe(-ECHILD);
    expect(lab.wait(parent, lab.pid(parent))).toBe(-ECHILD);
  });

  test('options that are none are EINVAL, children or not', () => {
    deadChild();
    for (const options of [0x10, 0x1000, 0x10000000, 4]) expect(lab.wait(parent, -1, options)).toBe(-EINVAL);
    expect(lab.wait(parent, -1, WUNTRACED | WCONTINUED | WNOTHREAD)).toBeGreaterThan(0);
  });

  test("somebody else's child is ECHILD", () => {
    const pid = deadChild();
    expect(lab.wait(lab.init, pid, WNOHANG)).toBe(-ECHILD);
  });
});

describe('a dead child', () => {
  test('is collected once, with its code', () => {
    const pid = deadChild(42);
    expect(lab.call(parent, NR_waitpid, pid, BUFFER_STATUS, 0)).toBe(pid);
    expect(lab.exitCode(parent)).toBe(42);
    expect(lab.call(parent, NR_waitpid, pid, BUFFER_STATUS, 0)).toBe(-ECHILD);
    expect(lab.exists(pid)).toBe(false);
    expect(lab.wrong()).toEqual([]);
  });

  test('keeps only the low byte of its code', () => {
    const pid = deadChild(0x1ff);
    lab.call(parent, NR_waitpid, pid, BUFFER_STATUS, 0);
    expect(lab.getWord(parent, BUFFER_STATUS)).toBe(0xff00);
  });

  test('one is picked by number, any by -1, and all can be had', () => {
    const pids = [deadChild(), deadChild(), deadChild()];
    expect(lab.wait(parent, pids[1])).toBe(pids[1]);
    expect([lab.wait(parent), lab.wait(parent)].toSorted()).toEqual([pids[0], pids[2]]);
    expect(lab.wait(parent)).toBe(-ECHILD);
  });

  test('0 means the own process group, which children inherit', () => {
    const pid = deadChild();
    expect(lab.wait(parent, 0)).toBe(pid);
    expect(lab.wait(parent, -77, WNOHANG)).toBe(-ECHILD);
  });
});

test.each<[ProfileName, number]>([
  ['desai-2005', 1],
  ['linux-2.6.16', 1],
  ['linux-6', 0],
])('%s: of a status that cannot be stored the child is left %i times', (profile, left) => {
  const today = new Lab(profile);
  const owner = today.clone();
  const child = today.clone(0, owner);
  const pid = today.pid(child);
  today.exit(child);
  expect(today.call(owner, NR_waitpid, -1, 4, 0)).toBe(-EFAULT);
  expect(today.exists(pid)).toBe(left === 1);
  expect(today.wait(owner)).toBe(left === 1 ? pid : -ECHILD);
  expect(today.wrong()).toEqual([]);
});

describe('a living child', () => {
  test('with WNOHANG is 0, and nothing changes', () => {
    const child = lab.clone(0, parent);
    expect(lab.wait(parent, -1, WNOHANG)).toBe(0);
    expect(lab.wait(parent, lab.pid(child), WNOHANG)).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });

  test('without it the caller sleeps until the child is gone', () => {
    const child = lab.clone(0, parent);
    const pid = lab.pid(child);
    expect(() => lab.wait(parent)).toThrow(/would sleep/);
    expect(lab.word(parent + task_struct.on_rq)).toBe(0);
    lab.exit(child);
    expect(lab.word(parent + task_struct.on_rq)).toBe(1);
    expect(lab.wait(parent)).toBe(pid);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('a child with another exit signal than SIGCHLD', () => {
  test.each([0, 10])('%d: __WCLONE and __WALL collect it, a plain wait does not', (signal) => {
    const made = [0, 1].map(() => lab.call(parent, NR_clone, signal));
    for (const pid of made) lab.call(lab.task(pid), NR_exit, 0);
    expect(lab.wait(parent, -1, WNOHANG)).toBe(-ECHILD);
    expect(lab.wait(parent, made[0], WCLONE)).toBe(made[0]);
    expect(lab.wait(parent, made[1], WALL)).toBe(made[1]);
  });

  test('__WCLONE does not see an ordinary child', () => {
    const pid = lab.call(parent, NR_clone, SIGCHLD);
    lab.call(lab.task(pid), NR_exit, 0);
    expect(lab.wait(parent, pid, WCLONE | WNOHANG)).toBe(-ECHILD);
    expect(lab.wait(parent, pid, WALL)).toBe(pid);
  });
});

describe('orphans', () => {
  test('a living one gets init for a parent, which collects it', () => {
    const child = lab.clone(0, parent);
    const pid = lab.pid(child);
    lab.exit(parent);
    expect(lab.call(child, NR_getppid)).toBe(1);
    lab.exit(child);
    expect(lab.reapOrphans()).toContain(pid);
    expect(lab.wrong()).toEqual([]);
  });

  test('a dead one as well, whatever its exit signal was', () => {
    const pid = lab.call(parent, NR_clone, 10);
    lab.call(lab.task(pid), NR_exit, 0);
    lab.exit(parent);
    expect(lab.word(lab.task(pid) + task_struct.exit_signal)).toBe(SIGCHLD);
    expect(lab.wait(lab.init, pid)).toBe(pid);
  });
});

// In 2.6 wait looks at the state of the leader, which is dead; since about 3.0 at the group.
test.each<[ProfileName, boolean]>([
  ['desai-2005', false],
  ['linux-2.6.16', false],
  ['linux-6', true],
])('%s: the stop of a group whose leader is dead is told of: %s', (profile, told) => {
  const today = new Lab(profile);
  const shell = today.clone();
  const leader = today.clone(0, shell);
  const mates = [1, 2].map(() => today.clone(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, leader));
  const pid = today.pid(leader);
  today.exit(leader);
  const stops = (options = 0): number => today.wait(shell, pid, WUNTRACED | WNOHANG | options);
  expect(today.call(shell, NR_kill, pid, SIGSTOP)).toBe(0);
  expect(today.takeSignals(mates[0] as number)).toBe(false);
  expect(stops()).toBe(0);
  expect(today.takeSignals(mates[1] as number)).toBe(false);
  expect([stops(), stops()]).toEqual([told ? pid : 0, 0]);
  expect(today.call(shell, NR_kill, pid, SIGCONT)).toBe(0);
  expect([stops(), stops(WCONTINUED), stops(WCONTINUED)]).toEqual([0, pid, 0]);
  for (const mate of mates) {
    expect(today.takeSignals(mate)).toBe(true);
    today.exit(mate);
  }
  expect(today.wait(shell)).toBe(pid);
  expect(today.wrong()).toEqual([]);
});
