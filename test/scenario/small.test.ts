/** What each small scenario says of itself, under each profile: the bugs that it is there for, and no others. */
import { describe, expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { knownFinding, knownFindings } from '../../dist/src/check/evidence/known-findings.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { Pct } from '../../dist/src/explore/strategies/pct.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { type ProfileName, profileNames } from '../../dist/src/kernel/profiles.js';
import { smallProgram, smallScenarios } from '../../dist/src/scenario/small/index.js';
import { amount } from '../support/amount.ts';
import { subjectOfText } from '../support/programs.ts';

const ALL = checkers.map(({ name }) => name);
/** Executions of each strategy. */
const EXECUTIONS = amount(4, 40);
const STEPS = 12_000;

/** Titles of what a few executions find, and the known findings that they meet. */
function searched(text: string, profile: ProfileName): { bugs: Set<string>; known: Set<string> } {
  const subject = subjectOfText(text);
  const runner = new Runner(subject, createObservers(ALL));
  const bugs = new Set<string>();
  const known = new Set<string>();
  const pct = new Pct({ seed: 1, depth: 3, rising: false, cpus: subject.cpus, steps: STEPS });
  for (const strategy of [new RandomWalk(1), pct]) {
    for (let i = 0; i < EXECUTIONS; i++) {
      for (const bug of runner.run(strategy, i)?.bugs ?? []) {
        const finding = knownFinding(profile, bug.title, [...bug.details, ...subject.moment(bug)]);
        if (finding === undefined) bugs.add(bug.title);
        else known.add(finding.id);
      }
    }
  }
  return { bugs, known };
}

describe.each(profileNames)('%s', (profile) => {
  test.each(smallScenarios)('$name: $about', { timeout: 120_000 }, (scenario) => {
    const { bugs = [], known = [] } = scenario.expected?.[profile] ?? {};
    const found = searched(smallProgram(scenario, profile), profile);
    for (const title of bugs)
      expect(
        [...found.bugs].some((one) => one.includes(title)),
        title,
      ).toBe(true);
    if (bugs.length === 0) expect([...found.bugs]).toEqual([]);
    expect([...found.known].filter((id) => !known.includes(id))).toEqual([]);
  });
});

test('the known findings that scenarios name are those of the profile', () => {
  for (const { expected = {} } of smallScenarios) {
    for (const [profile, { known = [] }] of Object.entries(expected)) {
      for (const id of known) expect(knownFindings.some((one) => one.id === id && one.profile === profile)).toBe(true);
    }
  }
});
