/**
 * The memory model of ECMAScript: small programs with the exact set of what they may come to, and of what races in them, as
 * worked out by hand (test/fixtures/javascript/litmus), held against a reduction and against plain enumeration.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { ordering } from '../fixtures/javascript/litmus/ordering.ts';
import { ranges } from '../fixtures/javascript/litmus/ranges.ts';
import { tearing } from '../fixtures/javascript/litmus/tearing.ts';
import { waiting } from '../fixtures/javascript/litmus/waiting.ts';
import { amount } from '../support/amount.ts';
import { type Litmus, litmusText } from '../support/litmus.ts';

const programs = { ordering, ranges, tearing, waiting };
const all = Object.values(programs).flat();

const directory = mkdtempSync(join(tmpdir(), 'tasklock-litmus-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Of four there are a hundred thousand interleavings. */
const MOST_ENUMERATED = amount(3, 4);
const END = /^assert: Error: (.*) in finished$/;
const RACE = /^data-race: (.*) in \S+( \/ \S+)?$/;

interface Shown {
  readonly ends: readonly string[];
  readonly races: readonly string[];
  /** Titles of what is neither. */
  readonly others: readonly string[];
}

/** All that the interleavings of a program show. */
async function shownBy(program: Litmus, strategy: string): Promise<Shown> {
  const file = join(directory, `${program.name.replaceAll(/\W+/g, '-')}.mjs`);
  writeFileSync(file, litmusText(program));
  const target = javascriptTarget(file, program.timeouts ?? 'idle');
  const subject = await subjectOf(target);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 200_000 };
  const result = await exploreSubject(subject, { ...rest, target, strategy, checkers: ['data-race'] }, {});
  expect({ end: result.end, withheld: result.withheld }).toEqual({ end: 'exhausted', withheld: undefined });
  const titles = result.bugs.map(({ title }) => title);
  const these = (pattern: RegExp): string[] =>
    [...new Set(titles.flatMap((title) => pattern.exec(title)?.[1] ?? []))].sort();
  return {
    ends: these(END),
    races: [...new Set(these(RACE).map((pair) => pair.split(' against ').sort().join(' against ')))].sort(),
    others: titles.filter((title) => !END.test(title) && !RACE.test(title)),
  };
}

describe.for(Object.entries(programs))('%s', ([, some]) => {
  test.for(some)('$name', async (program) => {
    const expected = { ends: program.ends.toSorted(), races: (program.races ?? []).toSorted(), others: [] };
    expect(await shownBy(program, 'dpor')).toEqual(expected);
    if (program.agents.length <= MOST_ENUMERATED) expect(await shownBy(program, 'dfs')).toEqual(expected);
  });
});

test('a program that the language allows more than its interleavings has a race, and no end twice', () => {
  for (const { name, ends, weak = [], races = [] } of all) {
    expect(new Set([...ends, ...weak]).size, name).toBe(ends.length + weak.length);
    if (weak.length > 0) expect(races.length, name).toBeGreaterThan(0);
  }
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
