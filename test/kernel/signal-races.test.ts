/** Signals and stops that go wrong in the kernel of 2005, and no longer in today's: each by the interleaving that does it. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { Hold, type Place } from '../support/hold.ts';
import { programText, subjectOfText } from '../support/programs.ts';

/** What an execution shows in which a task is held at a function while the others go on: known findings, other titles. */
function held(name: string, profile: ProfileName, places: readonly Place[], observed: string[] = []): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const runner = new Runner(subject, createObservers(observed));
  const outcome = runner.run(new Hold(subject, ...places), 0);
  expect(outcome?.steps).toBeGreaterThan(1000);
  return (outcome?.bugs ?? []).map(
    (bug) => knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title,
  );
}

const races = [
  ['B39', 'signal-blocked-by-chosen', 'leader', 'change_mask', 'group-signal-missed'],
  ['B53', 'signal-for-the-exiting', 'sender', 'signal_wake_up', 'group-signal-missed'],
  ['B52', 'stop-meets-exit', 'mate', 'exit_mm', 'stop-waits-for-the-dead'],
  ['B40', 'killed-at-birth', 'owner', 'start_stopped', 'born-stopped-without-lock'],
] as const;

describe.each(races)('%s, %s: %s held in %s', (_, name, task, where, id) => {
  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held(name, profile, [[task, where]])).toEqual([id]);
  });

  test('linux-6', () => expect(held(name, 'linux-6', [[task, where]])).toEqual([]));
});

test('linux-6 counts a thread that is about to exit off a stop', () => {
  expect(held('stop-meets-exit', 'linux-6', [['mate', 'exit_signals']])).toEqual([]);
});

const ALL = checkers.map(({ name }) => name);

describe('B60, target-is-gone: a signal is offered to the leader that exec has released', () => {
  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(new Set(held('target-is-gone', profile, [['other', 'schedule']], ALL))).toEqual(
      new Set(['signal-target-is-gone']),
    );
  });

  test('linux-6', () => expect(held('target-is-gone', 'linux-6', [['other', 'schedule']], ALL)).toEqual([]));
});

/** The sender stands on the thread, and looks for the leader at which it began. */
const whileItTakesOver = (takeOver: string): Place[] => [
  ['thread', takeOver],
  ['sender', 'wants_signal', 3],
];

describe('B67, ring-changes-under-walk: a process changes leaders while a signal is offered to its threads', () => {
  test('linux-2.6.16', () => {
    const found = held('ring-changes-under-walk', 'linux-2.6.16', whileItTakesOver('take_over_2_6'), ALL);
    expect(new Set(found)).toEqual(new Set(['ring-changes-under-walk']));
    expect(found.length).toBeGreaterThan(1);
  });

  test('linux-6: the old leader stays in the ring until it is released, under siglock', () => {
    expect(held('ring-changes-under-walk', 'linux-6', whileItTakesOver('take_over_linux_6'), ALL)).toEqual([]);
  });

  test('desai-2005: who sends holds tasklist_lock', () => {
    expect(held('ring-changes-under-walk', 'desai-2005', [['thread', 'take_over_2_6']], ALL)).toEqual([]);
  });
});

// A thread that is counted already and not made after all; desai-2005 forgets to give `live` back (B09).
test.each([
  ['desai-2005', ['thread-that-was-never-made']],
  ['linux-2.6.16', []],
  ['linux-6', []],
] as const)('clone-meets-exec on %s: exec does not wait for a thread that a clone gave up', (profile, known) => {
  expect(held('clone-meets-exec', profile, [['leader', 'dup_namespace']], ALL)).toEqual(known);
});

describe('B61, stop-told-late: the status of an exit passes for a stop', () => {
  const places: Place[] = [
    ['parent', 'wait_task_stopped'],
    ['child', 'exit_notify'],
  ];

  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held('stop-told-late', profile, places)).toEqual(['assert: expectation of line 9 failed in parent']);
  });

  test('linux-6', () => expect(held('stop-told-late', 'linux-6', places)).toEqual([]));
});

describe('B62, cont-meets-term: SIGCONT undoes that a group is ending', () => {
  const places: Place[] = [
    ['cont', 'do_notify_parent_cldstop'],
    ['mate', 'do_group_exit'],
  ];

  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held('cont-meets-term', profile, places)).toEqual(['assert: expectation of line 8 failed in parent']);
  });

  test('linux-6', () => expect(held('cont-meets-term', 'linux-6', places)).toEqual([]));
});

describe('B64, cont-meets-exec: SIGCONT leaves a stop pending while a thread execs', () => {
  const places: Place[] = [['mate', 'others_are_gone']];

  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held('cont-meets-exec', profile, places)).toEqual([
      'deadlock: every task sleeps and nobody can wake one in schedule',
    ]);
  });

  test('linux-6', () => expect(held('cont-meets-exec', 'linux-6', places)).toEqual([]));
});

/**
 * The waker has looked at the state and is about to write it; a stop that was stored meanwhile would be lost. The task waits
 * for the lock of the queue instead, before it looks at its signals.
 */
describe('stop-meets-wake: a sleeper that leaves for a stop does not stop under the hands of its waker', () => {
  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    const subject = subjectOfText(programText('stop-meets-wake', profile), 'stop-meets-wake');
    const strategy = new Hold(
      subject,
      ['top', 'sys_kill', 3],
      ['sleeper', 'futex_wait'],
      ['top', 'futex_wake'],
      ['sleeper', 'leave_sleep'],
      ['top', 'try_to_wake_up', 'store(tsk + task_struct.state, TASK_RUNNING)'],
    );
    const outcome = new Runner(subject, createObservers(ALL)).run(strategy, 0);
    expect([strategy.reached, outcome?.bugs.map(({ title }) => title)]).toEqual([5, []]);
  });
});
