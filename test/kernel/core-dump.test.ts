/** Signals that dump core: who else dies of one, what the parent hears, and what of it hangs in which kernel. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { Hold } from '../support/hold.ts';
import { programText, subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** What an execution shows in which a task is held at a function while the others go on: known findings, other titles. */
function held(name: string, profile: ProfileName, task: string, where: string): string[] {
  const subject = subjectOfText(programText(name, profile), name);
  const runner = new Runner(subject, createObservers([]));
  const outcome = runner.run(new Hold(subject, task, where), 0);
  return (outcome?.bugs ?? []).map(
    (bug) => knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title,
  );
}

const races = [
  ['B08', 'dump-meets-unshare', 'sharer', 'dup_mm', ['dump-waits-for-who-left'], []],
  ['B15', 'dump-meets-stop', 'mate', 'do_signal_stop', ['dump-waits-for-stopped'], []],
  ['exec', 'dump-in-exec', 'mate', 'do_coredump', ['dump-waits-for-exec'], []],
] as const;

describe.each(races)('%s, %s: %s held in %s', (_, name, task, where, in2005, later) => {
  test('desai-2005', () => expect(held(name, 'desai-2005', task, where)).toEqual(in2005));
  test.each(['linux-2.6.16', 'linux-6'] as const)('%s', (profile) => {
    expect(held(name, profile, task, where)).toEqual(later);
  });
});

const programs = ['dump-of-threads', 'dump-meets-stop', 'dump-meets-unshare', 'dump-meets-exec', 'dump-in-exec'];

describe.each(programs)('%s in linux-6', (name) => {
  test('shows nothing in random executions, with every checker', { timeout: 300_000 }, () => {
    const subject = subjectOfText(programText(name, 'linux-6'), name);
    expect(titlesOf(subject, walks(subject, 60))).toEqual([]);
  });
});

describe.each(profileNames)('%s', (profile) => {
  test('the parent hears of the signal, whatever the threads do', { timeout: 300_000 }, () => {
    const subject = subjectOfText(programText('dump-of-threads', profile), 'dump-of-threads');
    expect(titlesOf(subject, walks(subject, 60))).toEqual([]);
  });
});
