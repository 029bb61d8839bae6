/** The interleaving as tools and people read it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordedTarget } from '../../dist/src/explore/replay/recorded-target.js';
import { replay } from '../../dist/src/explore/replay/replay.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import type { Recording } from '../../dist/src/recording/format.js';
import { decodeToken } from '../../dist/src/recording/token.js';
import { interleavingJson } from '../../dist/src/report/interleaving-json.js';
import { interleavingLines } from '../../dist/src/report/interleaving-text.js';
import { inRepository } from '../support/cli-process.ts';
import { recorded } from '../support/recorded.ts';

const recordingOf = (format: number, what: string): Recording => {
  const one = recorded.find((each) => each.format === format && each.what === what);
  if (one === undefined) throw new Error(what);
  return decodeToken(one.token);
};

const replayed = async (recording: Recording) => replay(await subjectOf(recordedTarget(recording)), recording);
const turnsOf = async (recording: Recording) => (await replayed(recording)).turns;
const linesOf = async (recording: Recording) => {
  const { turns, valueText } = await replayed(recording);
  return interleavingLines(turns, valueText);
};

test('of a module: where each turn begins, what that access does, the line of its text', async () => {
  const turns = await turnsOf(recordingOf(2, 'a module with an import'));
  const common = { task: 'adder', move: 'step', function: 'adder', file: 'adder.ts' };
  const [address, symbol] = [4096, 'COUNT'];
  expect(interleavingJson(turns)).toEqual([
    {
      ...common,
      step: 1,
      cpu: 0,
      line: 5,
      access: { kind: 'load', address, symbol, before: 0, after: 0 },
      source: 'const seen = load(COUNT);',
    },
    {
      ...common,
      step: 2,
      cpu: 1,
      line: 5,
      access: { kind: 'load', address, symbol, before: 0, after: 0 },
      source: 'const seen = load(COUNT);',
    },
    {
      ...common,
      step: 4,
      cpu: 0,
      line: 6,
      access: { kind: 'store', address, symbol, before: 1, after: 1 },
      source: 'store(COUNT, seen + 1);',
    },
  ]);
  expect(await linesOf(recordingOf(2, 'a module with an import'))).toEqual([
    'interleaving with 2 context switches:',
    '  CPU#0 adder',
    '      1  load COUNT = 0           adder:5  const seen = load(COUNT);',
    '  CPU#1 adder',
    '      2  load COUNT = 0           adder:5  const seen = load(COUNT);',
    '      3  store COUNT = 1 (was 0)  adder:6  store(COUNT, seen + 1);',
    '  CPU#0 adder',
    '      4  store COUNT = 1 (was 1)  adder:6  store(COUNT, seen + 1);',
  ]);
});

test('of a module: a word is called by the constant of its address, where one alone has it', async () => {
  const text = `import { store, load, smp_mb } from 'tasklock/bus';
const HERE = 0x1000;
const SAME = 0x1004;
const ALSO = SAME;
const PART = 4;
export const cpus = [() => { store(HERE, 7); }, () => { store(ALSO, 7); }, () => { store(HERE + 8, 7); }, smp];
function smp(): void {
  smp_mb();
}
`;
  const recording: Recording = {
    ...recordingOf(2, 'a module with an import'),
    subject: { kind: 'module', name: 'a.ts', text, settings: {} },
    cpus: 4,
    decisions: Uint16Array.of(0, 1, 2, 3),
  };
  const told = interleavingJson(await turnsOf(recording));
  expect(told.map(({ access }) => access)).toEqual([
    { kind: 'store', address: 4096, symbol: 'HERE', before: 0, after: 7 },
    { kind: 'store', address: 4100, symbol: null, before: 0, after: 7 },
    { kind: 'store', address: 4104, symbol: null, before: 0, after: 7 },
    null,
  ]);
});

test('of a module that chooses: a part of the turn, with its value and of how many', async () => {
  const turns = await turnsOf(recordingOf(3, 'a module that chooses'));
  const told = interleavingJson(turns);
  expect(told.map(({ step, cpu, move }) => [step, cpu, move])).toEqual([
    [1, 0, 'step'],
    [2, 0, 'choice'],
    [4, 0, 'choice'],
    [5, 1, 'step'],
    [6, 0, 'step'],
    [7, 1, 'step'],
  ]);
  expect(told[1]).toEqual({
    step: 2,
    cpu: 0,
    task: 'opener',
    move: 'choice',
    value: 3,
    of: 5,
    function: 'opener',
    file: 'failing.ts',
    line: 8,
    access: null,
    source: 'const error = choose(5);',
  });
  expect(told[2]).toMatchObject({ value: 2, of: 3, source: 'store(OPENED, 1 + choose(3));' });
  expect(turns.map(({ cpu, length, values }) => ({ cpu, length, values }))).toEqual([
    { cpu: 0, length: 4, values: [3, 2] },
    { cpu: 1, length: 1, values: [] },
    { cpu: 0, length: 1, values: [] },
    { cpu: 1, length: 1, values: [] },
  ]);
  expect(await linesOf(recordingOf(3, 'a module that chooses'))).toEqual([
    'interleaving with 3 context switches:',
    '  CPU#0 opener',
    '      1  store BUFFER = 0 (was 0)  opener:7   store(BUFFER, 0);',
    '      2  chooses 3 of 5            opener:8   const error = choose(5);',
    '      3  store OPENED = 1 (was 0)  opener:10  store(OPENED, 1);',
    '      4  chooses 2 of 3            opener:11  store(OPENED, 1 + choose(3));',
    '  CPU#1 reader',
    '      5  load OPENED = 1           reader:15  if (load(OPENED) > 0) assert(load…',
    '  CPU#0 opener',
    '      6  store OPENED = 3 (was 1)  opener:11  store(OPENED, 1 + choose(3));',
    '  CPU#1 reader',
    '      7  load BUFFER = 0           reader:15  if (load(OPENED) > 0) assert(load…',
  ]);
});

test('of a scenario: the tasks, the variables of the kernel, the lines of its source; the same each time', async () => {
  const recording = recordingOf(1, 'a scenario');
  const told = interleavingJson(await turnsOf(recording));
  const begun = [...recording.decisions].flatMap((cpu, i, all) => (cpu === all[i - 1] ? [] : [i + 1]));
  expect(told.map(({ step }) => step)).toEqual(begun);
  expect(told.map(({ cpu }) => cpu)).toEqual(begun.map((step) => recording.decisions[step - 1]));
  // A CPU's first access is that of its idle loop, where no task is: the recording holds nothing from before it.
  for (const cpu of [0, 1]) {
    const first = told.find((turn) => turn.cpu === cpu);
    expect(first).toMatchObject({ task: null, function: 'cpu_main', access: { kind: 'load', symbol: 'stop' } });
  }
  expect(told.at(-1)?.task).toBe('owner/2');
  for (const { task } of told) expect(task ?? 'init/1').toMatch(/^[a-z]+\/\d+$/);
  for (const { access } of told) expect(access?.symbol).toMatch(/^[a-z_0-9]+(->[a-z_0-9]+)?$/);
  for (const { file, line, source } of told) {
    const lines = readFileSync(inRepository(file ?? ''), 'utf8').split('\n');
    expect(source).toBe(lines[(line ?? 0) - 1]?.trim());
    expect(source).toMatch(/load|store/);
  }
  expect(interleavingJson(await turnsOf(recording))).toEqual(told);
});

test('a fault outside RAM has no word before or after it', async () => {
  const text = `import { load } from 'tasklock/bus';
function reader(): void {
  load(0);
}
export const cpus = [reader];
`;
  const recording: Recording = {
    ...recordingOf(2, 'a module with an import'),
    subject: { kind: 'module', name: 'a.ts', text, settings: {} },
    cpus: 1,
    decisions: Uint16Array.of(0),
  };
  const [only] = interleavingJson(await turnsOf(recording));
  expect(only?.access).toEqual({ kind: 'load', address: 0, symbol: null, before: null, after: null });
});
