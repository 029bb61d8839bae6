/**
 * The reduction over agents of JavaScript against plain enumeration of all interleavings, on random programs: the same ends,
 * the same findings, no execution twice. What is compared came about without it: a depth-first search asks nobody what
 * depends on what.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { amount } from '../support/amount.ts';
import { randomAgents } from '../support/random-agents.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-agents-'));
afterAll(() => rmSync(directory, { recursive: true }));

const PROGRAMS = amount(40, 1000);
/** Interleavings that are enumerated, at most. */
const MOST = 800;
const LEAST_COMPARED = 0.3;

async function explored(file: string, strategy: string, last: number): Promise<SearchResult> {
  const target = javascriptTarget(file, 'idle');
  const subject = await subjectOf(target);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last, checkers: [] };
  return await exploreSubject(subject, { ...rest, target, strategy }, {});
}

const whatOf = ({ states, bugs }: SearchResult) => ({
  ends: [...states].sort(),
  titles: bugs.map(({ title }) => title).sort(),
});

test('ends and findings of random programs', { timeout: 600_000 }, async () => {
  let compared = 0;
  for (let seed = 0; seed < PROGRAMS; seed++) {
    const file = join(directory, `agents-${seed}.mjs`);
    const text = randomAgents(seed);
    writeFileSync(file, text);
    const reduced = await explored(file, 'dpor', MOST);
    if (reduced.end !== 'exhausted') continue;
    const every = await explored(file, 'dfs', MOST);
    if (every.end !== 'exhausted') continue;
    expect(whatOf(reduced), `program ${seed}:\n${text}`).toEqual(whatOf(every));
    expect(reduced.executions).toBeLessThanOrEqual(every.executions);
    compared++;
  }
  expect(compared).toBeGreaterThan(LEAST_COMPARED * PROGRAMS);
});
