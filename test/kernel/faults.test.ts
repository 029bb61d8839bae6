/**
 * Every allocation of a call fails once, one after the other, on one CPU: the call says so, its caller has what it had, nothing
 * leaks or stays locked, and the same call made again answers what it would have at first. What the kernel of a profile
 * gets wrong there is listed, so the rows can fail.
 */
import { describe, expect, test } from 'vitest';
import { faultClasses } from '../../dist/src/boot/fault-classes.js';
import { armFaults, countFaults } from '../../dist/src/boot/faults.js';
import { NR_CACHES } from '../../dist/src/kernel/caches.js';
import { differences, readContexts } from '../../dist/src/check/observers/spec/contexts.js';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT, BUFFER_STATUS, BUFFER_TEXT } from '../../dist/src/kernel/isa.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { cpu_area, cpuAddress } from '../../dist/src/machine/map.js';
import { Lab } from '../support/lab.ts';

const { CLONE_FILES, CLONE_FS, CLONE_NEWNS, CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_SYSVSEM, CLONE_VM } = abi;
const PROFILES = ['desai-2005', 'linux-2.6.16', 'linux-6'] as const;
/** Flags that share everything. */
const EVERYTHING = CLONE_FS | CLONE_FILES | CLONE_VM | CLONE_SIGHAND | CLONE_SYSVSEM;

interface Call {
  readonly name: string;
  /** Flags with which the caller is cloned from a task that lives on, and so shares with it. */
  readonly shares?: number;
  readonly before?: (lab: Lab, task: number) => unknown;
  readonly call: (lab: Lab, task: number) => number;
  /** How many things may fail in one call: in all profiles, or in linux-2.6.16 and in linux-6. */
  readonly places: number | readonly [number, number];
  /** Errors that a failure may come to. */
  readonly errors: readonly number[];
  /** What it gives is a number that a failure may have used up. */
  readonly gives?: 'number';
  /** What the call may leave otherwise than it was. */
  readonly leaves?: string;
  /** Where a failed call leaves nothing for a second one. */
  readonly gone?: (profile: ProfileName) => boolean;
}

const { EAGAIN, EFAULT, EMFILE, ENOMEM } = abi;
const clone = (name: string, flags: number, places: Call['places'], more: Partial<Call> = {}): Call => ({
  name: `clone ${name}`,
  call: (lab, task) => lab.call(task, nr.NR_clone, flags | abi.SIGCHLD, 0, BUFFER_STATUS),
  places,
  errors: [EAGAIN, ENOMEM],
  gives: 'number',
  ...more,
});
const unshare = (name: string, flags: number, places: Call['places'], shares: number): Call => ({
  name: `unshare ${name}`,
  shares,
  call: (lab, task) => lab.unshare(task, flags),
  places,
  errors: [ENOMEM],
});
const simple = (
  name: string,
  places: number,
  errors: readonly number[],
  call: Call['call'],
  more: Partial<Call> = {},
): Call => ({ name, places, errors, call, ...more });
const opened = (lab: Lab, task: number): number => lab.call(task, nr.NR_open, '/f', 0);
const semop = (lab: Lab, task: number): number => {
  lab.putWords(task, BUFFER_STAT, [1 << 16, abi.SEM_UNDO]);
  return lab.call(task, nr.NR_ipc, abi.SEMOP, 0, 1, 0, BUFFER_STAT);
};

const calls: readonly Call[] = [
  clone('of nothing', 0, 12),
  clone('FS|FILES', CLONE_FS | CLONE_FILES, 10),
  clone('VM|SIGHAND', CLONE_VM | CLONE_SIGHAND, 6),
  clone('SYSVSEM', CLONE_SYSVSEM, 13, { leaves: 'undo' }),
  clone('NEWNS', CLONE_NEWNS, 14),
  clone('PARENT_SETTID', EVERYTHING | CLONE_PARENT_SETTID, 7, { errors: [EAGAIN, ENOMEM, EFAULT], leaves: 'undo' }),
  unshare('FS', CLONE_FS, [1, 1], CLONE_FS),
  unshare('FS|FILES', CLONE_FS | CLONE_FILES, [2, 2], CLONE_FS | CLONE_FILES),
  unshare('NEWNS', CLONE_NEWNS, [3, 3], CLONE_FS),
  unshare('NEWNS|FILES', CLONE_NEWNS | CLONE_FILES, [3, 3], CLONE_FILES),
  unshare('VM', CLONE_VM, [0, 0], CLONE_VM),
  unshare('VM|SIGHAND', CLONE_VM | CLONE_SIGHAND, [0, 0], CLONE_VM | CLONE_SIGHAND),
  unshare('VM|SIGHAND|NEWNS', CLONE_VM | CLONE_SIGHAND | CLONE_NEWNS, [2, 0], CLONE_VM | CLONE_SIGHAND),
  unshare('VM|SIGHAND|NEWNS of nothing', CLONE_VM | CLONE_SIGHAND | CLONE_NEWNS, [2, 2], 0),
  simple('open', 3, [EFAULT, EMFILE, ENOMEM], (lab, task) => lab.call(task, nr.NR_open, '/f', 0), { gives: 'number' }),
  simple('open of maps', 3, [EFAULT, EMFILE, ENOMEM], (lab, task) => lab.call(task, nr.NR_open, '/proc/2/maps', 0)),
  simple('open of mounts', 3, [EFAULT, EMFILE, ENOMEM], (lab, task) => lab.call(task, nr.NR_open, '/proc/2/mounts', 0)),
  simple('dup', 1, [EMFILE], (lab, task) => lab.call(task, nr.NR_dup, 0), { before: opened }),
  simple('fcntl F_DUPFD', 1, [EMFILE], (lab, task) => lab.call(task, nr.NR_fcntl, 0, abi.F_DUPFD, 5), {
    before: opened,
  }),
  simple('read', 9, [EFAULT], (lab, task) => lab.call(task, nr.NR_read, 0, BUFFER_TEXT, 32), { before: opened }),
  simple('mkdir', 3, [EFAULT, ENOMEM], (lab, task) => lab.call(task, nr.NR_mkdir, '/new', 0o777)),
  simple('mount', 6, [EFAULT, ENOMEM], (lab, task) => lab.call(task, nr.NR_mount, 0, '/a', 'tmpfs', 0, 0)),
  simple('bind', 3, [EFAULT, ENOMEM], (lab, task) => lab.call(task, nr.NR_mount, '/b', '/a', 0, abi.MS_BIND, 0)),
  simple('umount', 1, [EFAULT], (lab, task) => lab.call(task, nr.NR_umount2, '/a', 0), {
    before: (lab, task) => lab.call(task, nr.NR_mount, 0, '/a', 'tmpfs', 0, 0),
  }),
  simple('chdir', 1, [EFAULT], (lab, task) => lab.call(task, nr.NR_chdir, '/a')),
  simple('chroot', 1, [EFAULT], (lab, task) => lab.call(task, nr.NR_chroot, '/a')),
  simple('pivot_root', 2, [EFAULT], (lab, task) => lab.call(task, nr.NR_pivot_root, '/new', '/new/old'), {
    before: (lab, task) => {
      for (const path of ['/a', '/a/new']) {
        lab.call(task, nr.NR_mkdir, path, 0o777);
        lab.call(task, nr.NR_mount, 0, path, 'tmpfs', 0, 0);
      }
      lab.call(task, nr.NR_mkdir, '/a/new/old', 0o777);
      lab.call(task, nr.NR_chroot, '/a');
    },
  }),
  simple('getcwd', 2, [EFAULT], (lab, task) => lab.call(task, nr.NR_getcwd, BUFFER_TEXT, 64)),
  simple('stat', 7, [EFAULT], (lab, task) => lab.call(task, nr.NR_stat, '/f', BUFFER_TEXT)),
  simple('readlink', 3, [EFAULT], (lab, task) => lab.call(task, nr.NR_readlink, '/proc/2/cwd', BUFFER_TEXT, 64)),
  simple('sigaction', 6, [EFAULT], (lab, task) => lab.call(task, nr.NR_sigaction, 10, BUFFER_STAT, BUFFER_TEXT)),
  simple('setuid', 1, [EAGAIN], (lab, task) => lab.call(task, nr.NR_setuid, 1000)),
  simple('execve', 7, [ENOMEM], (lab, task) => lab.call(task, nr.NR_execve), {
    shares: CLONE_VM | CLONE_SIGHAND | CLONE_FILES,
    leaves: 'sighand',
  }),
  simple('semget', 1, [ENOMEM], (lab, task) => lab.call(task, nr.NR_ipc, abi.SEMGET, 0, 1, 0, 0), { gives: 'number' }),
  simple('semop with SEM_UNDO', 3, [EFAULT, ENOMEM], semop, {
    before: (lab, task) => lab.call(task, nr.NR_ipc, abi.SEMGET, 0, 1, 0, 0),
    leaves: 'undo',
  }),
  simple('wait', 2, [EFAULT], (lab, task) => lab.call(task, nr.NR_wait4, -1, BUFFER_STATUS, 0), {
    before: (lab, task) => lab.exit(lab.clone(0, task)),
    gone: (profile) => profile === 'linux-6',
  }),
];

/** Runs the call on a fresh machine with failure number n, or none for 0; what came of it, or undefined when none failed. */
function once(lab: Lab, { shares = 0, before, call }: Call, n: number) {
  lab.reset();
  const sharer = lab.clone();
  const task = lab.clone(shares, sharer);
  before?.(lab, task);
  const had = readContexts(lab.view, task);
  const at = cpuAddress(0) + cpu_area.fault_mode;
  if (n > 0) armFaults(lab.memory, { setting: `nth:${n}`, sites: [] }, 0);
  const first = call(lab, task);
  lab.poke(at, 0);
  if (n > 0 && countFaults(lab.view).failed === 0) return undefined;
  const changed = first < 0 ? differences(had, readContexts(lab.view, task)) : [];
  const wrong = [...lab.wrong(), ...lab.warnings];
  return {
    first,
    changed,
    wrong,
    again: () => ({ second: call(lab, task), wrong: [...lab.wrong(), ...lab.warnings] }),
  };
}

/** What the profile itself gets wrong when a call fails late: its known finding. */
const isKnown = (profile: ProfileName, what: string): boolean =>
  profile === 'linux-2.6.16' && /^(fs (root|pwd) mount$|isolation: task whose root is on a dismantled tree)/.test(what);

const rows = PROFILES.flatMap((profile, i) =>
  calls.map((one) => ({
    profile,
    one,
    name: one.name,
    places: typeof one.places === 'number' ? one.places : (one.places[i - 1] as number),
  })),
).filter(({ profile, name }) => profile !== 'desai-2005' || !name.startsWith('unshare'));

const labs = new Map<ProfileName, Lab>();
function labOf(profile: ProfileName): Lab {
  const lab = labs.get(profile) ?? new Lab(profile);
  labs.set(profile, lab);
  return lab;
}

test.each(rows)('$profile: $name fails in $places places', ({ profile, one, places }) => {
  const lab = labOf(profile);
  const known = (what: string): boolean => isKnown(profile, what);
  const plain = once(lab, one, 0)?.first ?? 0;
  let n = 1;
  for (let failed = once(lab, one, n); failed !== undefined; failed = once(lab, one, ++n)) {
    const changed = failed.changed.filter((part) => part !== one.leaves && !known(part));
    const wrong = failed.wrong.filter((title) => !known(title));
    expect({ n, changed, wrong }).toEqual({ n, changed: [], wrong: [] });
    expect(one.errors).toContain(-failed.first);
    const { second, wrong: left } = failed.again();
    expect(left.filter((title) => !known(title))).toEqual([]);
    if (one.gives === 'number') expect(second).toBeGreaterThanOrEqual(0);
    else expect(second).toBe(one.gone?.(profile) === true ? -abi.ECHILD : plain);
  }
  expect(n - 1).toBe(places);
});

const callNamed = (name: string): Call => calls.find((one) => one.name === name) ?? expect.fail(name);

describe('unshare of 2005', () => {
  const lab = labOf('desai-2005');

  test('leaves the caller without handlers when there is no memory for them (B01b)', () => {
    const failed = once(lab, callNamed('unshare VM|SIGHAND'), 6);
    expect(failed).toMatchObject({ first: -ENOMEM, changed: ['sighand'] });
  });

  test('and the next signal finds nothing there', () => {
    const failed = once(lab, callNamed('unshare VM|SIGHAND'), 6);
    expect(failed?.again).toThrow('use-after-free: NULL pointer dereference');
  });

  test('gives away what it never copied when a later copy fails (B01)', () => {
    expect(() => once(lab, callNamed('unshare VM|SIGHAND|NEWNS of nothing'), 1)).toThrow(/use-after-free|double-free/);
  });
});

test('of a site that was not asked for nothing fails', () => {
  const lab = labOf('linux-6');
  lab.reset();
  const task = lab.clone();
  armFaults(lab.memory, { setting: 'nth:1', sites: ['files_struct', 'copy_fs_struct'] }, 0);
  expect(lab.call(task, nr.NR_open, '/f', 0)).toBe(0);
  expect(countFaults(lab.view)).toEqual({ asked: 0, failed: 0 });
  expect(lab.call(task, nr.NR_clone, CLONE_FILES | abi.SIGCHLD)).toBe(-ENOMEM);
  expect(countFaults(lab.view)).toEqual({ asked: 1, failed: 1 });
});

test('init is never failed, and what it makes is', () => {
  const lab = labOf('linux-6');
  lab.reset();
  armFaults(lab.memory, { setting: 'rate:1', sites: [] }, 0);
  const task = lab.clone();
  expect(lab.call(task, nr.NR_clone, abi.SIGCHLD)).toBe(-EAGAIN);
  expect(countFaults(lab.view)).toEqual({ asked: 1, failed: 1 });
});

test('every class has a bit and a name of its own, and slab caches are the first', () => {
  const numbers = faultClasses.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(new Set(faultClasses.map(({ name }) => name)).size).toBe(numbers.length);
  expect(Math.max(...numbers)).toBeLessThan(32);
  const slab = faultClasses.filter(({ group }) => group === 'slab').map(({ number }) => number);
  expect(slab).toEqual(Array.from({ length: NR_CACHES }, (_, cache) => cache));
});
