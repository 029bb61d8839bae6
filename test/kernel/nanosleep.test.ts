/** Sleeps that end by time: how long, what a signal leaves of them, and what they answer when both come. */
import { describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { time_passes } from '../../dist/src/kernel/interrupt.js';
import { BUFFER_STAT, DATA_BASE } from '../../dist/src/kernel/isa.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';
import { subjectOfText, titlesOf, walks } from '../support/programs.ts';

const { EFAULT, EINTR, EINVAL, ETIMEDOUT, SIGCONT, SIGSTOP, SIGUSR1 } = abi;
const HANDLER = 0x1001;
const LEFT = DATA_BASE + 32;

function asleep(call: (lab: Lab, task: number) => number): {
  lab: Lab;
  task: number;
  kill: (sig: number) => void;
  again: () => number | string;
} {
  const lab = new Lab();
  const root = lab.clone();
  const task = lab.clone();
  lab.putWords(task, BUFFER_STAT, [HANDLER, 0, 0, 0]);
  lab.call(task, nr.NR_rt_sigaction, SIGUSR1, BUFFER_STAT, 0, 8);
  const again = (): number | string => {
    try {
      return call(lab, task);
    } catch {
      return 'sleeps';
    }
  };
  expect(again()).toBe('sleeps');
  const kill = (sig: number): void => void lab.call(root, nr.NR_kill, lab.pid(task), sig);
  return { lab, task, kill, again };
}

const sleepFor =
  (seconds: number, rmtp = LEFT) =>
  (lab: Lab, task: number) => {
    lab.putWords(task, BUFFER_STAT, [seconds, 0]);
    return lab.call(task, nr.NR_nanosleep, BUFFER_STAT, rmtp);
  };
const futexFor = (seconds: number) => (lab: Lab, task: number) => {
  lab.putWords(task, BUFFER_STAT, [seconds, 0]);
  return lab.call(task, nr.NR_futex, DATA_BASE, abi.FUTEX_WAIT, 0, BUFFER_STAT);
};
const state = (lab: Lab, task: number): number => lab.word(task + task_struct.state);

describe('nanosleep', () => {
  test('ends by itself', () => {
    const { lab, task, again } = asleep(sleepFor(2));
    time_passes();
    expect(state(lab, task)).toBe(abi.TASK_INTERRUPTIBLE);
    time_passes();
    expect([state(lab, task), again()]).toEqual([abi.TASK_RUNNING, 0]);
    expect(lab.wrong()).toEqual([]);
  });

  test('refuses times that there are not; of none it does not sleep', () => {
    const lab = new Lab();
    const task = lab.clone();
    const answer = (seconds: number, nanoseconds: number): number => {
      lab.putWords(task, BUFFER_STAT, [seconds, nanoseconds]);
      return lab.call(task, nr.NR_nanosleep, BUFFER_STAT, 0);
    };
    expect([answer(-1, 0), answer(1, 1e9), answer(1, -1), answer(0, 0)]).toEqual([-EINVAL, -EINVAL, -EINVAL, 0]);
    expect(lab.call(task, nr.NR_nanosleep, 1, 0)).toBe(-EFAULT);
    expect(lab.call(task, nr.NR_restart_syscall)).toBe(-EINTR);
  });

  test('that a handler ends stores what is left', () => {
    const { lab, task, kill, again } = asleep(sleepFor(5));
    time_passes();
    time_passes();
    kill(SIGUSR1);
    expect(lab.takeSignals(task)).toBe(true);
    expect([again(), lab.getWord(task, LEFT)]).toEqual([-EINTR, 3]);
    expect(lab.call(task, nr.NR_restart_syscall)).toBe(-EINTR);
  });

  test('that cannot store what is left is EFAULT', () => {
    const { lab, task, kill, again } = asleep(sleepFor(5, 1));
    kill(SIGUSR1);
    lab.takeSignals(task);
    expect(again()).toBe(-EFAULT);
  });

  test('whose time was over before the signal came is 0', () => {
    const { lab, task, kill, again } = asleep(sleepFor(1));
    time_passes();
    kill(SIGUSR1);
    lab.takeSignals(task);
    expect([lab.word(task + task_struct.handled_signals), again()]).toEqual([1, 0]);
  });

  test('goes on after a stop, in which no timer wakes it', () => {
    const { lab, task, kill, again } = asleep(sleepFor(4));
    time_passes();
    kill(SIGSTOP);
    expect(lab.takeSignals(task)).toBe(false);
    // Without a timer the clock stands still, but for the tick that finds that out.
    for (let tick = 0; tick < 4; tick++) time_passes();
    expect(state(lab, task)).toBe(abi.TASK_STOPPED);
    kill(SIGCONT);
    lab.takeSignals(task);
    expect(again()).toBe('sleeps');
    time_passes();
    expect(state(lab, task)).toBe(abi.TASK_INTERRUPTIBLE);
    time_passes();
    expect(again()).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('futex with a time', () => {
  test('is ETIMEDOUT when it is over, and leaves the queue', () => {
    const { lab, task, again } = asleep(futexFor(1));
    time_passes();
    expect(again()).toBe(-ETIMEDOUT);
    expect(lab.call(task, nr.NR_futex, DATA_BASE, abi.FUTEX_WAKE, 1)).toBe(0);
  });

  test('is ETIMEDOUT too when a signal comes after that', () => {
    const { lab, task, kill, again } = asleep(futexFor(1));
    time_passes();
    kill(SIGUSR1);
    lab.takeSignals(task);
    expect(again()).toBe(-ETIMEDOUT);
  });
});

const RACE = `cpus 2
shared word
task owner:
    t = clone(VM|FS|FILES|SIGHAND|THREAD) -> thread
    r = futex_wait(word, 0, 1)
    n = nanosleep(2)
    exec()
    n = nanosleep(1)
    expect n == 0
    exit(0)
task thread:
    futex_wake(word, 1)
    n = nanosleep(3)
    exit(0)
`;

test.each(profileNames)('%s: time, a wake-up and a kill against each other', { timeout: 60_000 }, (profile) => {
  const subject = subjectOfText(`profile ${profile}\n${RACE}`);
  expect(titlesOf(subject, walks(subject, 20))).toEqual([]);
});
