/** Conditions that lead somewhere: && || and ! become the way itself, and none of them a number. */
import type { Value } from '../form/value.ts';
import type { Target } from './body.ts';
import { op } from './opcodes.ts';
import type { Scope } from './scope.ts';
import { test } from './values.ts';

/** Branches when the value counts as `wanted`, and goes on behind otherwise. */
export function branchWhen(value: Value, wanted: boolean, to: Target, scope: Scope): void {
  const { body } = scope;
  if (value.kind === 'unary' && value.operator === '!') return branchWhen(value.operand, !wanted, to, scope);
  if (value.kind !== 'logical') {
    test(value, scope);
    if (!wanted) body.op(op.i32_eqz);
    return body.branchIf(to);
  }
  // The truth of the left side that decides alone.
  const decides = value.operator === '||';
  if (decides === wanted) {
    branchWhen(value.left, wanted, to, scope);
    return branchWhen(value.right, wanted, to, scope);
  }
  const otherwise = body.block();
  branchWhen(value.left, !wanted, otherwise, scope);
  branchWhen(value.right, wanted, to, scope);
  body.end();
}

/** Writes what is done when the value counts as true, and what otherwise. */
export function either(value: Value, scope: Scope, yes: () => void, no?: () => void): void {
  const { body } = scope;
  const behind = no === undefined ? undefined : body.block();
  const otherwise = body.block();
  branchWhen(value, false, otherwise, scope);
  yes();
  if (behind !== undefined) body.branch(behind);
  body.end();
  if (no === undefined) return;
  no();
  body.end();
}
