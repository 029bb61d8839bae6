/** Random code of the kernel's subset over words at the edges of their range. */
import type { Random } from '../../dist/src/base/random.js';

export const LOCALS = ['a', 'b', 'c'];
export const EDGES = [0, 1, -1, 2, 7, 31, 32, -5, 0xffff, 0x6b6b6b6b, 0x7fffffff, -0x80000000, -0x7fffffff, 0x40000000];
const CONSTANTS = ['0', '1', '2', '3', '-1', '256', '0x7fffffff', '0xffffffff', '0x80000000', '-7'];

/** A value; `call` is a function of two words that it may call. Any operator in any place, so that nothing is cut but at the end. */
export function value(random: Random, depth: number, call = 'own'): string {
  const inner = (): string => value(random, depth - 1, call);
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
      return `${call}((${inner()}) | 0, (${inner()}) | 0)`;
    case 12:
    case 13:
    case 14:
      return `+(${inner()} ${random.pick(['===', '!==', '<', '<=', '>', '>='])} ${inner()})`;
    default:
      return `(${inner()} ${random.pick(['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'])} ${inner()})`;
  }
}

/** A statement; loops end after a few turns. */
export function statement(random: Random, depth: number, call = 'own'): string {
  const inner = (): string => statement(random, depth - 1, call);
  const one = (): string => value(random, 2, call);
  const number = (): number => random.below(1e9);
  switch (random.below(depth <= 0 ? 2 : 9)) {
    case 0:
    case 1:
      return `${random.pick(LOCALS)} = (${value(random, 4, call)}) | 0;`;
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
