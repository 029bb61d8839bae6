/** exec and vfork with one step left out: each is seen, and the kernel as it is shows nothing in the same programs. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { titlesOfBroken } from '../support/broken-kernel.ts';

const VFORK = `profile linux-6
cpus 2
shared begun, killed
task parent:
    c = vfork() -> child
    wait()
task killer:
    while begun == 0: sched_yield()
    kill(parent, KILL)
    killed = 1
    exit(0)
task child:
    begun = 1
    while killed == 0: sched_yield()
    repeat 4: sched_yield()
    exit(0)
`;
const THREAD = (profile: string): string => `profile ${profile}
cpus 2
task parent:
    c = clone(0) -> leader
    w, code = wait(c)
    expect code == 5
    exit(0)
task leader:
    t = clone(VM|SIGHAND|THREAD) -> thread
    pause()
task thread:
    exec()
    exit(5)
`;
const SHARER = `profile linux-6
cpus 2
task owner:
    c = clone(VM|SIGHAND) -> peer
    exec()
    wait()
task peer:
    exit(0)
`;

interface Case {
  readonly what: string;
  readonly program: string;
  readonly edit: readonly [file: string, text: string | RegExp, by: string];
  readonly title: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'a vfork parent that is killed and leaves its child a pointer to what it has freed (B35)',
    program: VFORK,
    edit: ['vfork.js', /store\(child \+ \d+, 0\);/, ''],
    title: /^use-after-free: /,
  },
  {
    what: 'a vfork parent that keeps the child it waited for',
    program: VFORK,
    edit: ['vfork.js', 'if (child)\n        put_task_struct(child);', ''],
    title: /^(leak: task_struct|refcount: task_struct)/,
  },
  {
    what: 'a leader that dies and wakes no exec that waits for it',
    program: THREAD('linux-2.6.16'),
    edit: ['exit.js', /wake_up_process\(load\(signal \+ \d+\)\);/, ''],
    title: /^deadlock: every task sleeps/,
  },
  {
    what: 'the old leader, kept',
    program: THREAD('linux-6'),
    edit: ['de-thread.js', 'release_task(leader);', ''],
    title: /^(leak|assert|deadlock|refcount): /,
  },
  {
    what: 'a group that is taken for dying still',
    program: THREAD('linux-6'),
    edit: ['de-thread.js', /store\(signal \+ \d+, 0\);(?=\n    spin_unlock_irq)/, ''],
    title: /^assert: expectation of line 6 failed/,
  },
  {
    what: 'old handlers, kept',
    program: SHARER,
    edit: ['de-thread.js', 'put_sighand(old);', ''],
    title: /sighand_struct/,
  },
];

describe.each(cases)('$what', ({ program, edit, title }) => {
  test('is seen', { timeout: 300_000 }, async () => {
    const titles = await titlesOfBroken({ edit, program, executions: 30, until: title });
    expect(titles.join('\n')).toMatch(new RegExp(title.source, 'm'));
  });
});

test('the kernel as it is shows nothing', { timeout: 300_000 }, async () => {
  for (const program of [VFORK, THREAD('linux-2.6.16'), THREAD('linux-6'), SHARER]) {
    const same = 'put_sighand(old);';
    const found = await titlesOfBroken({ edit: ['de-thread.js', same, same], program, executions: 60 });
    const profile = program.includes('2.6.16') ? 'linux-2.6.16' : 'linux-6';
    expect(found.filter((one) => knownFinding(profile, one, []) === undefined)).toEqual([]);
  }
});
