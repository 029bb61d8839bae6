/**
 * Test suites that others wrote for real kernels, case by case: in order on one CPU, and under interleavings of two
 * strategies with every checker. For a profile that a case names as failing the program must fail, in order and always.
 */
import { describe, expect, test } from 'vitest';
import { bootForProgram, runInOrder } from '../../dist/src/boot/run-in-order.js';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { checkInvariants, checkNothingLeft } from '../../dist/src/check/still/invariants.js';
import { knownFinding } from '../../dist/src/check/evidence/known-findings.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { type Bug, Runner } from '../../dist/src/explore/run/runner.js';
import { Pct } from '../../dist/src/explore/strategies/pct.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { kernel as globals } from '../../dist/src/kernel/layout.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { isLong } from '../support/amount.ts';
import { subjectOfText } from '../support/programs.ts';
import { ltp } from './ltp.ts';
import type { OutsideCase } from './outside-case.ts';
import { selftests } from './selftests.ts';

const ALL = checkers.map(({ name }) => name);
/** Executions of each strategy, and about the length of one. */
const EXECUTIONS = 3;
const STEPS = 6000;

const textOf = (one: OutsideCase, profile: ProfileName): string => `profile ${profile}\n${one.body}`;

/** Runs a program in order: how it ended, how many expectations failed, and what was wrong with the machine. */
function inOrder(text: string): { ended: string; failed: number; wrong: string[] } {
  const image = assembleText(text);
  const memory = bootForProgram(image);
  const { ended } = runInOrder(memory, image, () => {});
  const view = new RamView(memory);
  const wrong = ended === 'finished' ? [...checkInvariants(view, new Set()), ...checkNothingLeft(view)] : [];
  return { ended, failed: view.word(globals.expect_failures), wrong: wrong.map(({ title }) => title) };
}

/** Said of each copy that the patch of 2005 makes under a spinlock, whatever the program: told elsewhere. */
const OF_THE_PATCH = ['sleep-in-atomic', 'lock-order'];

/** Titles of what each of a few executions showed, without what the profile is known for. */
function explored(text: string): string[][] {
  const subject = subjectOfText(text);
  const known = (bug: Bug): boolean =>
    (subject.profile === 'desai-2005' && OF_THE_PATCH.includes(bug.kind)) ||
    knownFinding(subject.profile, bug.title, [...bug.details, ...subject.moment(bug)]) !== undefined;
  const runner = new Runner(subject, createObservers(ALL));
  const pct = new Pct({ seed: 1, depth: 3, rising: false, cpus: subject.cpus, steps: STEPS });
  return [new RandomWalk(1), pct].flatMap((strategy) =>
    Array.from({ length: EXECUTIONS }, (_, i) =>
      (runner.run(strategy, i)?.bugs ?? []).filter((bug) => !known(bug)).map(({ title }) => title),
    ),
  );
}

describe.each([
  ['Linux Test Project', ltp],
  ['selftests and design document', selftests],
] as const)('%s', (_, cases) => {
  describe.each(profileNames)('%s', (profile) => {
    test.each(cases.filter((one) => one.fails?.[profile] === undefined))('$name: $asserts', (one) => {
      expect(inOrder(textOf(one, profile))).toEqual({ ended: 'finished', failed: 0, wrong: [] });
      // In order in each profile, and under interleavings in one of them, by turns.
      const isOwn = cases.indexOf(one) % profileNames.length === profileNames.indexOf(profile);
      if (isLong || isOwn) expect(explored(textOf(one, profile)).flat()).toEqual([]);
    });

    test.each(cases.filter((one) => one.fails?.[profile] !== undefined))('$name does not hold', (one) => {
      expect(inOrder(textOf(one, profile)).failed).toBeGreaterThan(0);
      for (const titles of explored(textOf(one, profile))) expect(titles.join()).toContain('expectation of line');
    });
  });
});
