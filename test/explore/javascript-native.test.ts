/**
 * Memory that native code comes to: what is a step is explored, so that the reduction finds what plain enumeration of all
 * interleavings finds; what is none is named, and then there is no proof.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exploreSubject } from '../../dist/src/explore/search/explore.js';
import type { SearchResult } from '../../dist/src/explore/search/result.js';
import { javascriptTarget } from '../../dist/src/explore/subject/javascript-target.js';
import type { Subject } from '../../dist/src/explore/subject/subject.js';
import { subjectOf } from '../../dist/src/explore/subject/targets.js';
import { withheldLines } from '../support/withheld.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-native-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Interleavings that are enumerated, at most. */
const MOST = 3000;
let files = 0;

function fileOf(text: string): string {
  const file = join(directory, `spec-${++files}.mjs`);
  writeFileSync(file, text);
  return file;
}

async function explored(file: string, strategy: string, made?: Subject): Promise<SearchResult> {
  const target = javascriptTarget(file, 'idle');
  const subject = made ?? (await subjectOf(target));
  const rest = { seed: 1, depth: 3, preemptions: Number.POSITIVE_INFINITY, first: 0, last: MOST, checkers: [] };
  return await exploreSubject(subject, { ...rest, target, strategy }, {});
}

const whatOf = ({ states, bugs }: SearchResult) => ({
  ends: [...states].sort(),
  titles: bugs.map(({ title }) => title),
});

/** Whether what the program comes to is explored: the reduction finds all, and there is more than one end or a finding. */
async function isExplored(text: string): Promise<void> {
  const file = fileOf(text);
  const subject = await subjectOf(javascriptTarget(file, 'idle'));
  const [reduced, all] = [await explored(file, 'dpor', subject), await explored(file, 'dfs', subject)];
  expect(whatOf(reduced)).toEqual(whatOf(all));
  expect(reduced.withheld).toBeUndefined();
  expect(all.states.size + all.bugs.length).toBeGreaterThan(1);
}

async function isNamed(text: string): Promise<void> {
  const { withheld } = await explored(fileOf(text), 'dpor');
  expect(withheldLines({ withheld })).toEqual([expect.stringMatching(/^not preempted: .*spec-\d+\.mjs:\d/)]);
}

const IMPORTS = `
  import assert from 'node:assert';
  import buffer from 'node:buffer';
  import crypto, { createHash, timingSafeEqual } from 'node:crypto';
  import { StringDecoder } from 'node:string_decoder';
  import util, { inspect, isDeepStrictEqual, types } from 'node:util';`;
const SETUP = `${IMPORTS}
  export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(4)), r: new Int32Array(new SharedArrayBuffer(4)) });`;

/** One agent reads by the expression while another writes; what it has read is in the end. */
const reading = (expression: string) => `${SETUP}
  export const agents = [
    function writes({ m }) { Atomics.store(m, 0, 1); },
    function reads({ m, r }) { Atomics.store(r, 0, String(${expression}).startsWith('0') ? 1 : 2); },
  ];`;
const writing = (statement: string) => `${SETUP}
  export const agents = [
    function writes({ m }) { ${statement} },
    function reads({ m, r }) { Atomics.store(r, 0, Atomics.load(m, 0) === 0 ? 1 : 2); },
  ];`;
const growing = (expression: string) => `${IMPORTS}
  export const setup = () => ({ b: new SharedArrayBuffer(4, { maxByteLength: 16 }), r: new Int32Array(new SharedArrayBuffer(4)) });
  export const agents = [
    function grows({ b }) { const v = new Int32Array(b); b.grow(8); Atomics.store(v, 1, 1); },
    function asks({ b, r }) { const v = new Int32Array(b); Atomics.store(r, 0, Number(${expression})); },
  ];`;
const caught = (expression: string) => `(() => { try { return ${expression}; } catch { return -1; } })()`;

describe('native code that reads a view is a step', () => {
  it.each([
    'Math.max.apply(null, m)',
    'String.fromCharCode.apply(null, m).charCodeAt(0)',
    'Reflect.apply(Math.max, null, m)',
    'Function.prototype.apply.call(Math.max, null, m)',
    'Math.max.apply.bind(Math.max, null)(m)',
    'Math.max(...m)',
    'Reflect.construct(Date, m).getTime()',
    'Reflect.get(m, 0)',
    "Reflect.get(m, '0')",
    'm[[0]]',
    'm[0n]',
    'Object.getOwnPropertyDescriptor(m, 0).value',
    "Reflect.getOwnPropertyDescriptor(m, '0').value",
    '({ ...m })[0]',
    '(({ 0: x }) => x)(m)',
    '(({ length, ...rest }) => rest[0])(m)',
    '((key) => { const { [key]: x } = m; return x; })(0)',
    '((x) => { ({ 0: x } = m); return x; })()',
    'Object.assign({}, m)[0]',
    'Object.values(m)[0]',
    'Object.entries(m)[0][1]',
    'Array.prototype.slice.call(m)[0]',
    'Array.prototype.at.call(m, 0)',
    'm.toLocaleString()',
    'm.toString()',
    '[m].join()',
    'String(m)',
    'String([[m]])',
    'Number(m)',
    'Math.abs(m)',
    'parseInt(m)',
    '"".concat(m)',
    'encodeURIComponent(m)',
    'JSON.parse(JSON.stringify({ m })).m[0]',
    'JSON.parse(JSON.stringify([[m]]))[0][0][0]',
    'inspect(m).at(-3)',
    'util.format("%j", { a: [m] }).includes("1") ? 1 : 0',
    'inspect(m.buffer).includes("01") ? 1 : 0',
    'isDeepStrictEqual(new Map([[1, m]]), new Map([[1, new Int32Array([1])]])) ? 1 : 0',
    '(() => { try { assert.deepStrictEqual({ m }, { m: new Int32Array(1) }); return 0; } catch { return 1; } })()',
    'createHash("md5").update(m).digest("hex") === createHash("md5").update(new Int32Array(1)).digest("hex") ? 0 : 1',
    'timingSafeEqual(m, new Int32Array(1)) ? 0 : 1',
    'new StringDecoder("latin1").write(new Uint8Array(m.buffer)).charCodeAt(0)',
    'buffer.isUtf8(m) ? m[0] : 0',
  ])('%s', async (expression) => {
    await isExplored(reading(expression));
  });
});

describe('native code that writes a view is a step', () => {
  it.each([
    'crypto.getRandomValues(m);',
    'globalThis.crypto.getRandomValues(m);',
    'crypto.randomFillSync(m);',
    'Reflect.set(m, 0, 1);',
    'Object.defineProperty(m, 0, { value: 1 });',
    "Reflect.defineProperty(m, '0', { value: 1 });",
    'Object.assign(m, [1]);',
    'Array.prototype.fill.call(m, 1);',
    'm[[0]] = 1;',
    'm[0n] += 1;',
    '[m[0]] = [1];',
  ])('%s', async (statement) => {
    await isExplored(writing(statement));
  });
});

describe('what native code does unseen is named', () => {
  it.each([
    '`${m}`',
    'm + ""',
    'm == "0" ? 0 : 1',
    '+m',
    '[0, 1][m]',
    '(({ m: [x] }) => x)({ m })',
    'Math.max.bind(null, 0)(m)',
    'Object.create(m)[0]',
    'Object.setPrototypeOf({}, m)[0]',
    '({ __proto__: m })[0]',
    '((o) => { o.__proto__ = m; return o[0]; })({})',
    'new Proxy(m, {})[0]',
    'Proxy.revocable(m, {}).proxy[0]',
    '[...Array.prototype.values.call(m)][0]',
    'Array.prototype.pop.call(m)',
    'util.styleText?.("red", m) ?? Object.create(m)',
  ])('%s', async (expression) => {
    await isNamed(reading(caught(expression)));
  });

  it('a write through a proxy', async () => {
    await isNamed(writing('new Proxy(m, {})[0] = 1;'));
  });
});

describe('native code that only keeps a view, or asks what it is, is no step and is not named', () => {
  it.each([
    'Array.isArray(m)',
    'Object.is(m, m)',
    'new Int32Array(m.buffer).length',
    'new DataView(m.buffer).byteLength',
    'Buffer.from(m.buffer).length',
    'm.subarray(0).length',
    'new Map([[1, m]]).set(2, m).get(2) === m',
    'new Set([m]).has(m)',
    'new WeakMap([[m, 1]]).get(m)',
    '[m].includes(m) && [m].indexOf(m) === 0 && Array.from([m])[0] === m && [m].concat([m])[1] === m',
    '[].push(m, { m })',
    '[[m]].flat()[0] === m',
    'Object.values({ m })[0] === m',
    'Object.entries([m])[0][1] === m',
    'Object.freeze({ m }).m === m',
    'Object.fromEntries([["m", m]]).m === m',
    'Object.assign({}, { m }).m === m',
    'structuredClone({ m }).m.length',
    'types.isTypedArray(m)',
    'ArrayBuffer.isView(m)',
    'void Promise.resolve({ m }) || void Promise.all([m.buffer]) || void new Promise((go) => go({ m }))',
    'console.log({ m })',
    'new Error("x", { cause: m }).cause === m',
    'new MessageEvent("x", { data: { m } }).data.m === m',
    'new WeakRef(m).deref() === m',
    'JSON.stringify({ b: m.buffer })',
    'assert.ok(m) || assert.strictEqual(m, m)',
    'Object.prototype.toString.call(m)',
    'Reflect.has(m, 0) && 0 in m && Object.hasOwn(m, 0) && Object.keys(m).length',
  ])('%s', async (expression) => {
    const { withheld, executions } = await explored(fileOf(reading(`(${expression}, 0)`)), 'dpor');
    expect({ withheld, executions }).toEqual({ withheld: undefined, executions: 1 });
  });
});

describe('where a length that grows decides, it is read', () => {
  it.each([
    'v[1] ?? -1',
    '(v[1] = 9)',
    caught('Atomics.load(v, 1)'),
    caught('Atomics.exchange(v, 1, 9)'),
    caught('Atomics.compareExchange(v, 1, 0, 9)'),
    caught('Atomics.notify(v, 1)'),
    caught('Atomics.wait(v, 1, 1, 0) === "timed-out"'),
    'v.at(1) ?? -1',
    'Array.prototype.at.call(v, 1) ?? -1',
    caught('(v.set([3], 1), 1)'),
    '(v.fill(5, 1), 1)',
    '(v.copyWithin(1, 0), v.length)',
    caught('new DataView(b).getInt8(4)'),
    caught('(new Int32Array(b, 4, 1), 1)'),
    caught('(Reflect.construct(Int32Array, [b, 4, 1]), 1)'),
    '(1 in v)',
    'Object.hasOwn(v, 1)',
    'Object.keys(v).length',
    'Reflect.ownKeys(v).length',
    '(({ length }) => length)(v)',
    '(({ byteLength }) => byteLength)(b)',
    'Reflect.get(b, "byteLength")',
    'Object.getOwnPropertyDescriptor(SharedArrayBuffer.prototype, "byteLength").get.call(b)',
    '[...v].length',
    '(() => { let n = 0; for (const x of v) n++; return n; })()',
    '(() => { let n = 0; for (const x in v) n++; return n; })()',
    '(() => { let n = 0; v.forEach(() => n++); return n; })()',
    '[...v.keys()].length',
    'v.toSorted((a, b) => a - b).length',
    'v.subarray(0).length',
    'b.slice(0).byteLength',
    'JSON.stringify(v).length',
    'Math.max.apply(null, v)',
    'Buffer.from(b).length',
  ])('%s', async (expression) => {
    await isExplored(growing(expression));
  });

  it('of an access that was made before there was more', async () => {
    await isExplored(`
      export const setup = () => ({ b: new SharedArrayBuffer(4, { maxByteLength: 8 }), r: [] });
      export const agents = [
        function reads({ b, r }) { r.push(new Int32Array(b)[1]); },
        function grows({ b }) { b.grow(8); const v = new Int32Array(b); v[1] = 1; v[1] = 2; },
      ];
      export const finished = ({ r }) => r[0] !== 1;`);
  });

  it('and one that may tear goes in halves once there is more', async () => {
    await isExplored(`
      export const setup = () => ({ b: new SharedArrayBuffer(8, { maxByteLength: 16 }), r: [] });
      export const agents = [
        function reads({ b, r }) { r.push(new BigInt64Array(b)[1]); },
        function grows({ b }) { b.grow(16); new BigInt64Array(b)[1] = 0x1_0000_0001n; },
      ];
      export const finished = ({ r }) => r[0] !== 1n;`);
  });
});

describe("a buffer has one place, its maker's", () => {
  it.each([
    'new SharedArrayBuffer(8).slice(0)',
    'new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer',
    'new (new SharedArrayBuffer(8).constructor)(8)',
    'Reflect.construct(SharedArrayBuffer, [8])',
  ])('%s', async (made) => {
    await isExplored(
      `
      export const setup = () => (${made});
      export const agents = [
        function a(b) { const m = new Int32Array(b); Atomics.store(m, 0, 1); m[2] = Atomics.load(m, 1); },
        function c(b) { const m = new Int32Array(b); Atomics.store(m, 1, 1); m[3] = Atomics.load(m, 0); },
      ];`
        .replaceAll('SharedArrayBuffer(8)', 'SharedArrayBuffer(16)')
        .replaceAll('[8]', '[16]')
        .replaceAll(')(8)', ')(16)'),
    );
  });
});

describe('WebAssembly is refused', () => {
  const CODE = [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 0, 0, 96, 0, 1, 127, 2, 9, 1, 1, 101, 1, 109, 2, 3, 1, 1, 3, 3, 2, 0, 1,
    7, 13, 2, 3, 105, 110, 99, 0, 0, 3, 103, 101, 116, 0, 1, 10, 25, 2, 15, 0, 65, 0, 65, 0, 40, 2, 0, 65, 1, 106, 54,
    2, 0, 11, 7, 0, 65, 0, 40, 2, 0, 11,
  ];
  const spec = (maximum: number, act: string) => `
    const code = new Uint8Array(${JSON.stringify(CODE)});
    export const setup = () => new WebAssembly.Memory({ initial: 1, maximum: ${maximum}, shared: true });
    export const agents = [function a(m) { ${act} }];`;

  it.each([
    ['an instance over shared memory', 1, 'new WebAssembly.Instance(new WebAssembly.Module(code), { e: { m } });'],
    ['one that is made later', 1, 'WebAssembly.instantiate(code, { e: { m } });'],
    ['shared memory that grows', 2, 'm.grow(1);'],
  ])('%s', async (_name, maximum, act) => {
    await expect(explored(fileOf(spec(maximum, act)), 'dpor')).rejects.toThrow(/shared.* cannot be explored/);
  });
});
