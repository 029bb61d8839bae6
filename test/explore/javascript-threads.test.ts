/**
 * Recorded bugs of JavaScript on real threads: each broken example is confirmed every time; and what is not what threads do
 * is never confirmed, be it a step, what it comes to, the end, or the program.
 */
import { expect, test } from 'vitest';
import { onThreads, threadScript } from '../../dist/src/explore/replay/on-threads.js';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { FoundBug } from '../../dist/src/explore/search/result.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { confirm } from '../../dist/src/javascript/threads/confirm.js';
import type { End, Script, Turn } from '../../dist/src/javascript/threads/script.js';
import { amount, isLong } from '../support/amount.ts';

/** What is confirmed is so every time: a second time shows what the first left behind, of one of them. */
const RUNS = amount(1, 20);
/** Of threads that are not to come to what they are said to. */
const SHORT_MS = 1_500;

async function foundIn(name: string, kind: string): Promise<{ subject: Subject; bug: FoundBug }> {
  const target = javascriptTarget(`examples/javascript/${name}.ts`, 'idle');
  const subject = await subjectOf(target);
  const sizes = { seed: 1, depth: 3, rising: true, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 100_000 };
  const checkers = kind === 'data-race' ? [kind] : [];
  const { bugs } = await exploreSubject(subject, { ...sizes, target, strategy: 'dpor', checkers }, {});
  const bug = bugs.find((one) => one.kind === kind);
  expect(bug).toBeDefined();
  return { subject, bug: bug! };
}

async function scriptOf(name: string, kind: string): Promise<Script> {
  const { subject, bug } = await foundIn(name, kind);
  return threadScript(subject, bug.decisions, bug);
}

test.for([
  ['ring-broken', 'assert', /^finished\(\) says: the end is not as it should be: got 0$/],
  ['ring-broken', 'data-race', /^at the same time, in front of the same memory/],
  ['mutex-broken', 'deadlock', /^take sleeps in Atomics\.wait\(Int32Array\[1\], 1\)$/],
  ['seqlock-broken', 'assert', /^finished\(\) says: .*: torn: /],
  ['deque-broken', 'assert', /^finished\(\) says: .*: taken: /],
  ['queue-broken', 'data-race', /^at the same time, in front of the same memory/],
] as const)('%s, %s', async ([name, kind, says]) => {
  const { subject, bug } = await foundIn(name, kind);
  for (let i = 0; i < (name === 'mutex-broken' ? 2 * RUNS : RUNS); i++) {
    const { differs, seen } = await onThreads(subject, bug.decisions, bug);
    expect({ i, differs }).toEqual({ i, differs: undefined });
    expect(seen.some((line) => says.test(line))).toBe(true);
  }
});

const differs = async (script: Script): Promise<string | undefined> => (await confirm(script, SHORT_MS)).differs;

function withTurn(script: Script, at: number, change: (turn: Turn) => readonly Turn[]): Script {
  const turns = script.turns.flatMap((turn, i) => (i === at ? change(turn) : [turn]));
  return { ...script, turns };
}

test.for([
  ['ring-broken', 'assert'],
  ['mutex-broken', 'deadlock'],
] as const)('%s with one step changed', async ([name, kind]) => {
  const script = await scriptOf(name, kind);
  expect(await differs(script)).toBeUndefined();
  for (const [i, { step, agent, sleeps, text }] of script.turns.entries()) {
    // One of the three for each step, and so each of them for several.
    const isTried = (way: number): boolean => isLong || i % 3 === way;
    if (isTried(0)) {
      const other = await differs(withTurn(script, i, (turn) => [{ ...turn, agent: 1 - agent }]));
      expect(other, text).toMatch(/^at (step|the end) /);
    }
    if (isTried(1)) expect(await differs(withTurn(script, i, () => [])), text).toBeDefined();
    if (!isTried(2) || sleeps) continue;
    const comes = await differs(withTurn(script, i, (turn) => [{ ...turn, result: '77' }]));
    expect(comes).toContain(`at step ${step} ${script.names[agent]} does ${text}, which comes to 77;`);
  }
});

test('another end than that of the threads', async () => {
  const ring = await scriptOf('ring-broken', 'assert');
  const mutex = await scriptOf('mutex-broken', 'deadlock');
  const race = await scriptOf('ring-broken', 'data-race');
  const wrong = { what: 'the end is not as it should be', details: ['got 7'] };
  const rows: readonly (readonly [Script, End, RegExp])[] = [
    [ring, { kind: 'wrong', answer: wrong }, /finished\(\) says ".*: got 7"; on threads it says ".*: got 0"/],
    [ring, { kind: 'failure', agent: 0, what: 'uncaught Error: no' }, /producer fails .*; its thread is done/],
    [ring, { kind: 'stuck', stuck: [{ agent: 1, does: 'sleeps', isThere: false }] }, /consumer sleeps; .* is done/],
    [ring, { kind: 'stuck', stuck: [{ agent: 1, does: 'spins', isThere: false }] }, /goes round .* is done/],
    [mutex, { kind: 'wrong', answer: wrong }, /take is done; its thread gives no sign/],
    [mutex, { kind: 'stuck', stuck: [{ agent: 0, does: 'sleeps', isThere: false }] }, /take is done; .* no sign/],
    [mutex, { kind: 'stuck', stuck: [{ agent: 1, does: 'sleeps', isThere: true }] }, /but its element holds 1/],
    // The second side may read something else now, and so it never comes to the race.
    [race, { kind: 'race', against: [2] }, /before the race consumer stands at .*; its thread is done/],
  ];
  await Promise.all(rows.map(async ([script, end, says]) => expect(await differs({ ...script, end })).toMatch(says)));
});

/** The same steps are asked of a program that is another. */
function edited(script: Script, from: string, to: string): Script {
  const files = [...script.files].map(([file, source]) => {
    return [file, { ...source, text: source.text.replace(from, to) }] as const;
  });
  expect(files.some(([file, { text }]) => text !== script.files.get(file)?.text)).toBe(true);
  return { ...script, files: new Map(files) };
}

test('another program', async () => {
  const ring = await scriptOf('ring-broken', 'assert');
  expect(await differs(edited(ring, 'value === 7', 'value === 0'))).toContain('on threads it says "all is well"');
  expect(await differs(edited(ring, 'push(7)', 'push(8)'))).toContain('stands at Int32Array[0] = 8');
  const mutex = await scriptOf('mutex-broken', 'deadlock');
  const early = edited(mutex, 'mutex.unlock();', '');
  expect(await differs(early)).toContain('take does Atomics.exchange(Int32Array[0], 0); its thread stands at');
  // It expects what is not there, and so it does not sleep.
  const awake = edited(mutex, 'Atomics.load(this.sequence, this.at));', 'Atomics.load(this.sequence, this.at) - 1);');
  expect(await differs(awake)).toMatch(/take does Atomics\.wait\(Int32Array\[1\], 1\); its thread stands at/);
});
