import { beforeEach, describe, expect, test } from 'vitest';
import { EAGAIN, ENOSYS, SIGCHLD } from '../../dist/src/kernel/abi.js';
import { kernel, signal_struct, task_struct, user_struct } from '../../dist/src/kernel/layout.js';
import {
  NR_clone,
  NR_setuid,
  NR_unshare,
  NR_unshare_desai,
  syscallNames,
} from '../../dist/src/kernel/syscall-numbers.js';
import { PID_MAX, RESERVED_PIDS } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';

const lab = new Lab();
let task = 0;
beforeEach(() => {
  lab.reset();
  task = lab.clone();
});

const fork = (who = task): number => lab.call(who, NR_clone, SIGCHLD);
const limit = (n: number): void => lab.poke(lab.word(task + task_struct.signal) + signal_struct.rlim_nproc, n);

describe('RLIMIT_NPROC', () => {
  test('is 4096 from the start', () => {
    expect(lab.word(lab.word(task + task_struct.signal) + signal_struct.rlim_nproc)).toBe(4096);
  });

  test('holds an ordinary user: EAGAIN at the limit, room again after an exit', () => {
    lab.call(task, NR_setuid, 1000);
    limit(3);
    const pids = [fork(), fork()];
    expect([fork(), fork()]).toEqual([-EAGAIN, -EAGAIN]);
    expect(lab.wrong()).toEqual([]);
    lab.exit(lab.task(pids[0] ?? 0));
    expect(fork()).toBe(-EAGAIN);
    lab.wait(task, pids[0]);
    expect(fork()).toBeGreaterThan(0);
    expect(lab.wrong()).toEqual([]);
  });

  test('counts the user, not the process: others of the same uid fill it too', () => {
    const peer = lab.clone();
    lab.call(task, NR_setuid, 1000);
    lab.call(peer, NR_setuid, 1000);
    limit(2);
    expect(fork()).toBe(-EAGAIN);
    expect(fork(peer)).toBeGreaterThan(0);
    expect(lab.word(lab.word(peer + task_struct.user) + user_struct.processes)).toBe(3);
  });

  test('holds setuid to an ordinary user before linux-6: EAGAIN, and nothing changed', () => {
    const taken = lab.clone();
    lab.call(taken, NR_setuid, 1000);
    limit(1);
    expect(lab.call(task, NR_setuid, 1000)).toBe(-EAGAIN);
    expect(lab.word(task + task_struct.uid)).toBe(0);
    expect(lab.wrong()).toEqual([]);
    expect(lab.call(task, NR_setuid, 1001)).toBe(0);
    const today = new Lab('linux-6');
    today.poke(today.word(today.init + task_struct.signal) + signal_struct.rlim_nproc, 0);
    expect(today.call(today.clone(), NR_setuid, 1000)).toBe(0);
  });

  test('does not hold root', () => {
    limit(1);
    expect(fork()).toBeGreaterThan(0);
  });
});

test('the machine has room for so many threads, for root as well', () => {
  lab.poke(kernel.max_threads, lab.word(kernel.nr_threads) + 1);
  expect(fork()).toBeGreaterThan(0);
  expect(fork()).toBe(-EAGAIN);
  expect(lab.wrong()).toEqual([]);
});

describe('process numbers', () => {
  test('count up, also past a clone that was refused', () => {
    const first = fork();
    expect(lab.call(task, NR_clone, 0x800)).toBe(-22);
    expect(fork()).toBe(first + 2);
    expect(lab.wrong()).toEqual([]);
  });

  test('begin again above the reserved ones, and skip those in use', () => {
    lab.poke(kernel.last_pid, RESERVED_PIDS - 1);
    expect(fork()).toBe(RESERVED_PIDS);
    lab.poke(kernel.last_pid, PID_MAX - 2);
    expect([fork(), fork()]).toEqual([PID_MAX - 1, RESERVED_PIDS + 1]);
    expect(lab.wrong()).toEqual([]);
  });

  test('all taken is EAGAIN, and nothing is left behind', () => {
    const words = Array.from({ length: PID_MAX / 32 }, (_, i) => lab.word(kernel.pidmap + 4 * i));
    for (const [i] of words.entries()) lab.poke(kernel.pidmap + 4 * i, -1);
    expect(fork()).toBe(-EAGAIN);
    for (const [i, word] of words.entries()) lab.poke(kernel.pidmap + 4 * i, word);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('a number that is no system call is ENOSYS', () => {
  test.each([17, 299, 311, 319, 320, 4096, 0x7fffffff, -1, -1000, 0x80000000 | 0])('%d', (nr) => {
    expect(lab.call(task, nr, 1, 2, 3, 4, 5)).toBe(-ENOSYS);
    expect(lab.wrong()).toEqual([]);
    expect(lab.warnings).toEqual([]);
  });

  test('none from 0 to 400 is taken for another', () => {
    const safe = Array.from({ length: 401 }, (_, nr) => nr).filter((nr) => syscallNames[nr] === undefined);
    for (const nr of safe) expect(lab.call(task, nr), `number ${nr}`).toBe(-ENOSYS);
    expect(safe.length).toBeGreaterThan(320);
  });

  test('unshare is 300 in 2005 and 310 as merged', () => {
    const answers = (['desai-2005', 'linux-2.6.16', 'linux-6'] as const).map((profile) => {
      const one = new Lab(profile);
      const caller = one.clone();
      return [NR_unshare_desai, NR_unshare].map((nr) => one.call(caller, nr, 0));
    });
    expect(answers).toEqual([
      [0, -ENOSYS],
      [-ENOSYS, 0],
      [-ENOSYS, 0],
    ]);
    lab.reset();
  });
});
