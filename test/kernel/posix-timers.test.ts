/** POSIX timers: what the calls answer, what goes on when a signal is taken, what is left when a group is gone. */
import { beforeEach, describe, expect, test } from 'vitest';
import { armFaults } from '../../dist/src/boot/faults.js';
import * as abi from '../../dist/src/kernel/abi.js';
import { time_passes } from '../../dist/src/kernel/interrupt.js';
import { BUFFER_STAT, BUFFER_STATUS } from '../../dist/src/kernel/isa.js';
import { kernel, signal_struct, task_struct, user_struct } from '../../dist/src/kernel/layout.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { MAX_POSIX_TIMERS } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const { EAGAIN, EFAULT, EINVAL, SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID, SIGUSR1 } = abi;
const THREAD = abi.CLONE_VM | abi.CLONE_SIGHAND | abi.CLONE_THREAD;
const HANDLER = 0x1001;
const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const create = (who: number, sig: number, notify = SIGEV_SIGNAL, tid = 0): number => {
  lab.putWords(who, BUFFER_STAT, [0, sig, notify, tid]);
  const result = lab.call(who, nr.NR_timer_create, abi.CLOCK_MONOTONIC, BUFFER_STAT, BUFFER_STATUS);
  return result === 0 ? lab.getWord(who, BUFFER_STATUS) : result;
};
const set = (id: number, value: number, interval = 0): number => {
  lab.putWords(task, BUFFER_STAT, [interval, 0, value, 0]);
  return lab.call(task, nr.NR_timer_settime, id, 0, BUFFER_STAT, 0);
};
const left = (id: number): number => {
  const result = lab.call(task, nr.NR_timer_gettime, id, BUFFER_STAT);
  return result === 0 ? lab.getWord(task, BUFFER_STAT + 8) : result;
};
const overrun = (id: number): number => lab.call(task, nr.NR_timer_getoverrun, id);
const remove = (id: number): number => lab.call(task, nr.NR_timer_delete, id);
const handle = (sig: number, handler = HANDLER): void => {
  lab.putWords(task, BUFFER_STAT, [handler, 0, 0, 0]);
  lab.call(task, nr.NR_rt_sigaction, sig, BUFFER_STAT, 0, 8);
};
const handled = (): number => lab.word(task + task_struct.handled_signals);
const charged = (): number => lab.word(lab.word(task + task_struct.user) + user_struct.sigpending);
const shared = (): number => lab.word(lab.word(task + task_struct.signal) + signal_struct.shared_pending);
const timers = (): number => lab.view.list(lab.word(task + task_struct.signal) + signal_struct.posix_timers).length;

describe('the calls', () => {
  test('number timers from 0, and take a number again', () => {
    expect([create(task, SIGUSR1), create(task, SIGUSR1)]).toEqual([0, 1]);
    expect([remove(0), remove(0), create(task, SIGUSR1)]).toEqual([0, -EINVAL, 0]);
    expect([timers(), charged()]).toEqual([2, 2]);
    expect(lab.wrong()).toEqual([]);
  });

  test('refuse what there is not, and leave nothing behind', () => {
    expect(lab.call(task, nr.NR_timer_create, 2, 0, BUFFER_STATUS)).toBe(-EINVAL);
    expect(lab.call(task, nr.NR_timer_create, abi.CLOCK_REALTIME, 0, 1)).toBe(-EFAULT);
    expect([create(task, 0), create(task, 65), create(task, SIGUSR1, SIGEV_THREAD_ID, 1)]).toEqual([
      -EINVAL,
      -EINVAL,
      -EINVAL,
    ]);
    expect([set(0, 1), left(0), overrun(0), left(-1), remove(MAX_POSIX_TIMERS)]).toEqual(Array(5).fill(-EINVAL));
    expect([timers(), charged(), lab.word(kernel.posix_timers_id)]).toEqual([0, 0, 0]);
    expect(lab.wrong()).toEqual([]);
  });

  test('refuse one timer too many, and one without memory', () => {
    for (let i = 0; i < MAX_POSIX_TIMERS; i++) expect(create(task, SIGUSR1)).toBe(i);
    expect(create(task, SIGUSR1)).toBe(-EAGAIN);
    for (const site of ['k_itimer', 'sigqueue']) {
      armFaults(lab.memory, { setting: 'nth:1', sites: [site] }, 0);
      expect(create(task, SIGUSR1)).toBe(-EAGAIN);
    }
    expect(charged()).toBe(MAX_POSIX_TIMERS);
    expect(lab.wrong()).toEqual([]);
  });

  test('know the timers of their own process only', () => {
    create(task, SIGUSR1);
    const other = lab.clone();
    expect(lab.call(other, nr.NR_timer_delete, 0)).toBe(-EINVAL);
  });

  test('without a sigevent it is SIGALRM', () => {
    expect(lab.call(task, nr.NR_timer_create, abi.CLOCK_REALTIME, 0, BUFFER_STATUS)).toBe(0);
    set(0, 1);
    time_passes();
    expect(shared()).toBe(1 << (abi.SIGALRM - 1));
  });
});

describe('a timer', () => {
  test('is due once, and its entry stays its own', () => {
    handle(SIGUSR1);
    create(task, SIGUSR1);
    expect([set(0, 2), left(0)]).toEqual([0, 2]);
    time_passes();
    expect([left(0), shared()]).toEqual([1, 0]);
    time_passes();
    expect([left(0), shared()]).toEqual([0, 1 << (SIGUSR1 - 1)]);
    expect(lab.wrong()).toEqual([]);
    expect(lab.takeSignals(task)).toBe(true);
    expect([handled(), timers(), charged()]).toEqual([1, 1, 1]);
    expect(lab.wrong()).toEqual([]);
  });

  test('with an interval goes on when its signal is taken, and counts what it missed', () => {
    handle(SIGUSR1);
    create(task, SIGUSR1);
    create(task, abi.SIGWINCH);
    set(0, 1, 2);
    set(1, 100);
    for (let tick = 0; tick < 6; tick++) time_passes();
    // Due at 1, late by 5: at 3 and 5 as well, and the next time at 7.
    expect(left(0)).toBe(1);
    lab.takeSignals(task);
    expect([handled(), overrun(0), left(0)]).toEqual([1, 2, 1]);
    time_passes();
    lab.takeSignals(task);
    expect([handled(), overrun(0), left(0)]).toEqual([2, 0, 2]);
  });

  test('that is set anew before its signal is taken does not go on for the old time', () => {
    handle(SIGUSR1);
    create(task, SIGUSR1);
    set(0, 1, 1);
    time_passes();
    set(0, 7);
    lab.takeSignals(task);
    expect([handled(), left(0)]).toEqual([1, 7]);
  });

  test.each([
    ['whose signal is ignored goes on by itself', SIGEV_SIGNAL, abi.SIG_IGN],
    ['that tells nobody goes on by itself', SIGEV_NONE, HANDLER],
  ] as const)('%s', (_, notify, handler) => {
    handle(SIGUSR1, handler);
    create(task, SIGUSR1, notify);
    set(0, 1, 3);
    time_passes();
    expect([shared(), left(0)]).toEqual([0, 3]);
  });

  test('that is deleted takes its entry out of the queue, and the signal stays pending', () => {
    create(task, SIGUSR1);
    set(0, 1);
    time_passes();
    expect(remove(0)).toBe(0);
    expect([charged(), shared()]).toEqual([0, 1 << (SIGUSR1 - 1)]);
    expect(lab.wrong()).toEqual([]);
  });

  test('of one thread is of its leader when the thread exits', () => {
    const thread = lab.clone(THREAD, task);
    expect(create(task, SIGUSR1, SIGEV_THREAD_ID, lab.pid(thread))).toBe(0);
    expect(lab.wrong()).toEqual([]);
    set(0, 1);
    time_passes();
    expect([lab.word(thread + task_struct.pending), shared()]).toEqual([1 << (SIGUSR1 - 1), 0]);
    lab.exit(thread);
    expect(lab.wrong()).toEqual([]);
    handle(SIGUSR1);
    set(0, 1);
    time_passes();
    expect(shared()).toBe(1 << (SIGUSR1 - 1));
    expect(lab.wrong()).toEqual([]);
  });
});

describe('are gone', () => {
  test.each(['exec', 'exit'] as const)('with %s, a child has none', (end) => {
    handle(SIGUSR1);
    create(task, SIGUSR1);
    set(0, 1, 1);
    time_passes();
    const child = lab.clone(0, task);
    expect(lab.call(child, nr.NR_timer_gettime, 0, BUFFER_STAT)).toBe(-EINVAL);
    if (end === 'exec') lab.call(task, nr.NR_execve);
    else lab.exit(task);
    expect(lab.word(kernel.posix_timers_id)).toBe(0);
    expect(lab.wrong()).toEqual([]);
  });
});
