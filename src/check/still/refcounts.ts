/** C1-C3: every reference count equals its referrers. */
import * as caches from '../../kernel/caches.ts';
import { PF_EXITING } from '../../kernel/abi.ts';
import {
  dentry,
  file,
  files_struct,
  fs_struct,
  inode,
  mm_struct,
  namespace,
  page,
  sem_undo_list,
  sighand_struct,
  signal_struct,
  super_block,
  task_struct,
  user_struct,
  vfsmount,
} from '../../kernel/layout.ts';
import type { Census } from './census.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import { cacheAt, cacheName, objectAt, provenance } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import { hasFailedClone } from './released-tasks.ts';

/** The counter of each kind of object that counts the references the census found. */
const counters: Readonly<Record<number, readonly [offset: number, name: string]>> = {
  [caches.MM_CACHE]: [mm_struct.mm_users, 'mm_users'],
  [caches.PAGE_CACHE]: [page._count, '_count'],
  [caches.SIGHAND_CACHE]: [sighand_struct.count, 'count'],
  [caches.SIGNAL_CACHE]: [signal_struct.count, 'count'],
  [caches.FS_CACHE]: [fs_struct.count, 'count'],
  [caches.FILES_CACHE]: [files_struct.count, 'count'],
  [caches.FILE_CACHE]: [file.f_count, 'f_count'],
  [caches.NAMESPACE_CACHE]: [namespace.count, 'count'],
  [caches.MNT_CACHE]: [vfsmount.mnt_count, 'mnt_count'],
  [caches.DENTRY_CACHE]: [dentry.d_count, 'd_count'],
  [caches.INODE_CACHE]: [inode.i_count, 'i_count'],
  [caches.SUPER_CACHE]: [super_block.s_active, 's_active'],
  [caches.USER_CACHE]: [user_struct.__count, '__count'],
  [caches.UNDO_LIST_CACHE]: [sem_undo_list.refcnt, 'refcnt'],
};

/** Objects whose counter and referrers differ. */
export function checkRefcounts(census: Census): Finding[] {
  const { view } = census;
  const found: Finding[] = [];
  const compare = (object: number, counter: string, value: number, expected: number, ...lines: string[]): void => {
    if (value !== expected) found.push(mismatch(census, object, counter, value, expected, lines));
  };
  for (const [object, references] of census.references) {
    const cache = cacheAt(view, object);
    const counter = counters[cache];
    if (counter !== undefined) compare(object, counter[1], view.word(object + counter[0]), references);
    if (cache === caches.MM_CACHE) {
      const kept = (references > 0 ? 1 : 0) + (census.pinnedMms.get(object) ?? 0);
      compare(object, 'mm_count', view.word(object + mm_struct.mm_count), kept);
    }
    if (cache === caches.USER_CACHE) {
      compare(object, 'processes', view.word(object + user_struct.processes), census.processes.get(object) ?? 0);
      compare(object, 'sigpending', view.word(object + user_struct.sigpending), census.queued.get(object) ?? 0);
    }
    if (cache === caches.INODE_CACHE) {
      compare(object, 'i_nlink', view.word(object + inode.i_nlink), census.names.get(object) ?? 0);
    }
    if (cache === caches.DENTRY_CACHE) {
      compare(object, 'd_mounted', view.word(object + dentry.d_mounted), census.mountedOn.get(object) ?? 0);
    }
    if (cache === caches.SIGNAL_CACHE) {
      const value = view.word(object + signal_struct.live);
      const expected = live(census, object);
      // What tells the era's own miscount (B09) from another.
      const lines = value > expected && hasFailedClone(view) ? ['a clone has failed'] : [];
      compare(object, 'live', value, expected, ...lines);
    }
    if (cache === caches.TASK_CACHE) {
      compare(object, 'usage', view.word(object + task_struct.usage), references + ownUse(census, object));
    }
  }
  return found;
}

/** References of a task beyond those that were found: the one it has as current while it lives. */
function ownUse(census: Census, task: number): number {
  const listed = census.tasks.includes(task);
  return listed && census.view.word(task + task_struct.exit_state) === 0 ? 1 : 0;
}

/** Threads of a group that have not begun to exit. */
function live(census: Census, signal: number): number {
  const { view } = census;
  return census.tasks.filter(
    (task) =>
      view.word(task + task_struct.signal) === signal && (view.word(task + task_struct.flags) & PF_EXITING) === 0,
  ).length;
}

function mismatch(
  census: Census,
  object: number,
  counter: string,
  value: number,
  expected: number,
  lines: readonly string[],
): Finding {
  const name = cacheName(objectAt(census.view, object)?.cache ?? -1);
  const where = site(provenance(census.view, object).allocSite).function;
  const direction = value > expected ? 'above' : 'below';
  const what = `${name}.${counter} ${direction} its referrers`;
  return finding('refcount', what, where, object, `${counter} is ${value}, referrers: ${expected}`, ...lines);
}
