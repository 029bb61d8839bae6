/** Paths as a task would walk them, from RAM: names below dentries, and whatever is mounted there. */
import { NAME_MAX } from '../../machine/limits.ts';
import { dentry, vfsmount } from '../../kernel/layout.ts';
import type { RamView } from '../evidence/view.ts';

export interface Place {
  readonly mnt: number;
  readonly dentry: number;
}

/** The entry of a directory by its name, or 0. */
export function entryOf(view: RamView, directory: number, name: string): number {
  const entries = view.list(directory + dentry.d_subdirs).map((entry) => entry - dentry.d_child);
  return entries.find((one) => view.text(one + dentry.d_name, NAME_MAX) === name) ?? 0;
}

/** What a path leads to below a dentry, whatever is mounted there; 0 when it leads nowhere. */
export function plainWalk(view: RamView, root: number, path: string): number {
  let at = root;
  for (const name of namesOf(path)) if (at !== 0) at = entryOf(view, at, name);
  return at;
}

/** What a path leads to for who has this root; undefined when it leads nowhere. Crosses mounts downwards. */
export function walk(view: RamView, root: Place, path: string): Place | undefined {
  let at = root;
  for (const name of namesOf(path)) {
    const found = entryOf(view, at.dentry, name);
    if (found === 0) return undefined;
    at = mountedOn(view, { mnt: at.mnt, dentry: found });
  }
  return at;
}

/** Down into whatever is mounted at a place, as deep as it goes. */
function mountedOn(view: RamView, place: Place): Place {
  let at = place;
  while (view.word(at.dentry + dentry.d_mounted) !== 0) {
    const mounts = view.list(at.mnt + vfsmount.mnt_mounts).map((entry) => entry - vfsmount.mnt_child);
    const mnt = mounts.findLast((one) => view.word(one + vfsmount.mnt_mountpoint) === at.dentry);
    if (mnt === undefined) break;
    at = { mnt, dentry: view.word(mnt + vfsmount.mnt_root) };
  }
  return at;
}

/** The dentries from a place upwards, itself among them: to the root of its mount, or of its file system. */
export function* upwards(view: RamView, place: Place, within: 'mount' | 'file system'): Generator<number> {
  const top = within === 'mount' ? view.word(place.mnt + vfsmount.mnt_root) : 0;
  for (let at = place.dentry; ; ) {
    yield at;
    const parent = view.word(at + dentry.d_parent);
    if (at === top || parent === at) return;
    at = parent;
  }
}

const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '');
