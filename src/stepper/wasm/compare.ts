/** What compares two values: words where both sides are. */
import type { BinaryOperator } from '../form/operators.ts';
import { op } from './opcodes.ts';
import { isExact, isUnsigned, isWord, type Range } from './range.ts';

type Comparison = '===' | '!==' | '<' | '<=' | '>' | '>=';

const SIGNED: Record<Comparison, number> = {
  '===': op.i32_eq,
  '!==': op.i32_ne,
  '<': op.i32_lt_s,
  '<=': op.i32_le_s,
  '>': op.i32_gt_s,
  '>=': op.i32_ge_s,
};
const UNSIGNED: Record<Comparison, number> = {
  ...SIGNED,
  '<': op.i32_lt_u,
  '<=': op.i32_le_u,
  '>': op.i32_gt_u,
  '>=': op.i32_ge_u,
};
const LONG: Record<Comparison, number> = {
  '===': op.i64_eq,
  '!==': op.i64_ne,
  '<': op.i64_lt_s,
  '<=': op.i64_le_s,
  '>': op.i64_gt_s,
  '>=': op.i64_ge_s,
};
const DOUBLE: Record<Comparison, number> = {
  '===': op.f64_eq,
  '!==': op.f64_ne,
  '<': op.f64_lt,
  '<=': op.f64_le,
  '>': op.f64_gt,
  '>=': op.f64_ge,
};

/** How two sides that lie between such numbers are best worked out, and what compares them then. */
export function comparing(
  operator: BinaryOperator,
  a: Range,
  b: Range,
): { readonly as: 'word' | 'long' | 'double'; readonly opcode: number } {
  const one = operator as Comparison;
  if (isWord(a) && isWord(b)) return { as: 'word', opcode: SIGNED[one] };
  if (isUnsigned(a) && isUnsigned(b)) return { as: 'word', opcode: UNSIGNED[one] };
  return isExact(a) && isExact(b) ? { as: 'long', opcode: LONG[one] } : { as: 'double', opcode: DOUBLE[one] };
}
