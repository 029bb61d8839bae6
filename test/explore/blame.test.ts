/** A title names the function of the module's own file; what builds before recorded under another title still replays. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { minimizeRecording } from '../../dist/src/explore/minimize/minimize-recording.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { recordingOf } from '../../dist/src/explore/search/record.js';
import { moduleTarget, subjectOf } from '../../dist/src/explore/subject/targets.js';
import { MachineFault } from '../../dist/src/machine/fault.js';
import { exploreTarget, titles } from '../support/explore-module.ts';

const LIBRARY = `import { assert, futex_wait, load } from 'tasklock/bus';
export function sleep(word: number): void {
  futex_wait(word, 0);
}
export function check(word: number): void {
  assert(load(word) === 0, 'not 0');
}
`;
const MODULE = `import { futex_wake, store } from 'tasklock/bus';
import { check, sleep } from './library.ts';
const A = 0x1000;
const B = 0x1004;
const C = 0x1008;
function first(): void {
  sleep(A);
}
function second(): void {
  sleep(B);
}
function third(): void {
  check(C);
}
function wakes(): void {
  futex_wake(A, 1);
  store(C, 1);
  futex_wake(B, 1);
}
export const cpus = [first, second, third, wakes];
`;

let directory = '';
let file = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tasklock-'));
  mkdirSync(join(directory, 'm'));
  file = join(directory, 'm', 'm.ts');
  writeFileSync(file, MODULE);
  writeFileSync(join(directory, 'm', 'library.ts'), LIBRARY);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('two bugs behind one imported function are two, and an assertion there names who called', async () => {
  const found = titles(await exploreTarget(await moduleTarget(file, new Map()), 'dpor', 10_000));
  expect(found).toEqual([
    'assert: not 0 in third',
    'deadlock: no CPU can go on in first',
    'deadlock: no CPU can go on in first / second',
    'deadlock: no CPU can go on in second',
  ]);
});

test.each([
  ['assert: not 0 in third', 'assert: not 0 in check'],
  ['deadlock: no CPU can go on in first', 'deadlock: no CPU can go on in sleep'],
])('%s replays and is made simpler as %s', async (title, former) => {
  const target = await moduleTarget(file, new Map());
  const bug = (await exploreTarget(target, 'dpor', 10_000)).bugs.find((one) => one.title === title);
  if (bug === undefined) throw new Error(`no ${title}`);
  expect(bug.formerly).toBe(former);
  const subject = await subjectOf(target);
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, checkers: [], first: 0, last: 1 };
  const { decisions, finalHash } = bug;
  const old = recordingOf({ target, strategy: 'dpor', ...rest }, subject, {
    bug: { ...bug, title: former },
    decisions,
    finalHash,
  });
  const replayed = replay(subject, old);
  expect([replayed.divergence, replayed.bug?.title]).toEqual([undefined, former]);
  const options = { executions: 200, programs: 0, tries: 1, stopped: () => false, onProgress: () => undefined };
  const minimized = await minimizeRecording(subject, old, former, options);
  expect(minimized?.recording.verdict?.title).toBe(former);
  // A title that was never one of its names is another bug.
  expect(replay(subject, { ...old, verdict: { title: `${former}x`, kind: bug.kind } }).divergence).toBeDefined();
});

test('faults carry the stack of JavaScript again once nothing is explored any more', async () => {
  const limit = Error.stackTraceLimit;
  await exploreTarget(await moduleTarget(file, new Map()), 'dpor', 10);
  expect(new MachineFault('assert', 'here', 0).stack).toContain('blame.test.ts');
  expect(Error.stackTraceLimit).toBe(limit);
});
