/**
 * What is compiled to WebAssembly comes to what JavaScript comes to with the same text, for words at the edges of their
 * range. The engine that runs the tests is the reference: nothing of the compiler takes part in it.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../dist/src/base/random.js';
import { amount } from '../support/amount.ts';
import { compiled } from '../support/uncut.ts';

const LOCALS = ['a', 'b', 'c'];
const EDGES = [0, 1, -1, 2, 7, 31, 32, -5, 0xffff, 0x6b6b6b6b, 0x7fffffff, -0x80000000, -0x7fffffff, 0x40000000];
const CONSTANTS = ['0', '1', '2', '3', '-1', '256', '0x7fffffff', '0xffffffff', '0x80000000', '-7'];

/** A value; any operator in any place, so that nothing is cut but at the end. */
function value(random: Random, depth: number): string {
  const inner = (): string => value(random, depth - 1);
  switch (random.below(depth <= 0 ? 2 : 20)) {
    case 0:
      return random.pick(LOCALS);
    case 1:
      return random.pick(CONSTANTS);
    case 2:
      return `(${random.pick(['-', '+', '~'])}(${inner()}))`;
    case 3:
      return `+!(${inner()})`;
    case 4:
    case 5:
      return `(${inner()} ${random.pick(['&&', '||'])} ${inner()})`;
    case 6:
      return `(${inner()} ? ${inner()} : ${inner()})`;
    case 7:
      return `(${random.pick(LOCALS)} = (${inner()}) | 0)`;
    case 8:
      return `(${inner()}, ${inner()})`;
    case 9:
      return `Math.${random.pick(['abs', 'sign', 'clz32', 'floor', 'ceil', 'round', 'trunc'])}(${inner()})`;
    case 10:
      return `Math.${random.pick(['imul', 'min', 'max'])}(${inner()}, ${inner()})`;
    case 11:
      return `own((${inner()}) | 0, (${inner()}) | 0)`;
    case 12:
    case 13:
    case 14:
      return `+(${inner()} ${random.pick(['===', '!==', '<', '<=', '>', '>='])} ${inner()})`;
    default:
      return `(${inner()} ${random.pick(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'])} ${inner()})`;
  }
}

/** A statement; loops end after a few turns. */
function statement(random: Random, depth: number): string {
  const inner = (): string => statement(random, depth - 1);
  const one = (): string => value(random, 2);
  const number = (): number => random.below(1e9);
  switch (random.below(depth <= 0 ? 2 : 9)) {
    case 0:
    case 1:
      return `${random.pick(LOCALS)} = (${value(random, 4)}) | 0;`;
    case 2:
      return `if (${one()}) { ${inner()} } else { ${inner()} }`;
    case 3: {
      const i = `i${number()}`;
      return `for (let ${i} = 0; ${i} < 3; ${i}++) { ${inner()} if (${one()}) continue; ${inner()} if (${one()}) break; }`;
    }
    case 4: {
      const [n, out] = [`n${number()}`, `out${number()}`];
      return `let ${n} = 0; ${out}: do { ${n}++; for (;;) { ${inner()} if (${one()}) continue ${out}; break ${out}; } } while (${n} < 3);`;
    }
    case 5:
      return `switch ((${one()}) & 7) { case 0: ${inner()} break; case 1: ${inner()} case 2: case 4: ${inner()} default: ${inner()} break; case 3: ${inner()} }`;
    case 6:
      return `switch ((${one()}) | 0) { case 7: ${inner()} case -1: ${inner()} break; case (${one()}) | 0: ${inner()} }`;
    case 7: {
      const out = `out${number()}`;
      return `${out}: { ${inner()} if (${one()}) break ${out}; ${inner()} }`;
    }
    default:
      return `if (${one()}) return (${one()}) | 0;`;
  }
}

const OWN = 'function own(a, b) { let c = (a ^ b) | 0; if (a > b) c = (c + 1) | 0; return (c - a) | 0; }';

function compare(seed: number, body: string): void {
  const text = `${OWN}\nexport function run(a, b, c) { ${body} }`;
  const run = compiled(text, ['run'])['run'];
  // oxlint-disable-next-line typescript/no-implied-eval -- code of our own, made for this
  const plain = new Function('a', 'b', 'c', `${OWN}\n${body}`) as (a: number, b: number, c: number) => number;
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
    for (let seed = 0; seed < amount(600, 20_000); seed++) compare(seed, `return (${value(new Random(seed), 5)}) | 0;`);
  });

  test('conditions', () => {
    for (let seed = 0; seed < amount(300, 5000); seed++) {
      compare(seed, `if (${value(new Random(seed), 5)}) return 1; return 2;`);
    }
  });

  test('statements', () => {
    for (let seed = 0; seed < amount(300, 8000); seed++) {
      const random = new Random(seed);
      const body = Array.from({ length: 3 }, () => statement(random, 3)).join(' ');
      compare(seed, `${body} return (a ^ b ^ c) | 0;`);
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
