/** Operators of the language on numbers, for what is worked out before anything runs: constants, the list of CPUs. */

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  '-': (x) => -x,
  '+': (x) => x,
  '~': (x) => ~x,
  '!': (x) => (x ? 0 : 1),
};

const BINARY: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const MATH: Readonly<Record<string, (...numbers: number[]) => number>> = {
  imul: Math.imul,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  sign: Math.sign,
  clz32: Math.clz32,
  floor: Math.floor,
  ceil: Math.ceil,
  round: Math.round,
  trunc: Math.trunc,
};

/** The value of `operator x`; undefined for an operator that is not among them. */
export function unary(operator: string, x: number): number | undefined {
  return Object.hasOwn(UNARY, operator) ? UNARY[operator]?.(x) : undefined;
}

export function binary(operator: string, a: number, b: number): number | undefined {
  const value = Object.hasOwn(BINARY, operator) ? BINARY[operator]?.(a, b) : undefined;
  return value === undefined ? undefined : Number(value);
}

/** `Math.name(...)`. */
export function math(name: string, numbers: readonly number[]): number | undefined {
  return Object.hasOwn(MATH, name) ? MATH[name]?.(...numbers) : undefined;
}
