/** What becomes of a call that sleeps when a signal comes: by the call, by SA_RESTART, and by whether a handler ran. */
import { describe, expect, test } from 'vitest';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT, DATA_BASE } from '../../dist/src/kernel/isa.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { Lab } from '../support/lab.ts';

const { EINTR, SA_RESTART, SIGCONT, SIGSTOP, SIGUSR1 } = abi;
const HANDLER = 0x1001;
/** The call goes on sleeping. */
const SLEEPS = 'sleeps';

interface Case {
  readonly name: string;
  readonly profile: ProfileName;
  readonly call: (lab: Lab, task: number) => number;
  /** After a handler without and with SA_RESTART, and after a stop that is over. */
  readonly answers: readonly (number | string)[];
}

const wait = (lab: Lab, task: number): number => lab.call(task, nr.NR_wait4, -1, 0, 0);
const pause = (lab: Lab, task: number): number => lab.call(task, nr.NR_pause);
const futex = (lab: Lab, task: number): number => lab.call(task, nr.NR_futex, DATA_BASE, abi.FUTEX_WAIT, 0);
const timed = (lab: Lab, task: number): number => {
  lab.putWords(task, BUFFER_STAT, [5, 0]);
  return lab.call(task, nr.NR_futex, DATA_BASE, abi.FUTEX_WAIT, 0, BUFFER_STAT);
};
const nanosleep = (lab: Lab, task: number): number => {
  lab.putWords(task, BUFFER_STAT, [5, 0]);
  return lab.call(task, nr.NR_nanosleep, BUFFER_STAT, 0);
};
const semop = (lab: Lab, task: number): number => {
  lab.putWords(task, BUFFER_STAT, [0xffff << 16, 0]);
  return lab.call(task, nr.NR_ipc, abi.SEMOP, 0, 1, 0, BUFFER_STAT);
};

const cases: readonly Case[] = [
  { name: 'wait', profile: 'linux-2.6.16', call: wait, answers: [-EINTR, SLEEPS, SLEEPS] },
  { name: 'pause', profile: 'linux-2.6.16', call: pause, answers: [-EINTR, -EINTR, SLEEPS] },
  { name: 'semop', profile: 'linux-2.6.16', call: semop, answers: [-EINTR, -EINTR, -EINTR] },
  { name: 'semop', profile: 'linux-6', call: semop, answers: [-EINTR, -EINTR, -EINTR] },
  { name: 'futex', profile: 'linux-2.6.16', call: futex, answers: [-EINTR, -EINTR, -EINTR] },
  { name: 'futex', profile: 'linux-6', call: futex, answers: [-EINTR, SLEEPS, SLEEPS] },
  { name: 'futex with a time', profile: 'linux-2.6.16', call: timed, answers: [-EINTR, -EINTR, -EINTR] },
  { name: 'futex with a time', profile: 'linux-6', call: timed, answers: [-EINTR, -EINTR, SLEEPS] },
  { name: 'nanosleep', profile: 'linux-2.6.16', call: nanosleep, answers: [-EINTR, -EINTR, SLEEPS] },
  { name: 'nanosleep', profile: 'desai-2005', call: nanosleep, answers: [-EINTR, -EINTR, SLEEPS] },
];

function sleeping(one: Case): { lab: Lab; root: number; task: number; again: () => number | string } {
  const lab = new Lab(one.profile);
  const root = lab.clone();
  const task = lab.clone();
  lab.clone(0, task);
  lab.call(task, nr.NR_ipc, abi.SEMGET, 0, 8, 0, 0);
  const again = (): number | string => {
    try {
      return one.call(lab, task);
    } catch {
      return SLEEPS;
    }
  };
  return { lab, root, task, again };
}

describe.each(cases)('$name in $profile', (one) => {
  test.each([
    ['a handler', 0, 0],
    ['one with SA_RESTART', SA_RESTART, 1],
  ] as const)('after %s', (_, flags, index) => {
    const { lab, root, task, again } = sleeping(one);
    lab.putWords(task, BUFFER_STAT, [HANDLER, flags, 0, 0]);
    lab.call(task, nr.NR_rt_sigaction, SIGUSR1, BUFFER_STAT, 0, 8);
    expect(again()).toBe(SLEEPS);
    lab.call(root, nr.NR_kill, lab.pid(task), SIGUSR1);
    expect(lab.takeSignals(task)).toBe(true);
    expect(again()).toBe(one.answers[index]);
    expect(lab.wrong()).toEqual([]);
  });

  test('after a stop', () => {
    const { lab, root, task, again } = sleeping(one);
    expect(again()).toBe(SLEEPS);
    lab.call(root, nr.NR_kill, lab.pid(task), SIGSTOP);
    expect(lab.takeSignals(task)).toBe(false);
    lab.call(root, nr.NR_kill, lab.pid(task), SIGCONT);
    expect(lab.takeSignals(task)).toBe(true);
    expect(again()).toBe(one.answers[2]);
    expect(lab.wrong()).toEqual([]);
  });
});

test('a futex that was woken before its signal is looked at has been woken', () => {
  const { lab, root, task, again } = sleeping({ name: '', profile: 'linux-2.6.16', call: futex, answers: [] });
  lab.putWords(task, BUFFER_STAT, [HANDLER, 0, 0, 0]);
  lab.call(task, nr.NR_rt_sigaction, SIGUSR1, BUFFER_STAT, 0, 8);
  expect(again()).toBe(SLEEPS);
  const waker = lab.clone(abi.CLONE_VM, task);
  expect(lab.call(waker, nr.NR_futex, DATA_BASE, abi.FUTEX_WAKE, 1)).toBe(1);
  lab.call(root, nr.NR_kill, lab.pid(task), SIGUSR1);
  expect(lab.takeSignals(task)).toBe(true);
  expect(again()).toBe(0);
});
