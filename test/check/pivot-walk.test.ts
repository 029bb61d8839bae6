/** pivot_root's walk over all tasks: what it does to those that exit, change directory or are born meanwhile. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { subjectOfText, walks } from '../support/programs.ts';

/** The owner exchanges the root when the other task says so. */
const meeting = (profile: ProfileName, flags: string, other: string): string => `profile ${profile}
cpus 2
shared go, over
task owner:
    tmpfs("/a")
    mkdir("/a/x")
    mkdir("/a/new")
    tmpfs("/a/new")
    mkdir("/a/new/x")
    mkdir("/a/new/old")
    chroot("/a")
    chdir("/")
    c = clone(${flags}) -> other
    while go == 0: sched_yield()
    r = pivot_root("/new", "/new/old")
    over = 1
    wait()
task other:
    go = 1
${other}`;

const CHDIR = `    chdir("/x")
    n = getcwd()
    expect n != 2
    exit(0)
`;
const FORK = `    g = fork() -> child
    wait()
    exit(0)
task child:
    while over == 0: sched_yield()
    r = access("/old")
    expect r == 0
    exit(0)
`;
const UNSHARE = `    unshare(FS)
    while over == 0: sched_yield()
    r = access("/old")
    expect r == 0
    exit(0)
`;

/** Titles of random executions. */
const titles = (text: string, executions: number, checkers: string[]): Set<string> =>
  new Set(walks(subjectOfText(text), executions, 1, checkers).flatMap(({ bugs }) => bugs.map(({ title }) => title)));

const hasFailed = (found: Set<string>): boolean => [...found].some((title) => title.startsWith('assert: expectation'));

describe('under tasklist_lock (B23)', () => {
  const scenario = smallScenarios.find(({ name }) => name === 'pivot-meets-fork') ?? expect.fail('no such scenario');
  const found = (profile: ProfileName) =>
    walks(subjectOfText(smallProgram(scenario, profile)), 60).flatMap(({ bugs }) => bugs);

  test('linux-2.6.16 frees the fs part of who exits, and compares without its lock', { timeout: 120_000 }, () => {
    const bugs = found('linux-2.6.16');
    expect([...new Set(bugs.map(({ title }) => title))]).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^sleep-in-atomic: fs part released with a spinlock held in /),
        expect.stringMatching(/^data-race: .* of fs_struct->(root|pwd)(mnt)? .*chroot_fs_refs/),
      ]),
    );
    for (const { title, details } of bugs) {
      expect(knownFinding('linux-2.6.16', title, details)?.id, title).toBe('fs-parts-under-tasklist');
    }
  });

  test('linux-6 does neither', { timeout: 120_000 }, () => {
    expect(found('linux-6').map(({ title }) => title)).toEqual([]);
  });

  test('a sleep elsewhere under a spinlock is not known by it', () => {
    const title = 'sleep-in-atomic: fs part released with a spinlock held in free_fs_struct';
    expect(knownFinding('linux-2.6.16', title, ['  exit_fs (src/kernel/fs.ts:1)'])).toBeUndefined();
    expect(knownFinding('linux-6', title, ['  chroot_fs_refs (src/kernel/x.ts:1)'])).toBeUndefined();
  });
});

test.each([
  ['desai-2005', true],
  ['linux-2.6.16', true],
  ['linux-6', false],
] as const)('%s: a chdir between comparison and change is undone: %s', { timeout: 120_000 }, (profile, lost) => {
  expect(hasFailed(titles(meeting(profile, '0', CHDIR), 1500, []))).toBe(lost);
});

describe.each(profileNames.filter((name) => name !== 'desai-2005'))('%s: the walk misses', (profile) => {
  test.each([
    ['who is being born', '0', FORK],
    ['who takes a copy into use', 'FS', UNSHARE],
  ])('%s', { timeout: 120_000 }, (_name, flags, other) => {
    const runs = walks(subjectOfText(meeting(profile, flags, other)), 600, 1, []);
    const kept = runs.filter(({ bugs }) => bugs.some(({ title }) => title.startsWith('assert: expectation'))).length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(runs.length);
  });
});
