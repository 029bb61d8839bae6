/** The OOM killer: whom it kills, and whose memory it looks at while they let go of it. */
import { describe, expect, test } from 'vitest';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { profileNames, type ProfileName } from '../../dist/src/kernel/profiles.js';
import { Hold, type Place } from '../support/hold.ts';
import { programText, subjectOfText, titlesOf, walks } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);

test.each(profileNames)('%s: kills who has the most, and all who share it', { timeout: 60_000 }, (profile) => {
  const subject = subjectOfText(programText('oom-kill', profile));
  expect(titlesOf(subject, walks(subject, 15))).toEqual([]);
});

test('is for root only', () => {
  const text = `cpus 1\ntask a uid 1000:\n    fd = open("/proc/sysrq-trigger", W)\n    expect fd == EACCES\n    exit(0)\n`;
  const subject = subjectOfText(`profile linux-6\n${text}`);
  expect(titlesOf(subject, walks(subject, 1))).toEqual([]);
});

test('of another key, of nothing, and of what cannot be read, nobody dies', () => {
  const text = `cpus 1
task a:
    fd = open("/proc/sysrq-trigger", RW)
    n = write(fd, "s")
    expect n == 1
    n = write(fd, "")
    expect n == 0
    n = syscall(4, fd, 1, 1)
    expect n == EFAULT
    n = read(fd)
    expect n == EIO
    exit(0)
`;
  const subject = subjectOfText(`profile linux-2.6.16\n${text}`);
  expect(titlesOf(subject, walks(subject, 1))).toEqual([]);
});

function held(profile: ProfileName, ...places: Place[]): string[] {
  const subject = subjectOfText(programText('oom-meets-exit', profile));
  const strategy = new Hold(subject, ...places);
  const bugs = new Runner(subject, createObservers(ALL)).run(strategy, 0)?.bugs ?? [];
  expect(strategy.reached).toBe(places.length);
  return [
    ...new Set(
      bugs.map((bug) => knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)])?.id ?? bug.title),
    ),
  ];
}

describe('B18: a memory is weighed while its last user lets go of it', () => {
  test.each(['desai-2005', 'linux-2.6.16'] as const)('%s', (profile) => {
    expect(held(profile, ['big', 'sys_execve'], ['root', 'memory_of', 'return mm'])).toEqual([
      'memory-weighed-unpinned',
    ]);
  });

  test('linux-6', () =>
    expect(held('linux-6', ['big', 'sys_execve'], ['root', 'memory_of', 'const points'])).toEqual([]));
});
