/**
 * Programs with workers, and agents with ports and event loops, on real threads: confirmed every time, and never when a step,
 * the end or the program is another.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { threadScript } from '../../dist/src/explore/replay/on-threads.js';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { confirm } from '../../dist/src/javascript/threads/confirm.js';
import type { Script } from '../../dist/src/javascript/threads/script.js';
import { amount, isLong } from '../support/amount.ts';

/** What is confirmed is so every time: a second time shows what the first left behind, of the first two. */
const RUNS = amount(1, 20);
const SHORT_MS = 1_200;
const folder = mkdtempSync(join(tmpdir(), 'tasklock-threads-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = {
  'program.mjs': "export const program = './main.mjs';",
  'main.mjs': `import { Worker } from 'node:worker_threads';
const m = new Int32Array(new SharedArrayBuffer(8));
const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { m } });
worker.on('message', () => { if (Atomics.load(m, 0) === 1) throw new Error('late'); });
worker.postMessage('go');
Atomics.store(m, 0, 1);
Atomics.store(m, 0, 2);`,
  'worker.mjs': `import { parentPort, workerData } from 'node:worker_threads';
parentPort.once('message', () => { if (Atomics.load(workerData.m, 0) === 1) throw new Error('seen'); });`,
  'agents.mjs': `import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
export const setup = () => {
  const { port1, port2 } = new MessageChannel();
  return { one: port1, two: port2, m: new Int32Array(new SharedArrayBuffer(4)), got: [] };
};
export const agents = [
  function sends({ one, m }) { one.postMessage('a'); Atomics.store(m, 0, 1); },
  function takes({ two, m, got }) { if (receiveMessageOnPort(two)) got.push(Atomics.load(m, 0)); },
];
export const finished = ({ got }) => got.join() !== '0' || 'early';`,
  'waitAsync.mjs': `export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)), got: [] });
export const agents = [
  function waits({ m, got }) {
    const { async, value } = Atomics.waitAsync(m, 0, 0, 10000);
    if (!async) return got.push(value);
    value.then((result) => got.push(result + ' ' + Atomics.load(m, 1)));
  },
  function wakes({ m }) { Atomics.store(m, 0, 1); Atomics.notify(m, 0); Atomics.store(m, 1, 1); },
];
export const finished = ({ got }) => got[0] !== 'ok 0' || 'early';`,
  'over.mjs': `import { MessageChannel } from 'node:worker_threads';
export const setup = () => {
  const { port1, port2 } = new MessageChannel();
  return { one: port1, two: port2, m: new Int32Array(new SharedArrayBuffer(8)), got: [] };
};
export const agents = [
  function rests({ two, m, got }) {
    two.on('message', () => got.push(Atomics.load(m, 1)));
    Atomics.waitAsync(m, 0, 0, 5000).value.then((result) => got.push(result));
  },
  function sends({ one, m }) { one.on('message', () => {}).postMessage('a'); Atomics.store(m, 1, 1); },
];
export const finished = ({ got }) => got.join() !== '1,timed-out' || 'over';`,
  'timers.mjs': `export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)), got: [] });
export const agents = [
  function sets({ m, got }) {
    const never = setTimeout(() => got.push('never'), 5);
    setTimeout(() => { Atomics.store(m, 0, 1); got.push('late'); clearTimeout(never); }, 3);
    let times = 0;
    const interval = setInterval(() => { if (++times === 2) clearInterval(interval); got.push('every'); }, 1);
  },
  function looks({ m, got }) { setTimeout((what) => got.push(what + Atomics.load(m, 0)), 3, 'saw '); },
];
export const finished = ({ got }) => !got.includes('saw 0') || got.includes('never') || 'before: ' + got;`,
  'waits.mjs': `export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)), got: [] });
export const agents = [
  function waits({ m, got }) { got.push(Atomics.wait(m, 0, 0, 50), Atomics.load(m, 1)); },
  function forgets({ m }) { Atomics.store(m, 1, 1); },
];
export const finished = ({ got }) => got[0] !== 'timed-out' || 'nobody woke it: ' + got;`,
  'timed-program.mjs': "export const program = './timed-main.mjs';",
  'timed-main.mjs': `import { Worker } from 'node:worker_threads';
const worker = new Worker(new URL('./timed-worker.mjs', import.meta.url));
const late = setTimeout(() => { throw new Error('no answer'); }, 1);
worker.on('message', () => clearTimeout(late));`,
  'timed-worker.mjs': `import { parentPort } from 'node:worker_threads';
setTimeout(() => parentPort.postMessage('there'), 1);`,
  'buffers.mjs': `import { StringDecoder } from 'node:string_decoder';
export const setup = () => ({ memory: new SharedArrayBuffer(8), m: new Int32Array(new SharedArrayBuffer(4)), got: [] });
export const agents = [
  function writes({ memory, m }) {
    const buffer = Buffer.from(memory);
    Buffer.from('ab').copy(buffer);
    buffer.write('c', 2);
    buffer.writeUInt8(0x64, 3);
    Atomics.store(m, 0, 1);
    buffer.fill('z', 0, 1);
  },
  function reads({ memory, m, got }) {
    const buffer = Buffer.from(memory);
    if (Atomics.load(m, 0) !== 1) return;
    const part = buffer.subarray(0, 4);
    got.push(part.toString('latin1'), new StringDecoder('utf8').write(part), new TextDecoder().decode(part), part[0], part.readUInt8(1));
  },
];
export const finished = ({ got }) => !got.join().startsWith('zbcd') || 'late: ' + got.join();`,
  'exits.mjs': `export const setup = () => new Int32Array(new SharedArrayBuffer(4));
export const agents = [
  function stores(m) { Atomics.store(m, 0, 1); process.exit(0); },
  function looks(m) { if (Atomics.load(m, 0) === 1) process.exit(3); },
];`,
  'waitAsync-lost.mjs': `export const setup = () => new Int32Array(new SharedArrayBuffer(4));
export const agents = [
  async function waits(m) { await Atomics.waitAsync(m, 0, 0).value; },
  function wakes(m) { Atomics.notify(m, 0); },
];`,
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);

async function scriptOf(name: string): Promise<Script> {
  const target = javascriptTarget(join(folder, name), 'idle');
  const subject = await subjectOf(target);
  const sizes = { seed: 1, depth: 3, rising: true, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 10_000 };
  const { bugs } = await exploreSubject(subject, { ...sizes, target, strategy: 'dpor', checkers: [] }, {});
  return threadScript(subject, bugs[0]!.decisions, bugs[0]!);
}

/** One step in so many is left out, or is another's: its kind comes more than once in each program. */
const isTried = (i: number): boolean => isLong || i % 3 === 0;

const differs = async (script: Script): Promise<string | undefined> => (await confirm(script, SHORT_MS)).differs;

test.for([['program.mjs'], ['agents.mjs']] as const)('%s', { timeout: 120_000 }, async ([name]) => {
  const script = await scriptOf(name);
  for (let i = 0; i < 2 * RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  for (const [i, turn] of script.turns.entries()) {
    // That nobody is told of it yet changes nothing: it is another order that ends the same.
    if (turn.text.startsWith('online ')) continue;
    const without = script.turns.toSpliced(i, 1);
    if (isTried(i)) expect(await differs({ ...script, turns: without }), `without ${turn.text}`).toBeDefined();
    const other = { ...turn, agent: 1 - turn.agent };
    if (!isTried(i + 1)) continue;
    expect(await differs({ ...script, turns: script.turns.with(i, other) }), `other's ${turn.text}`).toBeDefined();
  }
});

/** The same steps are asked of a program that is another. */
function edited(script: Script, from: string, to: string): Script {
  const files = [...script.files].map(([file, source]) => {
    return [file, { ...source, text: source.text.replace(from, () => to) }] as const;
  });
  expect(files.some(([file, { text }]) => text !== script.files.get(file)?.text)).toBe(true);
  return { ...script, files: new Map(files) };
}

test('clean twins of what was recorded', { timeout: 60_000 }, async () => {
  const program = await scriptOf('program.mjs');
  expect(program.end).toMatchObject({ kind: 'failure', what: 'uncaught Error: seen' });
  for (const [from, to] of [
    ["=== 1) throw new Error('seen')", "=== 3) throw new Error('seen')"],
    ["throw new Error('seen')", "throw new Error('other')"],
    ["worker.postMessage('go')", 'void 0'],
    ['Atomics.store(m, 0, 1);', ''],
  ] as const)
    expect(await differs(edited(program, from, to)), to).toBeDefined();
  const agents = await scriptOf('agents.mjs');
  for (const [from, to] of [
    ["one.postMessage('a'); Atomics.store(m, 0, 1);", "Atomics.store(m, 0, 1); one.postMessage('a');"],
    ['if (receiveMessageOnPort(two))', 'receiveMessageOnPort(two); if (false)'],
    ["!== '0'", "!== '1'"],
  ] as const)
    expect(await differs(edited(agents, from, to)), to).toBeDefined();
});

test('Buffers of shared memory, and what decodes them', { timeout: 60_000 }, async () => {
  const script = await scriptOf('buffers.mjs');
  expect(script.end).toMatchObject({ answer: { details: ['late: zbcd,zbcd,zbcd,122,98'] } });
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  const texts = script.turns.map(({ text }) => text);
  for (const name of [
    'copy()',
    'write()',
    'Buffer.writeUInt8(3)',
    'fill()',
    'toString()',
    'decode()',
    'Buffer.readUInt8(1)',
  ])
    expect(texts).toContain(name);
  for (const [i, { text }] of script.turns.entries())
    if (isTried(i))
      expect(await differs({ ...script, turns: script.turns.toSpliced(i, 1) }), `without ${text}`).toBeDefined();
  for (const [from, to] of [
    ['copy(buffer)', 'copy(buffer, 1)'],
    ["fill('z', 0, 1)", "fill('y', 0, 1)"],
    ['part.readUInt8(1)', '98'],
  ] as const)
    expect(await differs(edited(script, from, to)), to).toBeDefined();
});

test('ends by an exit code, and as it should', { timeout: 60_000 }, async () => {
  const script = await scriptOf('exits.mjs');
  expect(script.end).toMatchObject({ kind: 'failure', agent: 1, what: 'ends with exit code 3' });
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  for (const to of ['process.exit(4)', 'process.exit(0)', 'return'])
    expect(await differs(edited(script, 'process.exit(3)', to)), to).toBeDefined();
});

test('other ends', { timeout: 60_000 }, async () => {
  const program = await scriptOf('program.mjs');
  const agents = await scriptOf('agents.mjs');
  const wrong = { what: 'the end is not as it should be', details: ['late'] };
  for (const script of [
    { ...program, end: { kind: 'failure', agent: 1, what: 'uncaught Error: late' } },
    { ...program, end: { kind: 'stuck', stuck: [{ agent: 0, does: 'sleeps', isThere: false }] } },
    { ...program, end: { kind: 'stuck', stuck: [{ agent: 1, does: 'spins', isThere: false }] } },
    { ...agents, end: { kind: 'wrong', answer: wrong } },
    { ...agents, end: { kind: 'failure', agent: 1, what: 'uncaught Error: no' } },
    { ...agents, end: { kind: 'stuck', stuck: [{ agent: 1, does: 'sleeps', isThere: true }] } },
  ] as const)
    expect(await differs(script), JSON.stringify(script.end)).toBeDefined();
});

test('waitAsync.mjs: the engine settles what it is asked to', { timeout: 120_000 }, async () => {
  const script = await scriptOf('waitAsync.mjs');
  expect(script.promises).toEqual([
    { settle: 1, over: [], waits: [] },
    { settle: 0, over: [], waits: [] },
  ]);
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  for (const [from, to] of [
    ['Atomics.notify(m, 0);', ''],
    ['Atomics.notify(m, 0);', 'Atomics.notify(m, 1);'],
    ['waitAsync(m, 0, 0, 10000)', 'waitAsync(m, 0, 3, 10000)'],
    ["!== 'ok 0'", "!== 'ok 1'"],
  ] as const)
    expect(await differs(edited(script, from, to)), to).toBeDefined();
  for (const [i, turn] of script.turns.entries())
    if (isTried(i))
      expect(await differs({ ...script, turns: script.turns.toSpliced(i, 1) }), `without ${turn.text}`).toBeDefined();
});

test('who waits for a promise that nobody settles is refused', { timeout: 60_000 }, async () => {
  const target = javascriptTarget(join(folder, 'waitAsync-lost.mjs'), 'idle');
  const subject = await subjectOf(target);
  const sizes = { seed: 1, depth: 3, rising: true, preemptions: Number.POSITIVE_INFINITY, first: 0, last: 10_000 };
  const { bugs } = await exploreSubject(subject, { ...sizes, target, strategy: 'dpor', checkers: [] }, {});
  expect(bugs[0]!.title).toMatch(/^deadlock/);
  expect(() => threadScript(subject, bugs[0]!.decisions, bugs[0]!)).toThrow('waits for its promise');
});

test('over.mjs: time that is over, and notes of one that is at rest', { timeout: 120_000 }, async () => {
  const script = await scriptOf('over.mjs');
  expect([script.promises, script.resting]).toEqual([
    [
      { settle: 1, over: [0], waits: [] },
      { settle: 0, over: [], waits: [] },
    ],
    [0, 1],
  ]);
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  for (const [from, to] of [
    ['got.push(result)', 'got.push(7)'],
    ['got.push(Atomics.load(m, 1))', 'Atomics.load(m, 1)'],
    ['Atomics.store(m, 1, 1)', 'Atomics.store(m, 1, 1); Atomics.notify(m, 0)'],
    ["'1,timed-out'", "'1,ok'"],
  ] as const)
    expect(await differs(edited(script, from, to)), to).toBeDefined();
  const never = script.promises.map((one) => ({ ...one, over: [] }));
  expect(await differs({ ...script, promises: never })).toBeDefined();
});

test('timers.mjs: each is begun when it is its turn', { timeout: 120_000 }, async () => {
  const script = await scriptOf('timers.mjs');
  expect(script.turns.map(({ text }) => text).filter((text) => text.startsWith('timer'))).toHaveLength(4);
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  for (const [from, to] of [
    ["got.push('late'); clearTimeout(never); }, 3)", "got.push('late'); clearTimeout(never); }, 4)"],
    ["'saw '", "'seen '"],
    ['=== 2) clearInterval', '=== 1) clearInterval'],
    ['clearTimeout(never); }', '}'],
    ["!got.includes('saw 0')", "!got.includes('saw 1')"],
  ] as const)
    expect(await differs(edited(script, from, to)), to).toBeDefined();
  for (const [i, turn] of script.turns.entries())
    expect(await differs({ ...script, turns: script.turns.toSpliced(i, 1) }), `without ${turn.text}`).toBeDefined();
});

test("waits.mjs: a wait whose time is over is the engine's", { timeout: 120_000 }, async () => {
  const script = await scriptOf('waits.mjs');
  expect(script.promises.map(({ waits }) => waits)).toEqual([[0], []]);
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  const never = script.promises.map((one) => ({ ...one, waits: [] }));
  expect(await differs({ ...script, promises: never })).toBeDefined();
  for (const [from, to] of [
    ['Atomics.wait(m, 0, 0, 50)', 'Atomics.wait(m, 0, 1, 50)'],
    ['Atomics.wait(m, 0, 0, 50)', 'Atomics.wait(m, 0, 0, 60)'],
    ["!== 'timed-out'", "!== 'ok'"],
  ] as const)
    expect(await differs(edited(script, from, to)), to).toBeDefined();
});

test('timed-program.mjs: a timer of a program that comes before what it waits for', { timeout: 120_000 }, async () => {
  const script = await scriptOf('timed-program.mjs');
  expect(script.end).toMatchObject({ kind: 'failure', what: 'uncaught Error: no answer' });
  for (let i = 0; i < RUNS; i++) expect((await confirm(script)).differs).toBeUndefined();
  expect(await differs(edited(script, "throw new Error('no answer')", 'return')), 'nothing thrown').toBeDefined();
});
