/**
 * F6: with the last process of a session its namespace is gone, and what it had counted is as before. The mounts that
 * the first namespace has now are its own affair; all others must have left no trace.
 */
import { NAME_MAX } from '../../../machine/limits.ts';
import { dentry, kernel, namespace, super_block, task_struct, vfsmount } from '../../../kernel/layout.ts';
import type { RamView } from '../../evidence/view.ts';

/** The mounts of init's namespace. */
function mountsOf(view: RamView): number[] {
  const ns = view.word(view.word(kernel.init_task) + task_struct.namespace);
  return view.list(ns + namespace.list).map((entry) => entry - vfsmount.mnt_list);
}

/** References on a mount that are not its children's. */
function ownCount(view: RamView, mnt: number): number {
  return view.word(mnt + vfsmount.mnt_count) - view.list(mnt + vfsmount.mnt_mounts).length;
}

/** References on each mount, as an execution begins. */
export type Baseline = ReadonlyMap<number, number>;

export const readBaseline = (view: RamView): Baseline =>
  new Map(mountsOf(view).map((mnt) => [mnt, ownCount(view, mnt)]));

/** What a namespace left behind, when init alone is there: a line for each count that is not as it was. */
export function leftBehind(view: RamView, before: Baseline): string[] {
  const mounts = mountsOf(view);
  const lines: string[] = [];
  const compare = (what: string, is: number, was: number): void => {
    if (is !== was) lines.push(`${what} is ${is}, without sessions ${was}`);
  };
  for (const mnt of mounts) {
    const was = before.get(mnt);
    if (was !== undefined) compare('mnt_count of a mount', ownCount(view, mnt), was);
  }
  for (const sb of new Set(mounts.map((mnt) => view.word(mnt + vfsmount.mnt_sb)))) {
    const shown = mounts.filter((mnt) => view.word(mnt + vfsmount.mnt_sb) === sb).length;
    compare('s_active of a file system', view.word(sb + super_block.s_active), shown);
    for (const d of dentriesBelow(view, view.word(sb + super_block.s_root))) {
      const on = mounts.filter((mnt) => isMountedOn(view, mnt, d)).length;
      compare(`d_mounted of ${view.text(d + dentry.d_name, NAME_MAX)}`, view.word(d + dentry.d_mounted), on);
    }
  }
  return lines;
}

/** A mount that is attached nowhere is its own parent, and stands on its root. */
const isMountedOn = (view: RamView, mnt: number, d: number): boolean =>
  view.word(mnt + vfsmount.mnt_parent) !== mnt && view.word(mnt + vfsmount.mnt_mountpoint) === d;

function* dentriesBelow(view: RamView, root: number): Generator<number> {
  yield root;
  for (const entry of view.list(root + dentry.d_subdirs)) yield* dentriesBelow(view, entry - dentry.d_child);
}
