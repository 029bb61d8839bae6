/**
 * Random code of the module language for one CPU, which plain JavaScript runs as well: reads and writes of RAM lie anywhere
 * in expressions that assign, skip and call, so that every order of evaluation shows in what is left in the end. Values
 * stay small, so that cutting to 32 bits does nothing.
 */
import { Random } from '../../dist/src/base/random.js';

const LOCALS = ['a', 'b', 'c'];
const WORDS = ['X', 'Y', 'Z'];
/** Where the locals are stored in the end. */
export const RESULTS = [0x1100, 0x1104, 0x1108];
export const INPUTS: ReadonlyMap<number, number> = new Map([
  [0x1000, 2],
  [0x1004, 1],
  [0x1008, 3],
]);

/** `helpers`, one of which has no point in it, and `run`, which CPU 0 is to call. */
export function randomCode(seed: number): string {
  const random = new Random(seed);
  const body = Array.from({ length: 3 }, () => statement(random, 2)).join('\n  ');
  return `const X = 0x1000, Y = 0x1004, Z = 0x1008;
const T = [3, 0, 2, 1];
function reads(x, y) { return (x & 7) - load(Y) + (y & 3), ${expression(random, 2, ['x', 'y'], ['counts'])}; }
function adds(x, y = 2, z = 1) { const own = scratch(3); own[x & 1] = y; own[2 - (x & 1)] -= z; return own[0] + own[1] * 2 + own[2] & 15; }
function keeps(x, y = 5) { const own = scratch(2); own[x & 1] = load(X); own[y & 1] += load(Y); return own[0] - own[1] & 15; }
function counts(x) { let y = 0; for (let i = 0; i < 3; i++, y++) { if (y > (x & 3)) break; } return x > 0 ? (y, x - 1 & 7) : (5, y); }
function run() {
  let a = 1, b = 2, c = 0;
  const w = scratch(4);
  ${body}
  store(${RESULTS[0]}, a); store(${RESULTS[1]}, b); store(${RESULTS[2]}, c + 16 * (w[0] & 15) + 256 * (w[1] & 15) + 4096 * (w[2] ^ w[3] & 15));
}`;
}

function expression(random: Random, depth: number, locals = LOCALS, functions = ['counts', 'reads']): string {
  const inner = (): string => expression(random, depth - 1, locals, functions);
  const small = (): string => `(${inner()} & 15)`;
  switch (random.below(depth <= 0 ? 3 : 26)) {
    case 0:
      return String(random.below(5));
    case 1:
      return random.pick(locals);
    case 2:
      return `load(${random.pick(WORDS)})`;
    case 3:
      return `(${inner()} + ${inner()} & 15)`;
    case 4:
      return `(${inner()} - ${inner()} & 15)`;
    case 5:
      return `(${inner()} < ${inner()} ? ${inner()} : ${inner()})`;
    case 6:
    case 7:
      return `(${random.pick(locals)} = ${small()})`;
    case 8:
      return `xchg(${random.pick(WORDS)}, ${small()})`;
    case 9:
    case 10: {
      const name = random.pick(functions);
      return name === 'reads' ? `reads(${small()}, ${small()})` : `counts(${small()})`;
    }
    case 11:
      return `((${inner()} !== 0 && ${inner()} > 1) ? 7 : ${inner()})`;
    case 12:
      return `((${inner()} === 0 || !(${inner()} > 1)) ? ${inner()} : 3)`;
    case 13:
      return `(${inner()}, ${inner()})`;
    case 22:
    case 23:
    case 24:
      return random.pick(locals);
    case 15:
    case 16:
      return locals === LOCALS ? `w[${inner()} & 3]` : inner();
    case 17:
      return locals === LOCALS ? `(w[${inner()} & 3] = ${small()})` : inner();
    case 18:
      return locals === LOCALS ? `((w[${inner()} & 3] ${random.pick(['+=', '-=', '^='])} ${small()}) & 15)` : inner();
    case 19:
      return locals === LOCALS ? `(w[${inner()} & 3]++ & 15)` : inner();
    case 20:
      return random.pick([
        `adds(${small()})`,
        `adds(${small()}, ${small()})`,
        `keeps(${small()})`,
        `udiv(${small()}, ${small()})`,
      ]);
    case 14:
      return `T[${inner()} & 3]`;
    default:
      return `Math.max(${inner()}, ${inner()})`;
  }
}

function statement(random: Random, depth: number): string {
  const local = (): string => random.pick(LOCALS);
  const value = (): string => `${expression(random, 3)} & 15`;
  const inner = (): string => statement(random, depth - 1);
  switch (random.below(depth <= 0 ? 6 : 15)) {
    case 0:
      return `${local()} = ${value()};`;
    case 1:
      return `${local()} ${random.pick(['+=', '-=', '^=', '&=', '|='])} ${value()}; a &= 15; b &= 15; c &= 15;`;
    case 2:
      return `store(${random.pick(WORDS)}, ${value()});`;
    case 3:
      return `${local()} = ${value()}, ${local()} = ${value()};`;
    case 4:
      return `const d = (${expression(random, 2)}, ${value()}); ${local()} = d;`.replaceAll(
        /\bd\b/g,
        `d${random.below(1e9)}`,
      );
    case 5:
      return `xadd(${random.pick(WORDS)}, ${value()}), ${local()}++;`;
    case 6:
    case 7:
      return `if (${expression(random, 2)} > ${expression(random, 1)}) { ${inner()} } else { ${inner()} }`;
    case 8:
      return `for (let i = 0; i < ${random.below(3)} + (${expression(random, 1)} & 1); i++) { ${inner()} if (${expression(random, 1)} === 2) continue; ${inner()} }`;
    case 9:
      return `switch (${expression(random, 2)}) { case 0: ${inner()} break; case ${1 + random.below(3)}: ${inner()} default: ${inner()} }`;
    case 11:
      return `w[${expression(random, 1)} & 3] ${random.pick(['=', '+=', '-='])} ${value()};`;
    case 12:
      return `{ const [n, , m] = [${expression(random, 2)}, ${expression(random, 1)}, ${value()}]; const [k, j] = T; ${local()} = n + m * k & 15; ${local()} ^= j; }`;
    case 13:
      return `{ const v = scratch(2); v[${expression(random, 1)} & 1]--; ${inner()} ${local()} = v[${expression(random, 1)} & 1] & 15; }`.replaceAll(
        /\bv\b/g,
        `v${random.below(1e9)}`,
      );
    case 10:
      return `{ let n = 0; do { ${inner()} if (${expression(random, 1)} === 1) break; } while (n++ < 2); }`.replaceAll(
        /\bn\b/g,
        `n${random.below(1e9)}`,
      );
    default:
      return `out${random.below(1e9)}: `.concat(`{ ${inner()} ${inner()} }`);
  }
}
