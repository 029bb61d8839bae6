/** Who traces whom, what a traced task stops at, and to whom it goes back. */
import { describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { signal_struct, task_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { Lab } from '../support/lab.ts';

const { ECHILD, EIO, EPERM, ESRCH, SIGKILL, SIGSTOP, SIGUSR1, WNOHANG } = abi;
const { PTRACE_ATTACH, PTRACE_CONT, PTRACE_DETACH, PTRACE_KILL, PTRACE_TRACEME } = abi;
const { SIGNAL_STOP_STOPPED, TASK_STOPPED, TASK_TRACED } = abi;

describe.each(profileNames)('%s', (profile) => {
  const start = () => {
    const lab = new Lab(profile);
    const mother = lab.clone();
    const tracer = lab.clone(0, mother);
    const tracee = lab.clone(0, mother);
    const pid = lab.pid(tracee);
    const ptrace = (request: number, target = pid, sig = 0, by = tracer): number =>
      lab.call(by, nr.NR_ptrace, request, target, 0, sig);
    const field = (name: 'parent' | 'real_parent' | 'ptrace' | 'state' | 'exit_code', task = tracee): number =>
      lab.word(task + task_struct[name]);
    return { lab, mother, tracer, tracee, pid, ptrace, field };
  };

  test('attach: another parent, a stop that wait tells of, and back again', () => {
    const { lab, mother, tracer, tracee, pid, ptrace, field } = start();
    expect(ptrace(PTRACE_ATTACH)).toBe(0);
    expect([field('parent'), field('real_parent')]).toEqual([tracer, mother]);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([field('state'), field('exit_code')]).toEqual([TASK_TRACED, SIGSTOP]);
    expect([lab.wait(mother, pid, WNOHANG), lab.wait(tracer, pid)]).toEqual([0, pid]);
    expect(ptrace(PTRACE_ATTACH)).toBe(-EPERM);
    expect([ptrace(PTRACE_CONT, pid, 65), ptrace(PTRACE_DETACH, pid, -1)]).toEqual([-EIO, -EIO]);
    expect(lab.wrong()).toEqual([]);
    expect(ptrace(PTRACE_DETACH)).toBe(0);
    expect([field('parent'), field('ptrace')]).toEqual([mother, 0]);
    expect(lab.takeSignals(tracee)).toBe(true);
    expect(ptrace(PTRACE_CONT)).toBe(-ESRCH);
    expect(lab.wrong()).toEqual([]);
  });

  /** The traced leader of a group of three; the stop is the first thread's that is not traced. */
  const group = () => {
    const made = start();
    const { lab, tracee, ptrace } = made;
    const THREAD = abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD;
    const [mate, third] = [lab.clone(THREAD, tracee), lab.clone(THREAD, tracee)];
    expect(ptrace(PTRACE_ATTACH)).toBe(0);
    expect(lab.takeSignals(tracee)).toBe(false);
    const of = (name: 'flags' | 'group_stop_count'): number =>
      lab.word(lab.word(tracee + task_struct.signal) + signal_struct[name]);
    const stops = (): void => {
      expect(lab.call(made.mother, nr.NR_tgkill, lab.pid(tracee), lab.pid(mate), SIGSTOP)).toBe(0);
      expect(lab.takeSignals(mate)).toBe(false);
    };
    return { ...made, third, stops, left: () => [of('group_stop_count'), of('flags') & SIGNAL_STOP_STOPPED] };
  };

  /** The same when the traced leader has stopped with it, and the third thread has not. */
  const joined = () => {
    const made = group();
    const { lab, tracee, pid, ptrace, field, stops } = made;
    expect(ptrace(PTRACE_CONT, pid, 0)).toBe(0);
    expect(lab.takeSignals(tracee)).toBe(true);
    stops();
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([field('state'), ...made.left()]).toEqual([TASK_STOPPED, 1, 0]);
    return made;
  };

  /** The tracer asks for something, if wrongly: from then on only he lets the task go on. */
  const waitsForTracer = ({ ptrace, pid, field }: ReturnType<typeof joined>): void => {
    expect(ptrace(PTRACE_CONT, pid, 65)).toBe(-EIO);
    expect(field('state')).toBe(TASK_TRACED);
  };

  describe('a stop of its group', () => {
    const later = profile === 'linux-6';
    test('waits for a task that waits for its tracer, from linux-6 on', () => {
      const { lab, tracee, pid, ptrace, field, third, stops, left } = group();
      stops();
      expect(left()[0]).toBe(later ? 2 : 1);
      expect(lab.takeSignals(third)).toBe(false);
      expect(left()).toEqual(later ? [1, 0] : [0, SIGNAL_STOP_STOPPED]);
      expect(ptrace(PTRACE_CONT, pid, 0)).toBe(0);
      expect(lab.takeSignals(tracee)).toBe(!later);
      if (later) expect([field('state'), ...left()]).toEqual([TASK_STOPPED, 0, SIGNAL_STOP_STOPPED]);
      expect(lab.wrong()).toEqual([]);
    });

    test('counts a task once, from linux-6 on, though its tracer lets it go on meanwhile', () => {
      const { lab, tracee, pid, ptrace, field, third, stops, left } = group();
      expect(ptrace(PTRACE_CONT, pid, 0)).toBe(0);
      expect(lab.takeSignals(tracee)).toBe(true);
      stops();
      expect(lab.takeSignals(tracee)).toBe(false);
      expect([field('state'), left()[0]]).toEqual([TASK_STOPPED, 1]);
      expect(ptrace(PTRACE_CONT, pid, 0)).toBe(0);
      expect(lab.takeSignals(tracee)).toBe(later);
      expect(left()).toEqual(later ? [1, 0] : [0, SIGNAL_STOP_STOPPED]);
      if (later) {
        expect(lab.takeSignals(third)).toBe(false);
        expect(left()).toEqual([0, SIGNAL_STOP_STOPPED]);
      }
      expect(lab.wrong()).toEqual([]);
    });
  });

  describe('a tracer that exits during a stop of the group', () => {
    const later = profile === 'linux-6';
    test('leaves a task that has joined it stopped, from linux-6 on; before, that goes on and is counted again', () => {
      const made = joined();
      const { lab, tracer, tracee, field, third, left } = made;
      waitsForTracer(made);
      lab.exit(tracer);
      expect(field('state')).toBe(later ? TASK_STOPPED : abi.TASK_RUNNING);
      expect(left()).toEqual([1, 0]);
      expect(lab.takeSignals(later ? third : tracee)).toBe(false);
      expect([field('state'), ...left()]).toEqual([TASK_STOPPED, 0, SIGNAL_STOP_STOPPED]);
      expect(lab.wrong()).toEqual([]);
    });

    test('leaves it stopped when all of them are', () => {
      const made = joined();
      const { lab, mother, tracer, tracee, pid, field, third, left } = made;
      expect(lab.takeSignals(third)).toBe(false);
      waitsForTracer(made);
      lab.exit(tracer);
      expect([field('state'), ...left()]).toEqual([TASK_STOPPED, 0, SIGNAL_STOP_STOPPED]);
      lab.call(mother, nr.NR_kill, pid, abi.SIGCONT);
      expect([field('state'), lab.takeSignals(tracee)]).toEqual([abi.TASK_RUNNING, true]);
      expect(lab.wrong()).toEqual([]);
    });

    test('has one go on that is yet to join it, and that does; before linux-6 it is not waited for', () => {
      const { lab, tracer, tracee, field, third, stops, left } = group();
      stops();
      expect(lab.takeSignals(third)).toBe(false);
      expect([field('state'), ...left()]).toEqual([TASK_TRACED, ...(later ? [1, 0] : [0, SIGNAL_STOP_STOPPED])]);
      lab.exit(tracer);
      expect(field('state')).toBe(later ? abi.TASK_RUNNING : TASK_STOPPED);
      if (later) expect(lab.takeSignals(tracee)).toBe(false);
      expect([field('state'), ...left()]).toEqual([TASK_STOPPED, 0, SIGNAL_STOP_STOPPED]);
      expect(lab.wrong()).toEqual([]);
    });

    test('is not one that lets go of it by DETACH, at which it goes on', () => {
      const { lab, tracee, ptrace, field, third, left } = joined();
      expect(lab.takeSignals(third)).toBe(false);
      expect(ptrace(PTRACE_DETACH)).toBe(0);
      expect([field('state'), ...left()]).toEqual([abi.TASK_RUNNING, 0, SIGNAL_STOP_STOPPED]);
      expect(lab.takeSignals(tracee)).toBe(true);
      expect(lab.wrong()).toEqual([]);
    });
  });

  test('a thread that its tracer let go on stops again: linux-6 here tells the parent of the group once more', () => {
    const { lab, mother, tracer, tracee, pid, ptrace } = start();
    const mate = lab.clone(abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD, tracee);
    const tid = lab.pid(mate);
    const stopMate = (): void => {
      lab.call(mother, nr.NR_tgkill, pid, tid, SIGSTOP);
      expect(lab.takeSignals(mate)).toBe(false);
      expect(ptrace(PTRACE_CONT, tid, SIGSTOP)).toBe(0);
      expect(lab.takeSignals(mate)).toBe(false);
    };
    const told = (by: number, child: number): number => lab.wait(by, child, WNOHANG | abi.WUNTRACED | abi.WALL);
    expect(ptrace(PTRACE_ATTACH, tid)).toBe(0);
    expect(lab.takeSignals(mate)).toBe(false);
    expect(ptrace(PTRACE_CONT, tid, 0)).toBe(0);
    expect(lab.takeSignals(mate)).toBe(true);
    stopMate();
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([told(mother, pid), told(mother, pid)]).toEqual([pid, 0]);
    expect(ptrace(PTRACE_CONT, tid, 0)).toBe(0);
    expect(lab.takeSignals(mate)).toBe(true);
    stopMate();
    expect([told(mother, pid), told(tracer, tid)]).toEqual([profile === 'linux-6' ? pid : 0, tid]);
    expect(lab.wrong()).toEqual([]);
  });

  test('who may not be traced', () => {
    const { lab, tracer, tracee, ptrace } = start();
    const mate = lab.clone(abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD, tracer);
    expect([1, 99, lab.pid(tracer), lab.pid(mate)].map((pid) => ptrace(PTRACE_ATTACH, pid))).toEqual([
      -EPERM,
      -ESRCH,
      -EPERM,
      -EPERM,
    ]);
    lab.call(tracer, nr.NR_setuid, 5);
    expect(ptrace(PTRACE_ATTACH)).toBe(-EPERM);
    lab.call(tracee, nr.NR_setuid, 5);
    expect(ptrace(PTRACE_ATTACH)).toBe(0);
  });

  test('a signal is taken back, or another takes its place', () => {
    const { lab, mother, tracee, pid, ptrace, field } = start();
    expect(ptrace(PTRACE_TRACEME, 0, 0, tracee)).toBe(0);
    expect(ptrace(PTRACE_TRACEME, 0, 0, tracee)).toBe(-EPERM);
    lab.call(mother, nr.NR_kill, pid, SIGUSR1);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([field('state'), field('exit_code')]).toEqual([TASK_TRACED, SIGUSR1]);
    expect(ptrace(PTRACE_CONT, pid, 0, mother)).toBe(0);
    expect(lab.takeSignals(tracee)).toBe(true);
    lab.call(mother, nr.NR_kill, pid, SIGUSR1);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect(ptrace(PTRACE_KILL, pid, 0, mother)).toBe(0);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([field('exit_code'), lab.wait(mother, pid)]).toEqual([SIGKILL, pid]);
    expect(lab.wrong()).toEqual([]);
  });

  test('a traced zombie is told of twice: to its tracer, then to its real parent', () => {
    const { lab, mother, tracer, tracee, pid, ptrace } = start();
    ptrace(PTRACE_ATTACH);
    lab.exit(tracee);
    expect(lab.wait(mother, pid, WNOHANG)).toBe(0);
    expect(lab.wait(tracer, pid)).toBe(pid);
    expect(lab.wait(tracer, pid)).toBe(-ECHILD);
    expect(lab.wait(mother, pid)).toBe(pid);
    expect(lab.wrong()).toEqual([]);
  });

  test('a tracer that exits lets go of all', () => {
    const { lab, mother, tracer, tracee, pid, ptrace, field } = start();
    ptrace(PTRACE_ATTACH);
    lab.takeSignals(tracee);
    lab.exit(tracer);
    expect([field('parent'), field('ptrace')]).toEqual([mother, 0]);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect(field('state')).toBe(abi.TASK_STOPPED);
    lab.call(mother, nr.NR_kill, pid, abi.SIGCONT);
    expect(lab.takeSignals(tracee)).toBe(true);
    expect(lab.wrong()).toEqual([]);
  });

  test('exec stops a traced task, and CLONE_PTRACE gives the child the same tracer', () => {
    const { lab, tracer, tracee, pid, ptrace, field } = start();
    ptrace(PTRACE_ATTACH);
    lab.takeSignals(tracee);
    ptrace(PTRACE_CONT);
    lab.takeSignals(tracee);
    expect(lab.call(tracee, nr.NR_execve)).toBe(0);
    expect(lab.takeSignals(tracee)).toBe(false);
    expect([field('state'), field('exit_code')]).toEqual([TASK_TRACED, abi.SIGTRAP]);
    ptrace(PTRACE_CONT, pid);
    lab.takeSignals(tracee);
    const child = lab.clone(abi.CLONE_PTRACE, tracee);
    expect([field('parent', child), field('real_parent', child)]).toEqual([tracer, tracee]);
    const other = lab.clone(0, tracee);
    expect([field('parent', other), field('ptrace', other)]).toEqual([tracee, 0]);
    expect(lab.takeSignals(child)).toBe(false);
    expect(field('state', child)).toBe(TASK_TRACED);
    lab.exit(tracer);
    expect(lab.wrong()).toEqual([]);
  });
});
