/**
 * A known finding is no cover: a kernel with one edit more shows it as a bug, where the profile has a finding with the same
 * title. What the profile does by itself is known still.
 */
import { describe, expect, test } from 'vitest';
import { type Broken, shownBy } from '../support/broken-kernel.ts';

const TWO_WAITERS = `profile desai-2005
cpus 2
task leader:
    c = clone(0) -> child
    t = clone(VM|SIGHAND|THREAD) -> mate
    wait()
    exit(0)
task mate:
    wait()
    exit(0)
task child:
    exit(0)
`;
const EXITS = `profile desai-2005
cpus 2
task leader:
    t = clone(VM|SIGHAND|THREAD) -> mate
    repeat 4: sched_yield()
    exit(0)
task mate:
    exit(0)
`;
const UNBLOCKS = `profile linux-2.6.16
cpus 2
shared up, sent
task leader:
    sigaction(USR1, H1)
    sigprocmask(BLOCK, USR1)
    up = 1
    while sent == 0: sched_yield()
    sigprocmask(UNBLOCK, USR1)
    pause()
    exit(0)
task sender:
    while up == 0: sched_yield()
    kill(leader, USR1)
    sent = 1
`;
const BLOCKED_BY_LEADER = `profile linux-2.6.16
cpus 2
shared up
task leader:
    sigaction(USR1, H1)
    sigprocmask(BLOCK, USR1)
    t = clone(VM|SIGHAND|THREAD) -> mate
    pause()
    exit(0)
task mate:
    sigprocmask(UNBLOCK, USR1)
    up = 1
    pause()
    exit(0)
task sender:
    while up == 0: sched_yield()
    repeat 4: sched_yield()
    kill(leader, USR1)
    pause()
`;
const STOPS = `profile linux-2.6.16
cpus 2
shared up
task top:
    c = fork() -> leader
    while up == 0: sched_yield()
    kill(c, STOP)
    w, code = waitpid(c, WUNTRACED)
    kill(c, KILL)
    waitpid(c, 0)
task leader:
    t = clone(VM|SIGHAND|THREAD) -> mate
    pause()
task mate:
    up = 1
    pause()
`;
const COLLECTED = `profile desai-2005
cpus 2
task leader:
    t = clone(VM|SIGHAND|THREAD) -> thread
    exit(0)
task thread:
    exec()
    exit(0)
task other:
    exit(0)
`;
const DESCRIPTORS = `profile linux-2.6.16
cpus 2
task owner:
    fd = open("/f")
    c = clone(FILES) -> reader
    exec()
    close(fd)
    wait()
task reader:
    repeat 2: readlink("/proc/owner/fd/0")
    exit(0)
`;

interface Case extends Broken {
  readonly what: string;
  /** The title that is a bug here, and in other programs a finding. */
  readonly title: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'two waiters claim one zombie',
    program: TWO_WAITERS,
    edit: ['wait-zombie.js', /xchg\(p \+ \d+, claimed_state\(p\)\) === 16/, '16 === 16'],
    executions: 100,
    title: /^use-after-free: read of freed task_struct in release_task$/,
  },
  {
    what: 'nobody counts down the live threads',
    program: EXITS,
    edit: ['exit.js', /atomic_dec_and_test\(load\(tsk \+ \d+\) \+ 4\)/, '0'],
    executions: 4,
    title: /^refcount: signal_struct.live above its referrers in /,
  },
  {
    what: 'a thread that unblocks a signal does not look for it',
    program: UNBLOCKS,
    edit: ['sigmask.js', '    recalc_sigpending(tsk);\n}', '}'],
    executions: 4,
    title: /^deadlock: every task sleeps/,
  },
  {
    what: 'a signal that the leader has always blocked is for nobody',
    program: BLOCKED_BY_LEADER,
    edit: ['signal-group.js', /(?<=store\(signal \+ \d+, t\);\n    )return t;/, 'return 0;'],
    executions: 4,
    title: /^deadlock: every task sleeps/,
  },
  {
    what: 'a stop counts one thread too many',
    program: STOPS,
    edit: ['signal-stop.js', 'let count = 0;', 'let count = 1;'],
    executions: 4,
    title: /^deadlock: every task sleeps/,
  },
];

describe.each(cases)('$what', ({ title, ...broken }) => {
  test('is a bug', { timeout: 300_000 }, async () => {
    const bugs = (await shownBy({ ...broken, until: title })).filter(({ known }) => known === undefined);
    expect(bugs.map((one) => one.title).join('\n')).toMatch(new RegExp(title.source, 'm'));
  });
});

const same = ['wait.js', 'remove_wait_queue(tsk);', 'remove_wait_queue(tsk);'] as const;

test.each([
  ['old-leader-collected-twice', COLLECTED, 150, 2],
  // Since descriptors are looked up without a lock there is nothing else to meet on.
  ['files-changed-by-exec', DESCRIPTORS, 60, 1],
] as const)('%s is known', { timeout: 300_000 }, async (known, program, executions, titles) => {
  const shown = await shownBy({ edit: same, program, executions });
  expect(shown.length).toBeGreaterThanOrEqual(titles);
  expect(shown.filter((one) => one.known !== known)).toEqual([]);
});
