/** Counts that only the census can compare, each kept wrong by one edit: seen, and right in the kernel as it is. */
import { describe, expect, test } from 'vitest';
import { type Broken, titlesOfBroken } from '../support/broken-kernel.ts';

const QUEUE = `profile linux-6
cpus 1
task owner:
    sigaction(40, H1)
    sigprocmask(BLOCK, 40)
    repeat 2: sigqueue(owner, 40)
    sigprocmask(UNBLOCK, 40)
    clone(0) -> child
    wait()
task child:
    exit(0)
`;
const NAMES = `profile linux-6
cpus 1
task owner:
    fd = open("/x", RW|CREAT)
    link("/x", "/y")
    unlink("/x")
    close(fd)
    unlink("/y")
`;
const MOUNTS = `profile linux-6
cpus 1
task owner:
    mkdir("/d")
    tmpfs("/d")
    umount("/d")
`;
const REMOVED = `profile linux-6
cpus 1
task owner:
    mkdir("/d")
    tmpfs("/d")
    rmdir("/d")
`;

interface Case extends Broken {
  readonly what: string;
  readonly title: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'a user who is charged for a signal that is gone',
    program: QUEUE,
    edit: ['sigqueue.js', '    free_uid(user);', '    atomic_inc(user + 8);\n    free_uid(user);'],
    executions: 1,
    title: /^refcount: user_struct.sigpending above its referrers in /,
  },
  {
    what: 'a signal that is queued twice and pending no more after the first',
    program: QUEUE,
    edit: ['sigqueue.js', 'if (others === 0)', 'if (others < 2)'],
    executions: 1,
    title: /^assert: signal->shared_pending queues a signal that is not pending in /,
  },
  {
    what: 'a second name that is not counted',
    program: NAMES,
    edit: ['create.js', /store\(i \+ \d+, load\(i \+ \d+\) \+ 1\);/, ''],
    executions: 1,
    title: /^refcount: inode.i_nlink below its referrers in /,
  },
  {
    what: 'a mount that is gone and still counted on its place',
    program: MOUNTS,
    edit: ['mount.js', /store\(d \+ \d+, load\(d \+ \d+\) - 1\);/, ''],
    executions: 1,
    title: /^refcount: dentry.d_mounted above its referrers in /,
  },
  {
    what: 'a mount on a directory that was removed under it',
    program: REMOVED,
    edit: ['remove.js', 'err = -16;', 'err = 0;'],
    executions: 1,
    title: /^assert: mount on a name that was removed in attach_mnt$/,
  },
];

describe.each(cases)('$what', ({ title, ...broken }) => {
  test('is seen', { timeout: 300_000 }, async () => {
    expect((await titlesOfBroken({ ...broken, until: title })).join('\n')).toMatch(new RegExp(title.source, 'm'));
  });
});

test('the kernel as it is shows nothing', { timeout: 300_000 }, async () => {
  const edit = ['sigqueue.js', '    free_uid(user);', '    free_uid(user);'] as const;
  for (const program of [QUEUE, NAMES, MOUNTS, REMOVED]) {
    expect(await titlesOfBroken({ edit, program, executions: 4 })).toEqual([]);
  }
});
