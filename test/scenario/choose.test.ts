/** choose in a program: all values are tried, or drawn; what is found is replayed, and told with the lowest values that show it. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bootForProgram, runInOrder } from '../../dist/src/boot/run-in-order.js';
import { RamView } from '../../dist/src/check/evidence/view.js';
import { explore } from '../../dist/src/explore/search/explore.js';
import { reproduce } from '../../dist/src/explore/run/reproduce.js';
import { strategies } from '../../dist/src/explore/strategies/index.js';
import { kernel } from '../../dist/src/kernel/layout.js';
import { valuesOf } from '../../dist/src/recording/turns.js';
import { assembleText } from '../../dist/src/scenario/assemble.js';
import { stressProgram } from '../smp/stress-run.ts';
import { shared } from '../support/cli-shared.ts';
import { subjectOfText, targetOf } from '../support/programs.ts';

/** Six ways to choose, of which one is wrong. */
const PROGRAM = `profile linux-6
cpus 1
task a:
    x = choose(3)
    y = choose(2)
    repeat y: x = x + 10
    expect x < 12
`;
const TITLE = 'assert: expectation of line 7 failed in a';

const search = async (text: string, strategy: string, last: number) =>
  await explore({
    target: targetOf('choose', text),
    strategy,
    last,
    first: 0,
    seed: 1,
    depth: 3,
    preemptions: Number.POSITIVE_INFINITY,
    checkers: [],
  });

test.each(['dfs', 'dpor'])('%s tries every value of every choice, and each once', async (strategy) => {
  const result = await search(PROGRAM, strategy, 1_000);
  expect(result).toMatchObject({ executions: 6, redundant: 0, end: 'exhausted' });
  expect(result.bugs.map(({ title, times }) => [title, times])).toEqual([[TITLE, 1]]);
});

const drawing = strategies.filter(({ exhaustive }) => !exhaustive).map(({ name }) => name);

test.each(drawing)('%s draws them, and what it finds is replayed', async (strategy) => {
  const { bugs, end } = await search(PROGRAM, strategy, 60);
  expect([bugs.map(({ title }) => title), end]).toEqual([[TITLE], 'executions']);
  const decisions = bugs[0]?.decisions ?? new Uint16Array(0);
  expect(valuesOf(decisions)).toEqual([2, 1]);
  const again = reproduce(subjectOfText(PROGRAM), [], decisions, true);
  expect(again.bugs.map(({ title }) => title)).toEqual([TITLE]);
  expect(again.finalHash).toBe(bugs[0]?.finalHash);
});

const folder = mkdtempSync(join(tmpdir(), 'tasklock-choose-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a recording has the lowest values that show the bug, and replays', async () => {
  const file = join(folder, 'p.prog');
  writeFileSync(file, 'cpus 2\ntask a:\n    x = choose(9)\n    y = choose(5)\n    if x >= 4: expect y == 0\n');
  const found = await shared([
    'explore',
    file,
    '--strategy',
    'random',
    '--executions',
    '40',
    '--seed',
    '3',
    '--out',
    folder,
  ]);
  expect(found.code).toBe(1);
  expect(found.stdout.match(/chooses \d of \d/g)).toEqual(['chooses 4 of 9', 'chooses 1 of 5']);
  const [recording = ''] = readdirSync(folder).filter((name) => name.endsWith('.rec'));
  const replayed = await shared(['replay', join(folder, recording)]);
  expect(replayed.code).toBe(1);
  expect(replayed.stdout).toContain('REPRODUCED');
});

const DRAWS = `cpus 1
shared sum
task a:
    repeat 12:
        x = choose(100)
        sum = sum + x
    expect sum == 0
`;

test('run draws from its seed', () => {
  const sumOf = (seed: number): number => {
    const image = assembleText(DRAWS);
    const memory = bootForProgram(image, undefined, seed);
    runInOrder(memory, image, () => undefined);
    return new RamView(memory).word(kernel.failed_got);
  };
  const sums = [1, 2, 3, 4, 1].map(sumOf);
  expect(sums[4]).toBe(sums[0]);
  expect(new Set(sums).size).toBe(4);
});

test('so does stress', { timeout: 120_000 }, async () => {
  const linesOf = async (seed: number) => {
    const { bugs } = await stressProgram(DRAWS, 1, { seed });
    return bugs.flatMap(({ lines }) => lines.filter((line) => line.startsWith('got ')));
  };
  const [one, other, again] = [await linesOf(1), await linesOf(2), await linesOf(1)];
  expect(one).toHaveLength(1);
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});

test.each([
  ['0', /choose takes 1 to 128, not 0/],
  ['129', /choose takes 1 to 128, not 129/],
  ['n', /a number for "n" of choose/],
])('choose(%s) is refused', (operand, message) => {
  expect(() => assembleText(`task a:\n    n = 1\n    x = choose(${operand})\n`)).toThrow(message);
});
