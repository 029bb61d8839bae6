/**
 * Promises that a profile itself is known to break, each proven from the kernel it models. A run that meets one
 * reports it under `known`; it changes the exit code only under --strict.
 */
import type { ProfileName } from '../scenario/ast.ts';

export interface KnownFinding {
  readonly id: string;
  readonly profile: ProfileName;
  /** Every finding whose title matches is this one. */
  readonly title: RegExp;
  readonly evidence: string;
}

export const knownFindings: readonly KnownFinding[] = [
  {
    id: 'fs-moved-by-failed-unshare',
    profile: 'linux-2.6.16',
    title: /^isolation: task whose root is on a dismantled tree in /,
    evidence:
      'unshare(NEWNS|VM) or (NEWNS|SIGHAND) with a private fs_struct: dup_namespace gets current->fs itself and moves ' +
      'its root and pwd into the copy; a later EINVAL (sighand or mm shared, or SYSVSEM) drops the copy, and the caller ' +
      'keeps a root on a dismantled tree. The call promises that a failure changes nothing.',
  },
  {
    id: 'undo-lock-only-when-shared',
    profile: 'linux-2.6.16',
    title: /(undo_list->lock| in (find_undo|lookup_undo|get_undo_list|lock_semundo|unlock_semundo)$)/,
    evidence:
      'lock_semundo and unlock_semundo each test refcnt: when the other sharer of the undo list exits between the two, ' +
      'the lock is never released (B26, until 2.6.17).',
  },
  ...(['linux-2.6.16', 'linux-6'] as const).map((profile) => ({
    id: 'fs-moved-under-readers',
    profile,
    title: /^data-race: plain write of fs_struct->(root|pwd)mnt against plain read in dup_namespace \/ \w+$/,
    evidence:
      'unshare(NEWNS) with a private fs_struct: dup_namespace moves root and pwd of current->fs without fs->lock, ' +
      '"because it is private", while a reader of /proc/PID/cwd or root holds a reference on it and takes the lock. ' +
      'The reader may take its reference on a mount that the old namespace has already let go of.',
  })),
];

/** The known finding behind a title, or undefined. */
export function knownFinding(profile: ProfileName, title: string): KnownFinding | undefined {
  return knownFindings.find((known) => known.profile === profile && known.title.test(title));
}
