/**
 * What a task points to belongs together: its namespace is the one that the mount of its root is in, and nobody shares
 * an fs part across namespaces (F7). unshare changes both, so it is looked at when task_lock is let go:
 *
 *   by the task itself   it was unshare that held it, or exit. linux-6 changes the namespace in one section and the fs part
 *                        in another, and promises it for the return from the call only
 *   by another           who looks at the task through /proc, and takes what he finds for one
 */
import { PF_EXITING } from '../../../kernel/abi.ts';
import { fs_struct, kernel, task_struct, vfsmount } from '../../../kernel/layout.ts';
import { PROFILE_LINUX_6 } from '../../../kernel/profiles.ts';
import { type Finding, finding } from '../../evidence/finding.ts';
import type { RamView } from '../../evidence/view.ts';

/** The task that an alloc_lock is in. */
export const taskOfLock = (lock: number): number => lock - task_struct.alloc_lock;

/** Whether task_lock is promised to be held from the first change to the last. */
export const isOneSection = (view: RamView): boolean => view.word(kernel.profile) !== PROFILE_LINUX_6;

const who = (view: RamView, task: number): string => `pid ${view.word(task + task_struct.pid)}`;

/** What does not belong together in a task, if it is on the list. `reader` is another task that looks at it, 0 for none. */
export function apart(view: RamView, task: number, reader: number): Finding[] {
  const fs = view.word(task + task_struct.fs);
  const ns = view.word(task + task_struct.namespace);
  if (fs === 0 || ns === 0) return [];
  const owner = view.word(view.word(fs + fs_struct.rootmnt) + vfsmount.mnt_namespace);
  const isApart = owner !== 0 && owner !== ns;
  if (reader !== 0 && !isApart) return [];
  const tasks = view.tasks();
  if (!tasks.includes(task)) return [];
  if (reader !== 0) {
    const title = 'a reader finds the namespace and the root of a task apart';
    const details = [who(view, task), `looked at by ${who(view, reader)}`];
    return [finding('isolation', title, 'get_fs_struct', task, ...details)];
  }
  const found: Finding[] = [];
  if (isApart) {
    found.push(finding('isolation', 'task_lock released with the root in another namespace', 'sys_unshare', task));
  }
  const sharer = tasks.find((one) => {
    const theirs = view.word(one + task_struct.namespace);
    const isLive = (view.word(one + task_struct.flags) & PF_EXITING) === 0;
    return isLive && theirs !== 0 && theirs !== ns && view.word(one + task_struct.fs) === fs;
  });
  if (sharer !== undefined) {
    const details = [`${who(view, task)} and ${who(view, sharer)}`];
    found.push(finding('isolation', 'F7: an fs part shared across namespaces', 'sys_unshare', task, ...details));
  }
  return found;
}
