/** Names are looked up under RCU while others remove them. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import type { KernelSubject } from '../../dist/src/explore/subject/kernel-subject.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { type Broken, titlesOfBroken } from '../support/broken-kernel.ts';
import { Hold } from '../support/hold.ts';
import { subjectOfText, titlesOf, walks } from '../support/programs.ts';

/** One looks up the name that the other removes. */
const removing = (profile: ProfileName): string => `profile ${profile}
cpus 2
task owner:
    mkdir("/d")
    clone(FS) -> looker
    rmdir("/d")
    mkdir("/e")
    wait()
    r = access("/d")
    expect r == ENOENT
task looker:
    access("/d")
    access("/e")
    exit(0)
`;

/** The looker stands on the name when the owner removes it, which goes to its end meanwhile. */
const hold = (subject: KernelSubject): Hold =>
  new Hold(
    subject,
    ['owner', 'sys_rmdir'],
    ['looker', 'd_lookup', 'while (at !== head && memeq'],
    ['owner', 'sys_mkdir', 2],
  );

/** The looker has found the name, and does not know yet that it is gone. */
const holdFound = (subject: KernelSubject): Hold =>
  new Hold(subject, ['owner', 'sys_rmdir'], ['looker', 'dget_hashed']);

describe.each(profileNames)('%s', (profile) => {
  test.each([hold, holdFound])('a name is removed under who looks it up', { timeout: 300_000 }, (held) => {
    const subject = subjectOfText(removing(profile));
    const strategy = held(subject);
    const outcome = new Runner(subject, createObservers(checkers.map(({ name }) => name))).run(strategy, 0);
    expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
    expect(strategy.reached).toBeGreaterThanOrEqual(2);
  });

  test('at random', { timeout: 300_000 }, () => {
    const subject = subjectOfText(removing(profile));
    expect(titlesOf(subject, walks(subject, 40))).toEqual([]);
  });
});

interface Case extends Pick<Broken, 'edit'> {
  readonly what: string;
  readonly strategy: (subject: KernelSubject) => Hold;
  readonly title: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'a name that is given back at once',
    edit: ['dcache.js', /call_rcu\(d \+ \d+, 4, (?=\d+\))/, 'kmem_cache_free(13, d, '],
    strategy: hold,
    title: /^use-after-free: read of freed dentry in d_lookup$/m,
  },
  {
    what: 'a name that is counted although it has left its directory',
    edit: ['dcache.js', /load\(d \+ \d+\) & 16 \? 0 : dget\(d\)/, 'dget(d)'],
    strategy: holdFound,
    title: /^use-after-free: \w+ (to|of) freed dentry in /m,
  },
];

test.each(cases)('$what', { timeout: 300_000 }, async ({ edit, strategy, title }) => {
  const titles = await titlesOfBroken({ edit, program: removing('linux-2.6.16'), executions: 1, strategy });
  expect(titles.join('\n')).toMatch(title);
});
