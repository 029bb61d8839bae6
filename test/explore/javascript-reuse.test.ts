/**
 * Modules and classes that serve in execution after execution, and built-in objects that are compared where there is a
 * doubt, against executions that each make all of it anew: the same ends, findings and steps, of all examples and
 * fixtures, and of random programs. Without a doubt nothing was changed, in whatever way that is looked at.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import { JavascriptSubject } from '../../dist/src/explore/subject/javascript-subject.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { tryOut } from '../../dist/src/explore/subject/tried.js';
import { lasting } from '../../dist/src/javascript/language/lasting.js';
import { restoreBuiltIns } from '../../dist/src/javascript/platform/built-ins.js';
import { JavascriptProgram } from '../../dist/src/javascript/program.js';
import { amount, isLong } from '../support/amount.ts';
import { randomAgents } from '../support/random-agents.ts';
import { randomWorkers } from '../support/random-workers.ts';

/** All built-in objects are looked at behind the first sixteen, and where there is a doubt behind the others. */
const EXECUTIONS = amount(20, 600);
const RANDOM = amount(7, 400);
const SCENARIO = [[0], [1]];
const directory = mkdtempSync(join(tmpdir(), 'tasklock-reuse-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Undefined where it cannot be run at all. */
function subjectOf(file: string, reuse: boolean): JavascriptSubject | undefined {
  try {
    const hasOperations = file.includes('operations');
    const scenario = hasOperations ? SCENARIO : undefined;
    const program = new JavascriptProgram(file, { files: undefined, timeouts: 'idle', reuse, scenario });
    return new JavascriptSubject(program, tryOut(program), scenario);
  } catch (error) {
    if (error instanceof Error && error.name === 'JavascriptError') return undefined;
    throw error;
  }
}

/** What an execution leaves changed although there was no doubt. */
function watched(subject: JavascriptSubject): Set<string> {
  const unseen = new Set<string>();
  restoreBuiltIns(true);
  let { doubts } = lasting;
  const reset = subject.reset.bind(subject);
  subject.reset = () => {
    if (doubts === lasting.doubts) for (const name of restoreBuiltIns(true).changed) unseen.add(name);
    ({ doubts } = lasting);
    reset();
  };
  return unseen;
}

async function ran(file: string, reuse: boolean, strategy: string) {
  const subject = subjectOf(file, reuse);
  if (subject === undefined) return { found: 'refused', unseen: [] };
  const target = javascriptTarget(file, 'idle');
  const unseen = reuse ? watched(subject) : [];
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: EXECUTIONS - 1 };
  try {
    const found = await exploreSubject(subject, { ...rest, target, strategy, checkers: ['data-race'] }, {});
    const { executions, steps, end, states, bugs, withheld } = found;
    const titles = bugs.map(({ title, step }) => `${title} ${step}`);
    return { found: { executions, steps, end, states: [...states].sort(), titles, withheld }, unseen: [...unseen] };
  } catch (error) {
    return { found: `fails: ${error instanceof Error ? error.message : String(error)}`, unseen: [...unseen] };
  }
}

const BOTH = ['random', 'dpor'] as const;

async function compared(file: string, text = file, strategies: readonly string[] = BOTH): Promise<boolean> {
  for (const strategy of strategies) {
    const kept = await ran(file, true, strategy);
    const anew = await ran(file, false, strategy);
    expect(kept.found, `${text} ${strategy}`).toEqual(anew.found);
    expect(kept.unseen, text).toEqual([]);
    if (kept.found === 'refused') return false;
  }
  return true;
}

const FOLDERS = ['examples/javascript', 'bench/javascript'];
const FIXTURES = ['', 'between', 'litmus', 'operations'].map((name) => join('test/fixtures/javascript', name));
const files = [...FOLDERS, ...FIXTURES].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.m?[jt]s$/.test(name) && name !== 'long.ts')
    .map((name) => join(process.cwd(), folder, name)),
);

test('of all examples and fixtures', { timeout: 600_000 }, async () => {
  const runs: string[] = [];
  for (const [i, file] of files.entries()) {
    // By turns: what is kept does not know who chooses.
    const strategies = isLong ? BOTH : [BOTH[i % 2] ?? 'random'];
    if (await compared(file, file, strategies)) runs.push(file);
  }
  // Parts of others, and what is to be refused, are few.
  expect(runs.length).toBeGreaterThan(files.length / 2);
});

test.each([
  ['agents', (seed: number) => ({ 'spec.mjs': randomAgents(seed) })],
  ['programs with workers', randomWorkers],
])('of random %s', { timeout: 600_000 }, async (_what, filesOf) => {
  for (let seed = 1000; seed < 1000 + RANDOM; seed++) {
    const folder = mkdtempSync(join(directory, 'program-'));
    const texts: Record<string, string> = filesOf(seed);
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const strategies = isLong ? BOTH : [BOTH[seed % 2] ?? 'random'];
    await compared(join(folder, 'spec.mjs'), `program ${seed}:\n${Object.values(texts).join('\n---\n')}`, strategies);
  }
});
