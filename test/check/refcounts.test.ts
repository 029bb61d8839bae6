/** A reference count that differs from its referrers by one, either way, is found, and nothing else is. */
import { beforeEach, describe, expect, test } from 'vitest';
import { EXIT_ZOMBIE } from '../../dist/src/kernel/abi.js';
import { DATA_BASE } from '../../dist/src/kernel/isa.js';
import * as layout from '../../dist/src/kernel/layout.js';
import { namespace, task_struct } from '../../dist/src/kernel/layout.js';
import { USER_BASE, USER_PAGE_SIZE } from '../../dist/src/machine/limits.js';
import { Lab } from '../support/lab.ts';
import { playScene, type Scene } from '../support/scene.ts';

const lab = new Lab();
let scene: Scene;
beforeEach(() => {
  scene = playScene(lab);
});

const field = (task: number, offset: number): number => lab.word(task + offset);
const add = (address: number, n: number): void => lab.poke(address, lab.word(address) + n);
/** A page of the leader's private data, by its page table. */
const dataPage = (): number => {
  const entries = lab.word(lab.word(scene.leader + task_struct.mm) + layout.mm_struct.pgd) + layout.pgd.entry;
  const at = entries + 4 * ((DATA_BASE - USER_BASE) / USER_PAGE_SIZE + 1);
  return (lab.word(at) & ~3) - layout.page.data;
};

test('the untouched machine is right', () => {
  expect(dataPage()).toBeGreaterThan(0);
  expect(field(scene.zombie, task_struct.exit_state)).toBe(EXIT_ZOMBIE);
  expect(lab.wrong()).toEqual([]);
});

/** A counter by its name in reports, and where it is. */
const counters: readonly (readonly [name: string, at: () => number])[] = [
  ['mm_struct.mm_users', () => field(scene.leader, task_struct.mm) + layout.mm_struct.mm_users],
  ['mm_struct.mm_count', () => field(scene.leader, task_struct.mm) + layout.mm_struct.mm_count],
  ['page._count', () => dataPage() + layout.page._count],
  ['sighand_struct.count', () => field(scene.leader, task_struct.sighand) + layout.sighand_struct.count],
  ['signal_struct.count', () => field(scene.leader, task_struct.signal) + layout.signal_struct.count],
  ['signal_struct.live', () => field(scene.leader, task_struct.signal) + layout.signal_struct.live],
  ['fs_struct.count', () => field(scene.leader, task_struct.fs) + layout.fs_struct.count],
  ['files_struct.count', () => field(scene.leader, task_struct.files) + layout.files_struct.count],
  [
    'file.f_count',
    () =>
      lab.word(field(scene.leader, task_struct.files) + layout.files_struct.fdtab + layout.fdtable.fd) +
      layout.file.f_count,
  ],
  ['namespace.count', () => field(scene.leader, task_struct.namespace) + namespace.count],
  ['vfsmount.mnt_count', () => lab.word(field(scene.leader, task_struct.namespace) + namespace.root)],
  [
    'dentry.d_count',
    () => lab.word(field(scene.leader, task_struct.fs) + layout.fs_struct.pwd) + layout.dentry.d_count,
  ],
  [
    'super_block.s_active',
    () => lab.word(lab.word(field(scene.leader, task_struct.namespace) + namespace.root) + layout.vfsmount.mnt_sb),
  ],
  ['user_struct.__count', () => field(scene.user, task_struct.user) + layout.user_struct.__count],
  ['user_struct.processes', () => field(scene.user, task_struct.user) + layout.user_struct.processes],
  ['sem_undo_list.refcnt', () => field(scene.leader, task_struct.undo_list) + layout.sem_undo_list.refcnt],
  ['task_struct.usage', () => scene.leader + task_struct.usage],
];

describe('a reference count that differs from its referrers', () => {
  test.each(counters)('%s one too many', (name, at) => {
    add(at(), 1);
    expect(lab.wrong()).toEqual([expect.stringMatching(`^refcount: ${name} above its referrers in \\w+$`)]);
  });

  test.each(counters)('%s one too few', (name, at) => {
    add(at(), -1);
    expect(lab.wrong()).toEqual([expect.stringMatching(`^refcount: ${name} below its referrers in \\w+$`)]);
  });
});
