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

/** The looker stands on a name when the owner removes another. */
const holdBefore = (subject: KernelSubject): Hold =>
  new Hold(subject, ['owner', 'sys_rmdir'], ['looker', 'd_lookup', 'while (at !== head && memeq']);

/** The looker has found the name, and does not know yet that it is gone. */
const holdFound = (subject: KernelSubject): Hold =>
  new Hold(subject, ['owner', 'sys_rmdir'], ['looker', 'dget_hashed']);

describe.each(profileNames)('%s', (profile) => {
  test.each([holdBefore, holdFound])('a name is removed under who looks it up', { timeout: 300_000 }, (held) => {
    const subject = subjectOfText(removing(profile));
    const strategy = held(subject);
    const outcome = new Runner(subject, createObservers(checkers.map(({ name }) => name))).run(strategy, 0);
    expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
    expect(strategy.reached).toBe(2);
  });

  test('at random', { timeout: 300_000 }, () => {
    const subject = subjectOfText(removing(profile));
    expect(titlesOf(subject, walks(subject, 40))).toEqual([]);
  });
});

interface Case extends Pick<Broken, 'edit' | 'also'> {
  readonly what: string;
  readonly strategy: (subject: KernelSubject) => Hold;
  readonly title: RegExp;
}

const cases: readonly Case[] = [
  {
    what: 'a name that is given back at once',
    edit: ['dcache.js', /call_rcu\(d \+ \d+, 4, (?=\d+\))/, 'kmem_cache_free(13, d, '],
    also: ['import { kmem_cache_alloc }', 'import { kmem_cache_alloc, kmem_cache_free }'],
    strategy: holdFound,
    title: /^use-after-free: \w+ (to|of) freed dentry in dget_hashed$/m,
  },
  {
    what: 'a name that is counted although it has left its directory',
    edit: ['dcache.js', /load\(d \+ \d+\) & DCACHE_UNHASHED \? 0 : dget\(d\)/, 'dget(d)'],
    strategy: holdFound,
    title: /^use-after-free: \w+ (to|of) freed dentry in /m,
  },
];

test.each(cases)('$what', { timeout: 300_000 }, async ({ edit, also, strategy, title }) => {
  const titles = await titlesOfBroken({ edit, also, program: removing('linux-2.6.16'), executions: 1, strategy });
  expect(titles.join('\n')).toMatch(title);
});
