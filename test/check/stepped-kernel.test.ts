/** The event-driven checkers on the stepped kernel: each catches the patch of 2005, and leaves the merged form alone. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { benignRaces, benignUses, volatileFunctions } from '../../dist/src/check/observers/benign-races.js';
import { LockOrder } from '../../dist/src/check/observers/lock-order.js';
import { createObservers } from '../../dist/src/check/observers/checkers.js';
import type { Observer } from '../../dist/src/check/evidence/observer.js';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { nestings } from '../../dist/src/check/observers/lock-rules.js';
import { KernelSubject, loadKernel } from '../../dist/src/explore/subject/kernel-subject.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { imageOf, scenarioTarget } from '../../dist/src/explore/subject/targets.js';
import { Watch } from '../../dist/src/explore/run/watch.js';
import { lockClassNames, lockOrder } from '../../dist/src/kernel/locks.js';
import type { ProfileName } from '../../dist/src/kernel/profiles.js';
import { scenarios } from '../../dist/src/scenario/builtin/index.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { amount, isLong } from '../support/amount.ts';

const kernel = await loadKernel();
const CHECKERS = ['use-after-free', 'data-race', 'lock-order', 'sleep-in-atomic'];

function subjectOf(name: string, profile: ProfileName): KernelSubject {
  const small = smallScenarios.find((one) => one.name === name);
  const large = scenarios.find((one) => one.name === name);
  const text = small
    ? smallProgram(small, profile)
    : (large?.text({ profile, cpus: 3, seed: 1, iterations: 1 }) ?? expect.fail(`no scenario ${name}`));
  const image = imageOf(scenarioTarget(name, text));
  return new KernelSubject(kernel, image, image.cpus);
}

const className = (number: number): string => lockClassNames[number] ?? `lock at ${number}`;
const rank = (number: number): number => lockOrder.findIndex((one) => one.number === number);

/** Which classes were taken inside which, in all runs of titles() below; and those that go against the order. */
const nested = new Set<string>();
const against = new Set<string>();

function noteOrder(observers: readonly Observer[]): void {
  for (const { from, to, byInterrupt } of observers.flatMap((one) =>
    one instanceof LockOrder ? [...one.edges] : [],
  )) {
    if (byInterrupt) continue;
    const edge = `${className(from)} -> ${className(to)}`;
    nested.add(edge);
    if (rank(from) < 0 || rank(to) <= rank(from)) against.add(edge);
  }
}

/** Titles of what random executions of a scenario show, without what the profile is known for. */
function titles(name: string, profile: ProfileName, checkers: readonly string[], executions: number): Set<string> {
  const observers = createObservers(checkers);
  const runner = new Runner(subjectOf(name, profile), observers);
  const walk = new RandomWalk(5);
  const found = new Set<string>();
  nested.clear();
  against.clear();
  for (let i = 0; i < executions; i++, noteOrder(observers)) {
    for (const bug of runner.run(walk, i)?.bugs ?? []) {
      if (knownFinding(profile, bug.title, bug.details) === undefined) found.add(bug.title);
    }
  }
  return found;
}

describe('desai-2005', () => {
  test('lock-order: semaphores inside task_lock, which exit takes the other way round', () => {
    expect(titles('mm-peer-exits', 'desai-2005', ['lock-order'], 5)).toContain(
      'lock-order: alloc_lock -> mmap_sem -> alloc_lock in dup_mmap / leave_mm',
    );
    expect([...against]).toContain('alloc_lock -> mmap_sem');
  });

  test('sleep-in-atomic: semaphores inside task_lock', () => {
    expect(titles('namespace-shared-fs', 'desai-2005', ['sleep-in-atomic'], 5)).toContain(
      'sleep-in-atomic: semaphore taken with a spinlock held in dup_namespace',
    );
  });

  test('use-after-free: the undo of what was never copied, before the access is made', () => {
    const subject = subjectOf('undo-of-nothing', 'desai-2005');
    const watch = new Watch(subject, createObservers(['use-after-free']));
    subject.listener = watch;
    subject.reset();
    watch.begin();
    const found: string[] = [];
    for (let step = 1; !subject.machine.moves().isEmpty && found.length === 0; step++) {
      const cpu = subject.machine.moves().list().at(-1) ?? -1;
      watch.beforeStep(cpu, step);
      const reported = watch.take().map((one) => one.finding.title);
      found.push(...reported.filter((title) => title.startsWith('use-after-free')));
      if (found.length === 0) subject.machine.step(cpu);
    }
    expect(found).toEqual(['use-after-free: write to freed sighand_struct in sys_unshare_desai_2005']);
  });
});

describe.each<ProfileName>(['linux-2.6.16', 'linux-6'])('%s, clean', (profile) => {
  // Some, for what is taken inside what, each in one of the two by turns: test/scenario/small.test.ts has more of all, under
  // all checkers.
  const own = smallScenarios.filter((_, i) => isLong || (i % 2 === 0) === (profile === 'linux-6'));
  test.each(own.map((one) => one.name))('%s', (name) => {
    expect([...titles(name, profile, CHECKERS, amount(2, 10))]).toEqual([]);
    expect([...against]).toEqual([]);
    expect([...nested]).toContain('cache->lock -> zone_lock');
  });

  test.each(scenarios.map((one) => one.name))('%s', (name) => {
    expect([...titles(name, profile, CHECKERS, 2)]).toEqual([]);
    expect([...against]).toEqual([]);
    expect(nested.size).toBeGreaterThan(5);
  });
});

test('a race that harms is known, not benign: the root that unshare(NEWNS) moves under a reader', () => {
  const title = 'data-race: plain write of fs_struct->rootmnt against plain read in dup_namespace / pin_fs_paths';
  expect(knownFinding('linux-2.6.16', title, [])?.id).toBe('fs-moved-under-readers');
});

test('every function that a list names is in the kernel', () => {
  const table = new URL('../../dist/stepped/places.json', import.meta.url);
  const places = JSON.parse(readFileSync(table, 'utf8')) as readonly { readonly function: string }[];
  const functions = new Set(places.map((place) => place.function));
  const named = [
    ...volatileFunctions,
    ...benignRaces.flatMap((race) => race.by),
    ...benignUses.map((use) => use.by),
    ...nestings.map((rule) => rule.by),
  ];
  expect(named.filter((name) => !functions.has(name))).toEqual([]);
});
