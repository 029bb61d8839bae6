/** Tasks and handlers are found under RCU while they go, and what is seen when one rule of that is broken. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { type Broken, titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold, type Place } from '../support/hold.ts';
import { subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** One sends a signal to a task that dies and is collected meanwhile. */
const dying = (profile: ProfileName): string => `profile ${profile}
cpus 3
task owner:
    clone(0) -> target
    clone(0) -> sender
    repeat 2: wait()
task target:
    exit(0)
task sender:
    kill(3, TERM)
    exit(0)
`;

/** The same to a task that gets handlers of its own by an exec, and dies then. */
const changing = (profile: ProfileName): string => `profile ${profile}
cpus 3
task owner:
    clone(VM|SIGHAND) -> target
    clone(0) -> sender
    repeat 2: wait()
task target:
    exec()
    exit(0)
task sender:
    kill(3, KILL)
    exit(0)
`;

/** The child's number is looked up as it is born. */
const born = (profile: ProfileName): string => `profile ${profile}
cpus 2
task owner:
    clone(0) -> sender
    clone(0) -> child
    repeat 2: wait()
task child:
    exit(0)
task sender:
    kill(4, TERM)
    exit(0)
`;

const found: readonly Place[] = [
  ['target', 'do_exit'],
  ['sender', 'group_send_sig_info'],
];
const aboutToLock: readonly Place[] = [
  ['target', 'do_exit'],
  ['sender', 'lock_task_sighand', 'spin_lock(sighand'],
];
const exec: readonly Place[] = [
  ['target', 'switch_sighand'],
  ['sender', 'lock_task_sighand', 'spin_lock(sighand'],
];

const holdAt =
  (places: readonly Place[]) =>
  (subject: KernelSubject): Hold =>
    new Hold(subject, ...places);

interface Case extends Pick<Broken, 'edit' | 'also'> {
  readonly what: string;
  readonly program: string;
  readonly places: readonly Place[];
  readonly title: string;
}

const cases: readonly Case[] = [
  {
    what: '2.6.16: a task that is given back at once',
    edit: ['task.js', /call_rcu\(tsk \+ \d+, 6, (?=\d+\))/, 'kmem_cache_free(0, tsk, '],
    program: dying('linux-2.6.16'),
    places: found,
    title: 'use-after-free: pointer read from freed memory in group_send_sig_info',
  },
  {
    what: 'linux-6: who releases a task does not wait for readers',
    edit: ['exit.js', /call_rcu\(p \+ \d+, 7, \d+\)/, 'put_task_struct(p)'],
    program: dying('linux-6'),
    places: found,
    title: 'use-after-free: pointer read from freed memory in group_send_sig_info',
  },
  {
    what: 'handlers that are given back at once',
    edit: ['sighand.js', /call_rcu\(sighand \+ \d+, 5, (?=\d+\))/, 'kmem_cache_free(5, sighand, '],
    program: dying('linux-2.6.16'),
    places: aboutToLock,
    title: 'use-after-free: write to freed sighand_struct in group_send_sig_info',
  },
  {
    what: 'a look-up outside a read section',
    edit: ['signal.js', /rcu_read_lock\(\);\s*const locked/, 'const locked'],
    also: [/read_unlock\(\d+\);\s*rcu_read_unlock\(\);/, 'read_unlock(0);'],
    program: dying('linux-6'),
    places: found,
    title: 'assert: pointer of RCU read outside a read section in find_task_by_pid_rcu',
  },
  {
    what: 'no second look at the handlers of a task that is released',
    edit: ['signal.js', 'if (now === sighand)', 'if (sighand)'],
    program: dying('linux-6'),
    places: aboutToLock,
    title: 'use-after-free: NULL pointer dereference in handle_stop_signal',
  },
  {
    what: 'no second look at the handlers of a task that execs',
    edit: ['signal.js', 'if (now === sighand)', 'if (sighand)'],
    program: changing('linux-2.6.16'),
    places: exec,
    title: 'use-after-free: NULL pointer dereference in handle_stop_signal',
  },
  {
    what: 'a child that is found before it has a thread group',
    edit: ['fork.js', /if \(by_rcu && \(flags & \d+\) === 0\)/, 'if (0)'],
    also: ['if (!by_rcu)', 'if ((flags & 65536) === 0)'],
    program: born('linux-2.6.16'),
    places: [['owner', 'attach_pid', 6]],
    title: 'data-race: plain write of task_struct->pids against marked read in attach_pid / next_in_ring',
  },
];

describe.each(cases)('$what', ({ edit, also, program, places, title }) => {
  test('is seen', { timeout: 300_000 }, async () => {
    expect(await titlesOfBroken({ edit, also, program, executions: 1, strategy: holdAt(places) })).toContain(title);
  });
});

describe.each(profileNames)('%s as it is shows nothing', (profile) => {
  test.each([
    ['a task that dies', dying, found],
    ['its handlers', dying, aboutToLock],
    ['an exec', changing, exec],
    ['a birth', born, [['owner', 'attach_pid', 6]] as const],
  ] as const)('%s', { timeout: 300_000 }, (_, program, places) => {
    const subject = subjectOfText(program(profile));
    const strategy = new Hold(subject, ...places);
    const outcome = new Runner(subject, createObservers(checkers.map(({ name }) => name))).run(strategy, 0);
    expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
  });

  test.each([dying, changing, born])('at random', { timeout: 300_000 }, (program) => {
    const subject = subjectOfText(program(profile));
    expect(titlesOf(subject, walks(subject, 40))).toEqual([]);
  });
});

/** A thread takes over from its leader by an exec while another looks for the leader. */
const takingOver = (profile: ProfileName, answer: string): string => `profile ${profile}
cpus 3
task owner:
    clone(0) -> leader
    clone(0) -> sender
    repeat 2: wait()
task leader:
    clone(VM|SIGHAND|THREAD) -> thread
    exit(0)
task thread:
    exec()
    exit(0)
task sender:
    r = kill(3, 0)
    expect r == ${answer}
    exit(0)
`;

test.each([
  ['linux-2.6.16', 'ESRCH', 'attach_pid'],
  ['linux-6', '0', 'free_unused'],
] as const)('%s: who looks for a leader that gives way finds %s', { timeout: 300_000 }, (profile, answer, where) => {
  const subject = subjectOfText(takingOver(profile, answer));
  const strategy = new Hold(subject, ['sender', 'sys_kill'], ['thread', where]);
  const outcome = new Runner(subject, createObservers(['use-after-free', 'refcount'])).run(strategy, 0);
  expect(strategy.reached).toBe(2);
  expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
});
