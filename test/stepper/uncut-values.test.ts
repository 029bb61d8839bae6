/**
 * What is compiled to WebAssembly comes to what JavaScript comes to with the same text, for words at the edges of their
 * range. The engine that runs the tests is the reference: nothing of the compiler takes part in it.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { amount } from '../support/amount.ts';
import { EDGES, LOCALS, statement, value } from '../support/random-values.ts';
import { compiled } from '../support/uncut.ts';

const OWN = 'function own(a, b) { let c = (a ^ b) | 0; if (a > b) c = (c + 1) | 0; return (c - a) | 0; }';

function compare(seed: number, body: string, own = OWN, inPlace = 0): void {
  const text = `${own}\nexport function run(a, b, c) { ${body} }`;
  const run = compiled(text, ['run'], { inPlace })['run'];
  // oxlint-disable-next-line typescript/no-implied-eval -- code of our own, made for this
  const plain = new Function('a', 'b', 'c', `${own}\n${body}`) as (a: number, b: number, c: number) => number;
  const random = new Random(seed);
  for (let turn = 0; turn < 24; turn++) {
    const given = LOCALS.map(() => (turn < 20 ? random.pick(EDGES) : random.below(2 ** 32) | 0)) as [
      number,
      number,
      number,
    ];
    expect({ seed, body, given, comes: run?.(...given) }).toEqual({ seed, body, given, comes: plain(...given) | 0 });
  }
}

describe('random values and statements', () => {
  test('values', () => {
    for (let seed = 0; seed < amount(200, 20_000); seed++) compare(seed, `return (${value(new Random(seed), 5)}) | 0;`);
  });

  test('conditions', () => {
    for (let seed = 0; seed < amount(100, 5000); seed++) {
      compare(seed, `if (${value(new Random(seed), 5)}) return 1; return 2;`);
    }
  });

  test('statements', () => {
    for (let seed = 0; seed < amount(100, 8000); seed++) {
      const random = new Random(seed);
      const body = Array.from({ length: 3 }, () => statement(random, 3)).join(' ');
      compare(seed, `${body} return (a ^ b ^ c) | 0;`);
    }
  });
});

/** Functions that call each other, with locals of the same names, in which whatever may end ends early. */
function functions(random: Random): string {
  const made = ['own', 'inner', 'last'].map((name, i, all) => {
    const call = all[i + 1] ?? 'leaf';
    return `function ${name}(a, b) { let c = (a + b) | 0; ${statement(random, 2, call)} ${statement(random, 1, call)} return (${value(random, 3, call)}) | 0; }`;
  });
  // A local that begins at 0 whenever it is called, and a function that calls itself.
  const leaf = 'function leaf(a, b) { let d; if (a > b) d = ((d | 0) + deep(a & 3)) | 0; return ((d | 0) + b) | 0; }';
  const deep = 'function deep(n) { if (n > 0) return (deep((n - 1) | 0) + n) | 0; return 1; }';
  return [...made, leaf, deep].join('\n');
}

describe('calls that are written in place', () => {
  test.each([10, 60])('functions of fewer than %i values', (inPlace) => {
    for (let seed = 0; seed < amount(80, 4000); seed++) {
      const random = new Random(seed);
      const own = functions(random);
      const body = Array.from({ length: 2 }, () => statement(random, 3)).join(' ');
      compare(seed, `${body} return (a ^ b ^ c) | 0;`, own, inPlace);
    }
  });
});

/** Each is right by one way to work it out and wrong by another. */
test.each([
  ['a sum above 32 bits is compared as it is', 'return +(a + 1 > b);', [0x7fffffff, 0], 1],
  ['a product that a double rounds', 'return (a * b) | 0;', [0x7fffffff, 0x7ffffffd], (0x7fffffff * 0x7ffffffd) | 0],
  ['a quotient by nothing', 'return (a / b) | 0;', [5, 0], 0],
  ['the remainder by nothing is false', 'return a % b ? 1 : 2;', [5, 0], 2],
  ['the least number by -1', 'return (a / b) | 0;', [-0x80000000, -1], -0x80000000],
  ['without sign', 'return +(a >>> 0 > b >>> 0);', [-1, 1], 1],
  ['2 ** 32 is true', 'return (a >>> 0) + 1 ? 1 : 2;', [-1, 0], 1],
  ['half a number is true', 'return a / 2 ? 1 : 2;', [1, 0], 1],
] as const)('%s', (_, body, [a, b], comes) => {
  const run = compiled(`export function run(a, b) { ${body} }`, ['run'])['run'];
  expect(run?.(a, b)).toBe(comes);
});
