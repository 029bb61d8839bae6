import { beforeEach, describe, expect, test } from 'vitest';
import {
  CLONE_FILES,
  CLONE_FS,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VM,
  CLONE_NEWNS,
  EAGAIN,
  EPERM,
  SIG_IGN,
  WCLONE,
} from '../../dist/src/kernel/abi.js';
import { privateWord } from '../../dist/src/conform/conductor.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { NR_clone, NR_execve, NR_getpid, NR_rt_sigaction, NR_setuid } from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const exec = (who: number): number => lab.call(who, NR_execve);
const setAction = (who: number, sig: number, handler: number): number => {
  lab.putWords(who, BUFFER_STAT, [handler, 0, 0, 0]);
  return lab.call(who, NR_rt_sigaction, sig, BUFFER_STAT, 0, 8);
};
const getAction = (who: number, sig: number): number => {
  expect(lab.call(who, NR_rt_sigaction, sig, 0, BUFFER_STAT, 8)).toBe(0);
  return lab.getWord(who, BUFFER_STAT);
};
const parts = (who: number) => ({
  mm: lab.word(who + task_struct.mm),
  fs: lab.word(who + task_struct.fs),
  files: lab.word(who + task_struct.files),
  sighand: lab.word(who + task_struct.sighand),
  namespace: lab.word(who + task_struct.namespace),
});

test('what is shared after exec: fs and namespace still, memory, handlers and descriptors no longer', () => {
  const peer = lab.clone(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND, task);
  expect(parts(peer)).toEqual(parts(task));
  const before = parts(peer);
  expect(exec(peer)).toBe(0);
  const { mm, sighand, files, ...kept } = parts(peer);
  expect(kept).toEqual({ fs: before.fs, namespace: before.namespace });
  expect(files).not.toBe(before.files);
  expect(mm).not.toBe(before.mm);
  expect(sighand).not.toBe(before.sighand);
  expect(parts(task)).toEqual(before);
  expect(lab.wrong()).toEqual([]);
});

describe('handlers', () => {
  test('fall back to default, what is ignored stays ignored', () => {
    setAction(task, 10, 0x1001);
    setAction(task, 12, SIG_IGN);
    exec(task);
    expect([getAction(task, 10), getAction(task, 12), getAction(task, 15)]).toEqual([0, SIG_IGN, 0]);
  });

  test('of the task they were shared with stay', () => {
    const peer = lab.clone(CLONE_VM | CLONE_SIGHAND, task);
    setAction(task, 10, 0x1001);
    exec(peer);
    expect([getAction(peer, 10), getAction(task, 10)]).toEqual([0, 0x1001]);
  });
});

test('memory is as new, and the task keeps its number and its children', () => {
  lab.putWords(task, privateWord(3), [77]);
  const pid = lab.pid(task);
  const child = lab.clone(0, task);
  exec(task);
  expect(lab.getWord(task, privateWord(3))).toBe(0);
  expect(lab.call(task, NR_getpid)).toBe(pid);
  lab.exit(child);
  expect(lab.wait(task)).toBe(pid + 1);
});

describe('in a thread group', () => {
  const THREAD = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD;

  test('exec of the leader kills the others and goes on when they are gone', () => {
    const threads = [lab.clone(THREAD, task), lab.clone(THREAD, task)];
    expect(() => exec(task)).toThrow(/would sleep/);
    for (const thread of threads) expect(lab.takeSignals(thread)).toBe(false);
    expect(lab.word(task + task_struct.on_rq)).toBe(1);
    expect(exec(task)).toBe(0);
    const signal = lab.word(task + task_struct.signal);
    expect([lab.word(signal + signal_struct.count), lab.word(signal + signal_struct.flags)]).toEqual([1, 0]);
    expect(lab.takeSignals(task)).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });

  describe.each(profileNames)('%s: exec of another thread', (profile) => {
    const machine = new Lab(profile);
    let leader = 0;
    let thread = 0;
    beforeEach(() => {
      machine.reset();
      leader = machine.clone(0, machine.clone());
      thread = machine.clone(THREAD, leader);
    });
    const call = (): number => machine.call(thread, NR_execve);
    const dies = (who: number): void => expect(machine.takeSignals(who)).toBe(false);

    test('takes over number, parent and children of the leader, which is gone', () => {
      const [pid, ofLeader, ofThread] = [leader, machine.clone(0, leader), machine.clone(0, thread)].map((one) =>
        machine.pid(one),
      );
      const parent = machine.word(leader + task_struct.parent);
      const own = machine.pid(thread);
      expect(call).toThrow(/would sleep/);
      dies(leader);
      expect(machine.word(thread + task_struct.on_rq)).toBe(1);
      expect(call()).toBe(0);
      expect(machine.wrong()).toEqual([]);
      expect([machine.task(pid as number), machine.exists(own)]).toEqual([thread, false]);
      expect(machine.call(thread, NR_getpid)).toBe(pid);
      expect(machine.word(thread + task_struct.parent)).toBe(parent);
      for (const child of [ofLeader, ofThread] as number[]) {
        machine.exit(machine.task(child), 3);
        expect(machine.wait(thread, child)).toBe(child);
      }
      machine.exit(thread, 5);
      expect(machine.wait(parent)).toBe(pid);
      expect(machine.wrong()).toEqual([]);
    });

    test('waits for the others first, then for the leader', () => {
      const third = machine.clone(THREAD, leader);
      expect(call).toThrow(/would sleep/);
      dies(leader);
      expect(machine.word(thread + task_struct.on_rq)).toBe(0);
      dies(third);
      expect(machine.word(thread + task_struct.on_rq)).toBe(1);
      expect(call()).toBe(0);
      expect(machine.wrong()).toEqual([]);
    });

    test('of a leader that has exited before it does not wait', () => {
      machine.exit(leader, 4);
      expect(call()).toBe(0);
      expect(machine.takeSignals(thread)).toBe(true);
      expect(machine.wrong()).toEqual([]);
    });

    test('is EAGAIN when the leader was first, and leaves nothing behind', () => {
      expect(() => machine.call(leader, NR_execve)).toThrow(/would sleep/);
      expect(call()).toBe(-EAGAIN);
      dies(thread);
      expect(machine.call(leader, NR_execve)).toBe(0);
      expect(machine.wrong()).toEqual([]);
    });

    test('the group is one of a single process then: handlers are its own', () => {
      const peer = machine.clone(CLONE_VM | CLONE_SIGHAND, leader);
      expect(call).toThrow(/would sleep/);
      dies(leader);
      expect(call()).toBe(0);
      expect(machine.word(peer + task_struct.sighand)).not.toBe(machine.word(thread + task_struct.sighand));
      const signal = machine.word(thread + task_struct.signal);
      expect(
        [signal_struct.count, signal_struct.live, signal_struct.flags].map((at) => machine.word(signal + at)),
      ).toEqual([1, 1, 0]);
      expect(machine.wrong()).toEqual([]);
    });
  });
});

describe('a child that is to send another signal at its end', () => {
  const USR1 = 10;
  /** The signal that a parent gets, when somebody execs in between; whose child is still waited for by __WCLONE. */
  const told = (profile: ProfileName, who: 'parent' | 'child' | 'nobody', uid: number): number[] => {
    const machine = new Lab(profile);
    const parent = machine.clone();
    const child = machine.task(machine.call(parent, NR_clone, USR1));
    machine.call(child, NR_setuid, uid);
    if (who !== 'nobody') expect(machine.call(who === 'parent' ? parent : child, NR_execve)).toBe(0);
    machine.exit(child);
    const pending = machine.word(machine.word(parent + task_struct.signal) + signal_struct.shared_pending);
    return [pending, machine.wait(parent, -1, WCLONE)];
  };
  const usr1 = 1 << (USR1 - 1);
  const asCalled = (profile: ProfileName, who: 'parent' | 'child', uid = 1000) => {
    const [pending, waited = 0] = told(profile, who, uid);
    return [pending === usr1 ? 'USR1' : pending === 0 ? 'CHLD' : pending, waited > 0 ? 'WCLONE' : 'plain wait'];
  };

  test('sends it when nobody execs', () => {
    for (const profile of profileNames) expect(told(profile, 'nobody', 1000)).toEqual([usr1, 3]);
  });

  test('until linux-6 does not when one of the two has, but by privilege', () => {
    for (const profile of ['desai-2005', 'linux-2.6.16'] as const) {
      expect(asCalled(profile, 'parent')).toEqual(['CHLD', 'plain wait']);
      expect(asCalled(profile, 'child')).toEqual(['CHLD', 'plain wait']);
      expect(asCalled(profile, 'child', 0)).toEqual(['USR1', 'WCLONE']);
      expect(asCalled(profile, 'parent', 0)).toEqual(['USR1', 'WCLONE']);
    }
  });

  test('in linux-6 does not either, privileged or not; when the parent has, it is waited for as before', () => {
    expect(asCalled('linux-6', 'parent', 0)).toEqual(['CHLD', 'WCLONE']);
    expect(asCalled('linux-6', 'child', 0)).toEqual(['CHLD', 'plain wait']);
  });
});

test('desai-2005: a thread that could not be made counts as alive for ever (B09), later it does not', () => {
  for (const profile of profileNames) {
    const machine = new Lab(profile);
    const leader = machine.clone();
    // The copies of a thread in the order of clone: the group is joined, then the namespace is refused.
    machine.call(leader, NR_setuid, 1000);
    expect(machine.call(leader, NR_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWNS)).toBe(-EPERM);
    expect(machine.wrong()).toEqual(
      profile === 'desai-2005' ? ['refcount: signal_struct.live above its referrers in alloc_signal'] : [],
    );
  }
});
