/** Signals and stops that go wrong in the kernel of 2005, and no longer in today's: each by the interleaving that does it. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { Hold } from '../support/hold.ts';
import { programText, subjectOfText } from '../support/programs.ts';

/** What an execution shows in which a task is held at a function while the others go on: known findings, other titles. */
function held(name: string, profile: ProfileName, task: string, where: string): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const runner = new Runner(subject, createObservers([]));
  const outcome = runner.run(new Hold(subject, task, where), 0);
  expect(outcome?.steps).toBeGreaterThan(1000);
  return (outcome?.bugs ?? []).map(
    (bug) => knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title,
  );
}

const races = [
  ['B39', 'signal-blocked-by-chosen', 'leader', 'change_mask', 'group-signal-missed'],
  ['B53', 'signal-for-the-exiting', 'sender', 'signal_wake_up', 'group-signal-missed'],
  ['B52', 'stop-meets-exit', 'mate', 'exit_mm', 'stop-waits-for-the-dead'],
] as const;

describe.each(races)('%s, %s: %s held in %s', (_, name, task, where, id) => {
  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held(name, profile, task, where)).toEqual([id]);
  });

  test('linux-6', () => expect(held(name, 'linux-6', task, where)).toEqual([]));
});

test('linux-6 counts a thread that is about to exit off a stop', () => {
  expect(held('stop-meets-exit', 'linux-6', 'mate', 'exit_signals')).toEqual([]);
});
