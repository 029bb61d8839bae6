/**
 * Code that is compiled to WebAssembly as the stepped kernel is comes to what JavaScript comes to, for words at the edges of
 * their range. Where nothing is cut the reference is the engine that runs the tests, with the same text: nothing of the compiler
 * takes part in it. Where accesses cut it, it is what the compiler makes as JavaScript: a value that is put aside on the way is
 * a word there.
 */
import { expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { SourceError } from '../../dist/src/stepper/source/source.js';
import { amount } from '../support/amount.ts';
import { EDGES, LOCALS, statement, value } from '../support/random-values.ts';
import { compiledCode, machineOf, run } from '../support/stepped-code.ts';

const OWN = 'function own(a, b) { let c = (a ^ b) | 0; if (a > b) c = (c + 1) | 0; return (c - a) | 0; }';
const CUT =
  "import { load, store } from './bus.js';\nfunction cut(a, b) { store(0x2000, own(a, b)); return load(0x2000); }";

type Function = (...words: number[]) => number;

function compareWith(reference: Function, compiled: Function, seed: number, body: string): void {
  const random = new Random(seed);
  for (let turn = 0; turn < 16; turn++) {
    const given = LOCALS.map(() => (turn < 12 ? random.pick(EDGES) : random.below(2 ** 32) | 0));
    const comes = reference(...given) | 0;
    expect({ seed, body, given, comes: compiled(...given) }).toEqual({ seed, body, given, comes });
  }
}

async function compareWhole(seed: number, body: string): Promise<void> {
  const machine = await machineOf(compiledCode(`${OWN}\nexport function run(a, b, c) { ${body} }`, ['run']), 'wasm');
  // oxlint-disable-next-line typescript/no-implied-eval -- code of our own, made for this
  const plain = new Function(...LOCALS, `${OWN}\n${body}`) as Function;
  compareWith(plain, (...given) => run(machine, 'run', ...given), seed, body);
}

/** False for code that cannot be taken apart. */
async function compareCut(seed: number, body: string): Promise<boolean> {
  try {
    const compiled = compiledCode(`${CUT}\n${OWN}\nexport function run(a, b, c) { ${body} }`, ['run']);
    const [js, wasm] = [await machineOf(compiled, 'js'), await machineOf(compiled, 'wasm')];
    compareWith(
      (...given) => run(js, 'run', ...given),
      (...given) => run(wasm, 'run', ...given),
      seed,
      body,
    );
    return true;
  } catch (error) {
    if (error instanceof SourceError) return false;
    throw error;
  }
}

const made: Readonly<Record<string, (random: Random, call: string) => string>> = {
  values: (random, call) => `return (${value(random, 5, call)}) | 0;`,
  conditions: (random, call) => `if (${value(random, 5, call)}) return 1; return 2;`,
  statements: (random, call) =>
    `${Array.from({ length: 3 }, () => statement(random, 3, call)).join(' ')} return (a ^ b ^ c) | 0;`,
};

test.each(Object.entries(made))('%s, not cut', async (_, body) => {
  for (let seed = 0; seed < amount(50, 10_000); seed++) await compareWhole(seed, body(new Random(seed), 'own'));
});

test.each(Object.entries(made))('%s, cut by accesses', async (_, body) => {
  let compared = 0;
  for (let seed = 0; seed < amount(50, 5000); seed++) {
    if (await compareCut(seed, body(new Random(seed), 'cut'))) compared++;
  }
  expect(compared).toBeGreaterThan(40);
});
