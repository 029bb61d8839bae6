/** What TypeScript lets stand around an expression without changing it. */
import type { Expression } from 'oxc-parser';

const CAST = /^TS(?:As|Satisfies|NonNull)Expression$|^TSTypeAssertion$/;

/** The expression inside casts, in however many layers: `[1, 2] as const satisfies readonly number[]` is the array. */
export function bare(node: Expression): Expression {
  let inner = node;
  while (CAST.test(inner.type) && 'expression' in inner) inner = inner.expression as Expression;
  return inner;
}
