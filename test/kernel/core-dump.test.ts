/** Signals that dump core: who else dies of one, what the parent hears, and what of it hangs in which kernel. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { Strategy } from '../../dist/src/explore/strategies/strategy.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { Hold, type Place } from '../support/hold.ts';
import { programText, subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** What an execution shows: known findings by their names, other titles. */
function seen(subject: KernelSubject, strategy: Strategy, observers: readonly string[] = []): string[] {
  const bugs = new Runner(subject, createObservers([...observers])).run(strategy, 0)?.bugs ?? [];
  return bugs.map((bug) => {
    const lines = [...bug.details, ...subject.moment(bug)];
    return knownFinding(subject.profile, bug.title, lines)?.id ?? bug.title;
  });
}

const subjectOf = (name: string, profile: ProfileName): KernelSubject =>
  subjectOfText(programText(name, profile), name);

const races = [
  ['dump-meets-unshare', 'sharer', 'dup_mm', 'dump-waits-for-who-left'],
  ['dump-in-exec', 'mate', 'do_coredump', 'dump-waits-for-exec'],
] as const;

describe.each(races)('%s: %s held in %s', (name, task, where, id) => {
  const held = (profile: ProfileName): string[] => {
    const subject = subjectOf(name, profile);
    return seen(subject, new Hold(subject, [task, where]));
  };

  test('desai-2005', () => expect(held('desai-2005')).toContain(id));
  test.each(['linux-2.6.16', 'linux-6'] as const)('%s', (profile) => expect(held(profile)).toEqual([]));
});

test('a sharer that execs finds the dump, and takes its descriptors back (B20)', { timeout: 120_000 }, () => {
  const subject = subjectOf('dump-meets-exec', 'linux-2.6.16');
  const places: Place[] = [
    ['sharer', 'exec_mmap', 'down_read('],
    ['owner', 'go_on_dumping', 'if (wait_for_completion'],
  ];
  const strategy = new Hold(subject, ...places);
  const all = checkers.map((one) => one.name);
  expect(new Set(seen(subject, strategy, all))).toEqual(new Set(['files-changed-by-exec']));
  expect(strategy.reached).toBe(2);
});

describe('B15: a thread takes SIGSTOP when its group dumps core already', () => {
  const places: Place[] = [
    ['leader', 'zap_threads', 'read_lock('],
    ['mate', 'do_signal_stop', 'read_lock('],
  ];

  test('desai-2005: it stops, and the dump waits for ever', () => {
    const subject = subjectOf('dump-meets-stop', 'desai-2005');
    const strategy = new Hold(subject, ...places);
    expect(seen(subject, strategy)).toEqual(['dump-waits-for-stopped']);
    expect(strategy.reached).toBe(2);
  });

  test('linux-2.6.16: it does not stop', () => {
    const subject = subjectOf('dump-meets-stop', 'linux-2.6.16');
    const strategy = new Hold(subject, ...places);
    expect(seen(subject, strategy)).toEqual([]);
    expect(strategy.reached).toBe(1);
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
