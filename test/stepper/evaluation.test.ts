/**
 * Compiled code does what JavaScript does with the same text. The engine that runs the tests is the reference: nothing of
 * the compiler takes part in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Runner } from '../../dist/src/explore/run/runner.js';
import { RandomWalk } from '../../dist/src/explore/strategies/random.js';
import { moduleTarget, subjectOf } from '../../dist/src/explore/subject/targets.js';
import { amount } from '../support/amount.ts';
import { INPUTS, randomCode, RESULTS } from '../support/random-code.ts';
import { randomWords } from '../support/random-words.ts';

const directory = mkdtempSync(join(tmpdir(), 'tasklock-evaluation-'));
afterAll(() => rmSync(directory, { recursive: true }));

const ADDRESSES = [...INPUTS.keys(), ...RESULTS];

/** What is left in RAM when the engine runs it. */
function byEngine(code: string): readonly number[] {
  const ram = new Map(INPUTS);
  const load = (address: number): number => ram.get(address) ?? 0;
  const store = (address: number, value: number): void => void ram.set(address, value | 0);
  const replace = (address: number, value: number): number => {
    const old = load(address);
    store(address, value);
    return old;
  };
  const xadd = (address: number, delta: number): number => replace(address, load(address) + delta);
  // oxlint-disable-next-line typescript/no-implied-eval -- code of our own, made for this
  const run = new Function(
    'load',
    'store',
    'xchg',
    'xadd',
    'cpu_delay',
    'wake_waiters',
    'scratch',
    'udiv',
    `${code}\nrun();`,
  );
  run(load, store, replace, xadd, nothing, nothing, own, udiv);
  return ADDRESSES.map(load);
}

/** The same of the compiled code, on one CPU. */
async function byMachine(code: string): Promise<readonly number[]> {
  const setup = [...INPUTS].map(([address, value]) => `store(${address}, ${value});`).join(' ');
  const head = "import { cpu_delay, load, scratch, store, udiv, wake_waiters, xadd, xchg } from 'tasklock/bus';";
  const file = join(directory, 'code.ts');
  writeFileSync(file, `${head}\n${code}\nexport function setup() { ${setup} }\nexport const cpus = [run];\n`);
  const subject = await subjectOf(await moduleTarget(file, new Map()));
  const outcome = new Runner(subject, []).run(new RandomWalk(1), 0);
  expect(outcome?.bugs.map(({ title }) => title)).toEqual([]);
  return ADDRESSES.map((address) => subject.machine.ram[address >> 2] ?? 0);
}

const own = (words: number): Int32Array => new Int32Array(words);
const udiv = (a: number, b: number): number => (b === 0 ? 0 : Math.floor(a / b));
/** What only takes time, or wakes nobody. */
const nothing = (): void => undefined;

const BATCH = amount(25, 300);

describe('random code', () => {
  test.each([0, 1, 2, 3])('batch %i', async (batch) => {
    for (let seed = batch * BATCH; seed < (batch + 1) * BATCH; seed++) {
      const code = randomCode(seed);
      expect({ seed, code, left: await byMachine(code) }).toEqual({ seed, code, left: byEngine(code) });
    }
  });
});

test('random code on whole words', async () => {
  for (let seed = 0; seed < BATCH; seed++) {
    const [code, plain] = randomWords(seed);
    expect({ seed, code, left: await byMachine(code) }).toEqual({ seed, code, left: byEngine(plain) });
  }
});

/** Each came to something else once. */
const inside = (body: string): string =>
  `function one(x) { return 5, x + 1; }
  function two(x) { return load(0x1000), x + 2; }
  function run() { let a = 1, b = 2, c = 4; ${body} store(0x1100, a); store(0x1104, b); store(0x1108, c); }`;

test.each([
  'a = 1, b = 2; a += (load(0x1000), b);',
  'c = (3, (b = 2)) + (load(0x1004) - 1);',
  'store(0x1000, (3, b)); const d = (load(0x1000), 7); a = d;',
  'a = one((b, c)); b = two((a, load(0x1008)));',
  'a = (b = 7, c) + load(0x1000) + b;',
  'cpu_delay(a = 5); cpu_delay(xadd(0x1000, 3)); cpu_delay(one(b = 6) + load(0x1004));',
  'wake_waiters(xchg(0x1004, 0x1000) + (c = 9));',
  'store(0x1000, -1); if ((a = load(0x1000)) >>> 0 >= load(0x1004) >>> 0) b = 7;',
  'store(0x1000, -1); c = (load(0x1000) >>> 0 > (b = load(0x1004)) >>> 0) ? 5 : 6;',
  'store(0x1000, 7); a = Math.ceil(load(0x1000) / (b = 2)) | 0; c = Math.floor(load(0x1000) / (b += load(0x1004))) | 0;',
  'store(0x1000, -1); if (load(0x1000) >>> 0 === 0xffffffff) a = 7; if (load(0x1004) >>> 0 < 0x80000000) b = 7;',
  'store(0x1000, -1); if (load(0x1000) >>> 0 > -1) a = 7; if (0xfffffffe < load(0x1000) >>> 0) b = 7;',
  'store(0x1000, -1); b = 0; if (load(0x1000) >>> b > 5) a = 7; if (load(0x1000) >>> 1 > 5) c = 7;',
])('%s', async (body) => {
  expect(await byMachine(inside(body))).toEqual(byEngine(inside(body)));
});
