/**
 * Where a profile is known to break its own promise, shown while it happens: programs that run into one of these go
 * on with a damaged state, so a later difference says nothing more. The evidence is in src/check/evidence/known-findings.ts.
 */
import { load } from '../machine/bus.ts';
import { fs_struct, task_struct } from '../kernel/layout.ts';

/** Root and working-directory mounts of a task, to compare before and after a call. */
export function fsMounts(task: number): string {
  const fs = load(task + task_struct.fs);
  return `${load(fs + fs_struct.rootmnt)} ${load(fs + fs_struct.pwdmnt)}`;
}

/** A failed unshare that all the same moved the caller's root or working directory (linux-2.6.16). */
export const FS_MOVED_BY_FAILED_UNSHARE = 'fs-moved-by-failed-unshare';
