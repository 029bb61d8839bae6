/** The faults of the 2005 patch that show on one CPU; each with the merged form as its clean twin. */
import { describe, expect, test } from 'vitest';
import { CLONE_FS, CLONE_NEWNS, CLONE_SIGHAND, CLONE_THREAD, CLONE_VM, EINVAL } from '../../dist/src/kernel/abi.js';
import { task_struct } from '../../dist/src/kernel/layout.js';
import { Lab } from '../support/lab.ts';

describe('a namespace taken back while the fs part is shared', () => {
  test('desai-2005 leaves the peer looking into a foreign namespace', () => {
    const lab = new Lab('desai-2005');
    const caller = lab.clone();
    lab.clone(CLONE_FS, caller);
    expect(lab.unshare(caller, CLONE_NEWNS)).toBe(0);
    expect(lab.wrong()).toContain('isolation: task that looks into a foreign namespace in sys_unshare');
  });

  test('linux-2.6.16 gives the caller an fs part of its own as well', () => {
    const lab = new Lab();
    const caller = lab.clone();
    const peer = lab.clone(CLONE_FS, caller);
    expect(lab.unshare(caller, CLONE_NEWNS)).toBe(0);
    expect(lab.word(caller + task_struct.fs)).not.toBe(lab.word(peer + task_struct.fs));
    expect(lab.wrong()).toEqual([]);
  });
});

describe('handlers taken back inside a thread group', () => {
  const asked = CLONE_VM | CLONE_SIGHAND;

  test('desai-2005 leaves one group under two sets of handlers', () => {
    const lab = new Lab('desai-2005');
    const thread = lab.clone(CLONE_THREAD | asked, lab.clone());
    expect(lab.unshare(thread, asked)).toBe(0);
    expect(lab.wrong()).toContain('assert: thread group under two sets of handlers in sys_unshare');
  });

  test('linux-2.6.16 refuses', () => {
    const lab = new Lab();
    const thread = lab.clone(CLONE_THREAD | asked, lab.clone());
    expect(lab.unshare(thread, asked)).toBe(-EINVAL);
    expect(lab.wrong()).toEqual([]);
  });
});

describe('memory taken back without the handlers', () => {
  test('desai-2005 leaves handlers shared over two memories', () => {
    const lab = new Lab('desai-2005');
    const caller = lab.clone();
    lab.clone(CLONE_VM | CLONE_SIGHAND, caller);
    expect(lab.unshare(caller, CLONE_VM)).toBe(0);
    expect(lab.wrong()).toEqual(['assert: handlers shared over two memories in sys_unshare']);
  });

  test('linux-2.6.16 refuses', () => {
    const lab = new Lab();
    const caller = lab.clone();
    lab.clone(CLONE_VM | CLONE_SIGHAND, caller);
    expect(lab.unshare(caller, CLONE_VM)).toBe(-EINVAL);
    expect(lab.wrong()).toEqual([]);
  });
});
