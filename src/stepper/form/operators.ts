/** The operators and functions of the language that the intermediate form knows. */

const UNARY = ['-', '+', '~', '!'] as const;
const ARITHMETIC = ['+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '>>>'] as const;
const COMPARISON = ['===', '!==', '<', '<=', '>', '>='] as const;
/** On integers, but for the rounding ones, which look at a quotient. */
const MATH = ['imul', 'abs', 'min', 'max', 'sign', 'clz32', 'floor', 'ceil', 'round', 'trunc'] as const;

export type UnaryOperator = (typeof UNARY)[number];
export type BinaryOperator = (typeof ARITHMETIC)[number] | (typeof COMPARISON)[number];
export type LogicalOperator = '&&' | '||';
export type MathName = (typeof MATH)[number];

const has = (list: readonly string[], name: string): boolean => list.includes(name);

export const isUnary = (operator: string): operator is UnaryOperator => has(UNARY, operator);
export const isComparison = (operator: string): boolean => has(COMPARISON, operator);
export const isBinary = (operator: string): operator is BinaryOperator =>
  has(ARITHMETIC, operator) || isComparison(operator);
export const isMath = (name: string): name is MathName => has(MATH, name);
