/** C11: what a mount namespace promises (docs/profiles.md, "isolation"). */
import { fs_struct, namespace, task_struct, vfsmount } from '../../kernel/layout.ts';
import { type Finding, finding } from '../evidence/finding.ts';
import type { TaskTable } from './task-table.ts';

const isolation = (what: string, where: string, object: number, ...details: string[]): Finding =>
  finding('isolation', what, where, object, ...details);

/** Every mount on a namespace's list belongs to it, and its root is among them. */
export function checkMountLists({ view, tasks }: TaskTable): Finding[] {
  const found: Finding[] = [];
  const seen = new Set<number>();
  for (const task of tasks) {
    const ns = view.word(task + task_struct.namespace);
    if (ns === 0 || seen.has(ns)) continue;
    seen.add(ns);
    const mounts = view.list(ns + namespace.list).map((entry) => entry - vfsmount.mnt_list);
    if (!mounts.includes(view.word(ns + namespace.root)))
      found.push(isolation('namespace without its root', 'copy_tree', ns));
    for (const mnt of mounts) {
      if (view.word(mnt + vfsmount.mnt_namespace) !== ns)
        found.push(isolation('mount with a foreign owner', 'copy_tree', mnt));
    }
  }
  return found;
}

/**
 * The root of a task lies in its own namespace. A working directory may lie on a mount that was taken away with
 * MNT_DETACH; a root only by unshare's doing. Its mounts are never another namespace's.
 */
export function checkIsolation({ view, tasks }: TaskTable): Finding[] {
  return tasks.flatMap((task) => {
    const fs = view.word(task + task_struct.fs);
    const ns = view.word(task + task_struct.namespace);
    if (fs === 0 || ns === 0) return [];
    const pid = (): string => `pid ${view.word(task + task_struct.pid)}`;
    const rootOwner = view.word(view.word(fs + fs_struct.rootmnt) + vfsmount.mnt_namespace);
    const pwdOwner = view.word(view.word(fs + fs_struct.pwdmnt) + vfsmount.mnt_namespace);
    if (rootOwner === 0) return [isolation('task whose root is on a dismantled tree', 'sys_unshare', task, pid())];
    if (rootOwner !== ns || (pwdOwner !== ns && pwdOwner !== 0)) {
      return [isolation('task that looks into a foreign namespace', 'sys_unshare', task, pid())];
    }
    return [];
  });
}
