/** ptrace in the kernels of 2005, and no longer in today's: what goes wrong, each by the interleaving that does it. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { Hold, type Place } from '../support/hold.ts';
import { programText, subjectOfText } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);

/** What an execution shows with its tasks held at these places: known findings, other titles. */
function held(name: string, profile: ProfileName, ...places: readonly Place[]): Set<string> {
  const subject = subjectOfText(programText(name, profile), name);
  const strategy = new Hold(subject, ...places);
  const outcome = new Runner(subject, createObservers(ALL)).run(strategy, 0);
  expect(strategy.reached).toBe(places.length);
  return new Set(
    (outcome?.bugs ?? []).map(
      (bug) => knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title,
    ),
  );
}

const OLD = ['desai-2005', 'linux-2.6.16'] as const;

describe.each([
  ['ptrace-attach-exit', 'is gone'],
  ['ptrace-attach-exec', 'has lost its place to another thread'],
])('B12, %s: a tracer marks a task and links it when it %s', (name) => {
  test.each(OLD)('%s', (profile) => {
    const seen = held(name, profile, ['tracer', 'ptrace_attach_2_6', 'write_lock_irq']);
    expect(seen).toEqual(new Set(['attach-in-two-sections']));
  });

  test('linux-6', () => {
    expect(held(name, 'linux-6', ['tracer', 'ptrace_attach_linux_6', 'write_lock_irq'])).toEqual(new Set());
  });
});

describe('B07, ptrace-ignoring-tracer: a task whose tracer ignores SIGCHLD is lost to its parent', () => {
  test('desai-2005', () => {
    expect(held('ptrace-ignoring-tracer', 'desai-2005')).toEqual(
      new Set(['assert: expectation of line 10 failed in mother']),
    );
  });

  test.each(['linux-2.6.16', 'linux-6'] as const)('%s', (profile) => {
    expect(held('ptrace-ignoring-tracer', profile)).toEqual(new Set());
  });
});

describe('B63, ptrace-detach-killed: a tracer lets go of a task that was killed, and its parent never hears of it', () => {
  const sleeps = 'deadlock: every task sleeps and nobody can wake one in schedule';

  // With B07 it is a zombie that nobody can wait for, besides.
  test.each([
    ['desai-2005', ['detached-when-dead', 'assert: self-reaping task stays a zombie in exit_notify']],
    ['linux-2.6.16', []],
  ] as const)('%s', (profile, more) => {
    const seen = held('ptrace-detach-killed', profile, ['tracer', 'detach_2_6']);
    expect(seen).toEqual(new Set([sleeps, ...more]));
  });

  test('linux-6', () => {
    expect(held('ptrace-detach-killed', 'linux-6', ['tracer', 'detach_linux_6'])).toEqual(new Set());
  });
});

describe('B63, ptrace-detach-wait: one thread lets go of a zombie that another is about to give back', () => {
  // Since 2.6.16 what detach leaves in exit_code comes behind the status, under the lock.
  test.each([
    ['desai-2005', ['detached-when-dead']],
    ['linux-2.6.16', []],
  ] as const)('%s', (profile, more) => {
    const seen = held('ptrace-detach-wait', profile, ['tracer', 'detach_2_6'], ['mate', 'give_back']);
    expect(seen).toEqual(new Set(['assert: expectation of line 11 failed in mother', ...more]));
  });

  test.each([
    ['desai-2005', ['detached-twice', 'detached-when-dead']],
    ['linux-2.6.16', []],
    ['linux-6', []],
  ] as const)('%s: when the other is done before, that is asked again, or is a BUG', (profile, bugs) => {
    const detach = profile === 'linux-6' ? 'detach_linux_6' : 'detach_2_6';
    const seen = held('ptrace-detach-wait', profile, ['tracer', detach]);
    expect(seen).toEqual(new Set(bugs));
  });

  test.each(profileNames)('%s: when the first one exits before, the other sleeps on', (profile) => {
    const seen = held('ptrace-detach-wait', profile, ['tracer', 'ptrace_other', 2], ['tracee', 'exit_notify']);
    expect(seen).toEqual(new Set(['wait-for-who-was-given-away']));
  });

  test('linux-6', () => {
    const seen = held('ptrace-detach-wait', 'linux-6', ['tracer', 'detach_linux_6'], ['mate', 'give_back']);
    expect(seen).toEqual(new Set());
  });
});
