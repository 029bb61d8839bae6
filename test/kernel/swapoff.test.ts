/** swapon and swapoff: who may, which memories are on the list that swapoff goes through, and whom it meets there. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import * as abi from '../../dist/src/kernel/abi.js';
import { BUFFER_STAT } from '../../dist/src/kernel/isa.js';
import { kernel, mm_struct, task_struct } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import * as nr from '../../dist/src/kernel/syscall-numbers.js';
import { titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold } from '../support/hold.ts';
import { Lab } from '../support/lab.ts';
import { programText, subjectOfText } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);

/** Titles of what an execution shows with its tasks held at these places. */
function held(name: string, profile: ProfileName, ...places: ConstructorParameters<typeof Hold>[1][]): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const strategy = new Hold(subject, ...places);
  const outcome = new Runner(subject, createObservers(ALL)).run(strategy, 0);
  expect(strategy.reached).toBe(places.length);
  return (outcome?.bugs ?? []).map(({ title }) => title);
}

describe.each(profileNames)('%s', (profile) => {
  test('who may, and which file', () => {
    const lab = new Lab(profile);
    const root = lab.clone();
    const call = (task: number, number: number, path: string, flags = 0): number => lab.call(task, number, path, flags);
    for (const path of ['/s', '/t']) {
      expect(lab.call(root, nr.NR_open, path, abi.O_CREAT | abi.O_RDWR, 0o600)).toBeGreaterThanOrEqual(0);
    }
    const user = lab.clone();
    expect(lab.call(user, nr.NR_setuid, 1000)).toBe(0);
    expect([call(user, nr.NR_swapon, '/s'), call(user, nr.NR_swapoff, '/s')]).toEqual([-abi.EPERM, -abi.EPERM]);
    expect([call(root, nr.NR_swapon, '/a'), call(root, nr.NR_swapon, '/none')]).toEqual([-abi.EISDIR, -abi.ENOENT]);
    expect(call(root, nr.NR_swapoff, '/s')).toBe(-abi.EINVAL);
    expect(call(root, nr.NR_swapon, '/s', 1 << 30)).toBe(profile === 'linux-6' ? -abi.EINVAL : 0);
    expect(call(root, nr.NR_swapon, '/s')).toBe(profile === 'linux-6' ? 0 : -abi.EBUSY);
    expect([call(root, nr.NR_swapon, '/s'), call(root, nr.NR_swapon, '/t')]).toEqual([-abi.EBUSY, -abi.EPERM]);
    expect([call(root, nr.NR_swapoff, '/t'), call(root, nr.NR_swapoff, '/s')]).toEqual([-abi.EINVAL, 0]);
    expect(call(root, nr.NR_swapoff, '/s')).toBe(-abi.EINVAL);
    expect(lab.wrong()).toEqual([]);
  });

  test('a memory enters with its first page, a copy behind it, and both leave at their end', () => {
    const lab = new Lab(profile);
    const root = lab.clone();
    const onList = (): number[] => {
      const mms: number[] = [];
      for (let at = lab.word(kernel.mmlist); at !== kernel.mmlist; at = lab.word(at)) mms.push(at - mm_struct.mmlist);
      return mms;
    };
    lab.call(root, nr.NR_open, '/s', abi.O_CREAT | abi.O_RDWR, 0o600);
    expect([lab.call(root, nr.NR_swapon, '/s', 0), onList()]).toEqual([0, []]);
    const mm = (task: number): number => lab.word(task + task_struct.mm);
    const late = lab.clone(0, root);
    expect(onList()).toEqual([]);
    expect(lab.call(late, nr.NR_stat, '/', BUFFER_STAT)).toBe(0);
    expect(onList()).toEqual([mm(late)]);
    const copy = lab.clone(0, late);
    expect(onList()).toEqual([mm(late), mm(copy)]);
    lab.exit(late);
    expect(onList()).toEqual([mm(copy)]);
    expect(lab.call(root, nr.NR_swapoff, '/s')).toBe(0);
    lab.exit(copy);
    expect(onList()).toEqual([]);
    expect(lab.wrong()).toEqual([]);
  });
});

/** The last user is gone and everything unmapped, and swapoff comes by before the memory is off the list. */
describe('B19, swapoff-meets-exit: a memory that nobody uses is left alone', () => {
  test.each(profileNames)('%s', (profile) => {
    expect(held('swapoff-meets-exit', profile, ['child', 'mmlist_leave'])).toEqual([]);
  });

  // What counts up has to take that back, or not to count.
  test.each([
    ['linux-2.6.16', /if \(xadd\(mm \+ \d+, 1\) === 0\)/, 'if (xadd(mm, 1) === -7)'],
    ['linux-6', /return atomic_inc_not_zero\(mm \+ \d+\);/, 'return xadd(mm, 1) + 1;'],
  ] as const)('%s: one that is pinned all the same is put twice', async (profile, text, by) => {
    const titles = await titlesOfBroken({
      edit: ['swap.js', text, by],
      program: programText('swapoff-meets-exit', profile),
      executions: 1,
      strategy: (subject) => new Hold(subject, ['child', 'mmlist_leave']),
    });
    expect(titles).toContain('use-after-free: reference dropped on a freed object in mmdrop');
  });
});

/** While it looks through a memory, swapoff is one more user of it, and may be the last. */
describe('swapoff has a memory in hand', () => {
  test.each([
    ['linux-2.6.16', 'sys_unshare_linux_2_6_16', ['assert: expectation of line 18 failed in owner']],
    ['linux-6', 'sys_unshare_linux_6', []],
  ] as const)(
    '%s: for unshare(VM) it is a sharer, until somebody looks who it is (B34)',
    (profile, unshare, titles) => {
      expect(held('swapoff-meets-unshare', profile, ['owner', unshare], ['top', 'unuse_mm'])).toEqual(titles);
    },
  );

  test.each(profileNames)('%s: which ends meanwhile, and is freed by swapoff', (profile) => {
    expect(held('swapoff-meets-exit', profile, ['child', 'do_exit'], ['top', 'unuse_mm', 2])).toEqual([]);
    expect(held('swapoff-meets-exit', profile, ['child', 'do_exit'], ['top', 'mmput', 2])).toEqual([]);
  });

  test('and finds its place in the list again: one that is not pinned meanwhile is lost', async () => {
    const titles = await titlesOfBroken({
      edit: ['swap.js', /if \(prev_mm\)\s+mmput\(prev_mm\);\s+prev_mm = mm;/, 'mmput(mm);'],
      program: programText('swapoff-meets-exit', 'linux-6'),
      executions: 1,
      strategy: (subject) => new Hold(subject, ['child', 'do_exit'], ['top', 'unuse_mm', 2]),
    });
    expect(titles.join()).toMatch(/use-after-free/);
  });
});

/** Whose memory would come back is out: who asks for it is the first to go, whatever others have. */
describe('oom-meets-swapoff: the OOM killer takes who is in swapoff', () => {
  test.each(profileNames)('%s', (profile) => {
    expect(held('oom-meets-swapoff', profile, ['killer', 'out_of_memory'], ['freer', 'try_to_unuse'])).toEqual([]);
  });

  test('and by size alone somebody else', async () => {
    const titles = await titlesOfBroken({
      edit: ['oom-kill.js', /if \(flags & \d+\)\s+return p;/, ''],
      program: programText('oom-meets-swapoff', 'linux-2.6.16'),
      executions: 1,
      strategy: (subject) => new Hold(subject, ['killer', 'out_of_memory'], ['freer', 'try_to_unuse']),
    });
    expect(titles).toEqual(['assert: expectation of line 14 failed in top']);
  });
});
