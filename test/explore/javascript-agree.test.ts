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
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { amount } from '../support/amount.ts';
import { randomAgents } from '../support/random-agents.ts';
import { randomWorkers } from '../support/random-workers.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-agents-'));
afterAll(() => rmSync(directory, { recursive: true }));

const AGENTS = amount(16, 1000);
const WORKERS = amount(10, 400);
/** Interleavings that are enumerated, at most. Between 260 and 800 lie none of the first programs. */
const MOST = amount(260, 800);
const LEAST_COMPARED = 0.2;

async function explored(file: string, subject: Subject, strategy: string, last: number): Promise<SearchResult> {
  const target = javascriptTarget(file, 'idle');
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last, checkers: [] };
  return await exploreSubject(subject, { ...rest, target, strategy }, {});
}

const whatOf = ({ states, bugs }: SearchResult) => ({
  ends: [...states].sort(),
  titles: bugs.map(({ title }) => title).sort(),
});

/** Compares programs, each a folder of files that begins with spec.mjs; gives how many were small enough. */
async function compared(programs: number, filesOf: (seed: number) => Record<string, string>): Promise<number> {
  let found = 0;
  for (let seed = 0; seed < programs; seed++) {
    const folder = mkdtempSync(join(directory, 'program-'));
    const files = filesOf(seed);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const file = join(folder, 'spec.mjs');
    const subject = await subjectOf(javascriptTarget(file, 'idle'));
    const reduced = await explored(file, subject, 'dpor', MOST);
    if (reduced.end !== 'exhausted') continue;
    const every = await explored(file, subject, 'dfs', MOST);
    if (every.end !== 'exhausted') continue;
    const program = `program ${seed}:\n${Object.values(files).join('\n---\n')}`;
    expect(whatOf(reduced), program).toEqual(whatOf(every));
    expect(reduced.executions, program).toBeLessThanOrEqual(every.executions);
    found++;
  }
  return found;
}

test('ends and findings of random agents', { timeout: 600_000 }, async () => {
  const found = await compared(AGENTS, (seed) => ({ 'spec.mjs': randomAgents(seed) }));
  expect(found).toBeGreaterThan(LEAST_COMPARED * AGENTS);
});

test('ends and findings of random programs with workers', { timeout: 600_000 }, async () => {
  const found = await compared(WORKERS, randomWorkers);
  expect(found).toBeGreaterThan(LEAST_COMPARED * WORKERS);
});
