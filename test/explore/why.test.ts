/** Why a bug shows: what is said of an order was run, and is so. */
import { describe, expect, test } from 'vitest';
import { meetingsOf } from '../../dist/src/explore/replay/conflicts.js';
import { flowOf } from '../../dist/src/explore/replay/flow.js';
import { reversalsOf } from '../../dist/src/explore/replay/reversals.js';
import { sourceLines } from '../../dist/src/explore/replay/source-lines.js';
import { tellTurns } from '../../dist/src/explore/replay/interleaving.js';
import { type Why, whyOf } from '../../dist/src/explore/replay/why.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { moduleTarget, subjectOf, type Target } from '../../dist/src/explore/subject/targets.js';
import { interleavingLines } from '../../dist/src/report/interleaving-text.js';
import { whyLines } from '../../dist/src/report/why-text.js';
import { inRepository } from '../support/cli-process.ts';
import { exploreTarget } from '../support/explore-module.ts';

interface Explained {
  readonly subject: Subject;
  readonly title: string;
  readonly moves: Uint16Array;
  readonly why: Why;
  readonly lines: readonly string[];
}

/** The first bug that dpor finds, explained. */
async function explained(target: Target): Promise<Explained> {
  const [bug] = (await exploreTarget(target, 'dpor', 20_000)).bugs;
  if (bug === undefined) throw new Error('nothing found');
  const subject = await subjectOf(target);
  const sourceLine = sourceLines(target);
  const why = whyOf(subject, { moves: bug.decisions, bug, checkers: [], sourceLine });
  const turns = tellTurns(subject, bug.decisions, sourceLine, bug.object);
  const shown = interleavingLines(turns, subject.valueText(), { end: bug.title });
  return { subject, title: bug.title, moves: bug.decisions, why, lines: [...shown, ...whyLines(why)] };
}

const example = async (name: string) => explained(await moduleTarget(inRepository(`examples/${name}.ts`), new Map()));
const module = (text: string): Promise<Explained> =>
  explained({ kind: 'module', name: 'm.ts', path: '/nowhere/m.ts', text, settings: {}, mutant: null });

describe('the two accesses that decide', () => {
  test('a lost update: a load before a store of the other CPU', async () => {
    const { why, lines } = await module(`import { load, store } from 'tasklock/bus';
const COUNT = 0x1000;
function adder(): void {
  store(COUNT, load(COUNT) + 1);
}
export function finished(): boolean {
  return load(COUNT) === 2;
}
export const cpus = [adder, adder];
`);
    expect(why).toMatchObject({ all: true, waiting: [] });
    const [one] = why.decisive;
    expect([one?.earlier.access?.kind, one?.later.access?.kind, one?.titles]).toEqual(['load', 'store', []]);
    expect(one?.earlier.cpu).not.toBe(one?.later.cpu);
    expect(lines.join('\n')).toMatch(
      /'s load of COUNT \(step \d, adder:4\)\n {2}came before CPU#\d's store to COUNT \(step \d, adder:4\);\n {2}the other/,
    );
    expect(lines.at(-1)).toMatch(/nothing goes wrong$/);
  });

  test('examples/treiber-aba.ts: the node below was read before it changed', async () => {
    const { lines } = await example('treiber-aba');
    const text = lines.join('\n');
    expect(text).toContain('cmpxchg TOP = B (was A)');
    expect(text).toContain('load A+NEXT = B');
    expect(text).toContain('in pop, called by taker:51');
    expect(text).toMatch(
      /load of A\+NEXT \(step \d+, pop:26\)\n {2}came before CPU#0's store to A\+NEXT \(step \d+, push:37\)/,
    );
  });

  test('an access that was about to be made counts', async () => {
    const { why, lines } = await module(`import { assert, load, store } from 'tasklock/bus';
const READY = 0x1000;
const DATA = 0x1004;
function writer(): void {
  store(READY, 1);
  store(DATA, 7);
}
function reader(): void {
  if (load(READY) === 1) assert(load(DATA) === 7, 'too early');
}
export const cpus = [writer, reader];
`);
    expect(why.decisive[0]).toMatchObject({ isMade: false, titles: [] });
    expect(lines.join('\n')).toContain("came before CPU#0's store to DATA (about to be made, writer:6);");
  });

  test('what shows in any order is said to be decided by none', async () => {
    const { why, lines } = await module(`import { assert, load, xadd } from 'tasklock/bus';
const A = 0x1000;
function one(): void {
  xadd(A, 1);
}
function other(): void {
  assert(xadd(A, 1) > 5, 'never so');
}
export const cpus = [one, other];
export function finished(): boolean {
  return load(A) === 2;
}
`);
    expect(why.decide).toBe(0);
    expect(why.decisive).toEqual([]);
    for (const line of lines) expect(line).not.toMatch(/prevent|nothing goes wrong/);
  });

  test('an order that cannot be turned is not tried: who read what the other wrote, and went by it', async () => {
    const { subject, moves } = await module(`import { assert, load, store } from 'tasklock/bus';
const FLAG = 0x1000;
function writer(): void {
  store(FLAG, 1);
}
function reader(): void {
  while (load(FLAG) === 0) {}
  store(FLAG, 2);
  assert(load(FLAG) === 3, 'no');
}
export const cpus = [writer, reader];
`);
    const flow = flowOf(subject, moves);
    for (const { earlier, later } of reversalsOf(flow, () => true)) {
      // The reader's own store lies behind its load of what was written.
      expect([earlier, later]).not.toEqual([0, moves.length - 2]);
    }
  });
});

const chooser = (check: string) => `import { assert, choose, load, store } from 'tasklock/bus';
const A = 0x1000;
const B = 0x1004;
function one(): void {
  const first = choose(3);
  const second = choose(2);
  store(A, first);
  store(B, second);
  ${check}
}
function other(): void {
  store(B, load(B));
}
export const cpus = [one, other];
`;

describe('a value that was chosen', () => {
  test('decides where 0 in its place prevents the bug', async () => {
    const { why, lines } = await module(chooser("assert(first !== 2, 'two');"));
    expect(why.choices.map(({ choice, titles }) => [choice.at?.line, titles])).toEqual([[5, []]]);
    const text = lines.join('\n');
    expect(text).toMatch(
      /why: it needs what was chosen \(1 of [12] that were tried\):\n {2}CPU#0 chose 2 of 3 \(step \d, one:5\);/,
    );
    expect(text).toMatch(/\n {2}with 0 nothing goes wrong$/);
  });

  test('does not where it shows all the same', async () => {
    const { why, lines } = await module(chooser("assert(first + second < 0, 'any');"));
    expect(why.choices).toEqual([]);
    expect(lines.join('\n')).not.toContain('chosen');
  });

  test('and may lead to another bug', async () => {
    const target: Target = {
      kind: 'module',
      name: 'm.ts',
      path: '/nowhere/m.ts',
      text: chooser("if (first > 0) assert(second === 0, 'both'); else assert(second === 0, 'other');"),
      settings: {},
      mutant: null,
    };
    const { bugs } = await exploreTarget(target, 'dpor', 20_000);
    const bug = bugs.find(({ title }) => title === 'assert: both in one');
    if (bug === undefined) throw new Error('nothing found');
    const quest = { moves: bug.decisions, bug, checkers: [], sourceLine: sourceLines(target) };
    const { choices, choicesTried } = whyOf(await subjectOf(target), quest);
    expect(choicesTried).toBe(2);
    expect(choices.map(({ choice, titles }) => [choice.at?.line, titles])).toEqual([
      [6, []],
      [5, ['assert: other in one']],
    ]);
  });

  test('examples/failing-call.ts: it needs the memory that there is not', async () => {
    const target = await moduleTarget(inRepository('examples/failing-call.ts'), new Map([['PUT_ONCE', 0]]));
    const { lines } = await explained(target);
    expect(lines.join('\n')).toMatch(/CPU#\d chose 1 of 2 \(step \d, kmalloc:25\);\n {2}with 0 nothing goes wrong/);
  });
});

describe('who waits for whom', () => {
  test('a circle of locks', async () => {
    const { why, lines } = await example('philosophers');
    expect(why.waiting.map(({ what, cpu, by }) => [what, cpu, by?.cpu])).toEqual([
      ['lock', 0, 1],
      ['lock', 1, 2],
      ['lock', 2, 0],
    ]);
    expect(lines).toContain('  in a circle: CPU#0 waits for CPU#1 waits for CPU#2 waits for CPU#0');
  });

  test('a lost wake-up: since when it sleeps, and who went by before', async () => {
    const { why, lines, title } = await module(`import { futex_wait, futex_wake, load, store } from 'tasklock/bus';
const DOOR = 0x1000;
const OPEN = 0x1004;
function sleeper(): void {
  if (load(OPEN) === 0) futex_wait(DOOR, 0);
}
function opener(): void {
  store(OPEN, 1);
  futex_wake(DOOR, 1);
}
export const cpus = [sleeper, opener];
`);
    expect(title).toBe('deadlock: no CPU can go on in sleeper');
    const [only] = why.waiting;
    expect(only).toMatchObject({ what: 'sleep', cpu: 0, by: { cpu: 1 } });
    expect(only?.by?.step).toBeLessThan(only?.since ?? 0);
    expect(lines.join('\n')).toMatch(
      /CPU#0 sleeps on DOOR since step \d; the last futex_wake there was CPU#1's at\s+step \d, opener:9, before that/,
    );
    expect(lines.join('\n')).toContain('wakes nobody');
  });

  test('a change that never comes', async () => {
    const { lines } = await module(`import { load, store, wait_for_change } from 'tasklock/bus';
const FLAG = 0x1000;
const OTHER = 0x1004;
function waiter(): void {
  wait_for_change(FLAG, load(FLAG));
}
function changer(): void {
  store(FLAG, 1);
  store(OTHER, 1);
}
export const cpus = [waiter, changer];
`);
    expect(lines).toContain('  CPU#0 waits for FLAG to change, as CPU#1 did last at step 1, changer:8');
  });
});

test('what one CPU does in a row to a word leaves what it found and what it left', async () => {
  const { subject, moves } = await module(`import { load, store } from 'tasklock/bus';
const WORD = 0x1000;
function many(): void {
  store(WORD, 1);
  store(WORD, 2);
  store(WORD, 3);
}
function one(): void {
  store(WORD, load(WORD) + 4);
}
export const cpus = [many, one];
export function finished(): boolean {
  return load(WORD) === 3;
}
`);
  const flow = flowOf(subject, moves);
  for (const { earlier, later } of meetingsOf(flow)) {
    expect(flow.moves[earlier]).not.toBe(flow.moves[later]);
    expect(earlier).toBeLessThan(later);
    // Nothing of either CPU lies between them that does not commute with both.
    for (let step = earlier + 1; step < later; step++) expect(flow.kinds[step]).toBe(flow.kinds[earlier]);
  }
});
