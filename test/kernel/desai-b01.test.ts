/**
 * The fault of the 2005 patch that needs no second CPU and no luck: its error path undoes what was never done. The
 * caller is alone in memory and handlers, shares its namespace, and may not make a new one.
 */
import { describe, expect, test } from 'vitest';
import { CLONE_NEWNS, CLONE_SIGHAND, CLONE_VM, EPERM } from '../../dist/src/kernel/abi.js';
import { mm_struct, sighand_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { NR_getpid, NR_setuid } from '../../dist/src/kernel/syscall-numbers.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { Lab } from '../support/lab.ts';

const ALL = CLONE_VM | CLONE_SIGHAND | CLONE_NEWNS;

/** An ordinary user that is alone in its memory and handlers. */
function ordinaryUser(profile: ProfileName): { lab: Lab; user: number } {
  const lab = new Lab(profile);
  const user = lab.clone();
  lab.call(user, NR_setuid, 1000);
  return { lab, user };
}

/** The fault that a deed ends in. */
function faultOf(deed: () => void): MachineFault {
  try {
    deed();
  } catch (error) {
    if (error instanceof MachineFault) return error;
    throw error;
  }
  throw new Error('there was no fault');
}

describe('unshare(VM|SIGHAND|NEWNS) of an ordinary user with a shared namespace', () => {
  test('desai-2005 frees the memory and the handlers of its caller and goes on with them', () => {
    const { lab, user } = ordinaryUser('desai-2005');
    const [mm, sighand] = [lab.word(user + task_struct.mm), lab.word(user + task_struct.sighand)];
    const fault = faultOf(() => {
      lab.unshare(user, ALL);
      lab.exit(user);
    });
    expect(['use-after-free', 'double-free']).toContain(fault.kind);
    const within = (object: number, size: number): boolean => fault.address >= object && fault.address < object + size;
    expect(within(mm, mm_struct.SIZE) || within(sighand, sighand_struct.SIZE)).toBe(true);
    expect(fault.stack).toContain('sys_unshare_desai_2005');
  });

  test.each(['linux-2.6.16', 'linux-6'] as const)('the clean twin: %s says EPERM and changes nothing', (profile) => {
    const { lab, user } = ordinaryUser(profile);
    const before = new Uint8Array(lab.memory).slice(user, user + task_struct.cpu);
    expect(lab.unshare(user, ALL)).toBe(-EPERM);
    expect(new Uint8Array(lab.memory).slice(user, user + task_struct.cpu)).toEqual(before);
    expect(lab.wrong()).toEqual([]);
    expect(lab.call(user, NR_getpid)).toBe(lab.pid(user));
    lab.exit(user);
    expect(lab.reapOrphans()).toHaveLength(1);
    expect(lab.wrong()).toEqual([]);
    expect(lab.warnings).toEqual([]);
  });
});

describe('the same call where nothing fails', () => {
  test('desai-2005 gives root what it asked for, but sleeps under task_lock', () => {
    const lab = new Lab('desai-2005');
    const caller = lab.clone();
    lab.clone(CLONE_VM | CLONE_SIGHAND, caller);
    expect(lab.unshare(caller, ALL)).toBe(0);
    expect(new Set(lab.warnings)).toEqual(new Set(['sleep-in-atomic: sleeping function called with a lock held']));
    expect(lab.wrong()).toEqual([]);
  });

  test('the clean twin: what linux-2.6.16 can unshare it unshares without sleeping under a lock', () => {
    const lab = new Lab('linux-2.6.16');
    const caller = lab.clone();
    expect(lab.unshare(caller, CLONE_NEWNS)).toBe(0);
    expect(lab.warnings).toEqual([]);
    expect(lab.wrong()).toEqual([]);
  });
});
