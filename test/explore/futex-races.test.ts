/** A sleeper on a futex that is woken and killed at once: who woke it is done with it before it can go away. */
import { expect, test } from 'vitest';
import { checkers, createObservers } from '../../dist/src/check/observers/checkers.js';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { type StrategyKind, strategies } from '../../dist/src/explore/strategies/index.js';
import { profileNames } from '../../dist/src/kernel/profiles.js';
import { programText, subjectOfText } from '../support/programs.ts';

const pos = strategies.find(({ name }) => name === 'pos') as StrategyKind;
const PROGRAM = 'futex-woken-and-killed';

test.each(profileNames)('%s: nothing is found', (profile) => {
  const subject = subjectOfText(programText(PROGRAM, profile), PROGRAM);
  const runner = new Runner(subject, createObservers(checkers.map((one) => one.name)));
  const options = { seed: 1, depth: 1, rising: false, preemptions: 0, steps: 0 };
  const sampling = pos.create(subject, options);
  const found = Array.from({ length: 50 }, (_, i) => runner.run(sampling, i)?.bugs.map(({ title }) => title));
  expect(found.flat()).toEqual([]);
});
