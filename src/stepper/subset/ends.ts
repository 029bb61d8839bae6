/** Whether a function can come to its end, or to a bare return, and so to no value where another return has one. */
import type { Node } from 'oxc-parser';
import { childrenOf } from '../source/source.ts';
import { type AnyFunction, isFunction } from './module-functions.ts';

export function endsWithoutValue({ body }: AnyFunction): boolean {
  return body?.type === 'BlockStatement' && (completes(body) || hasBareReturn(body));
}

const hasBareReturn = (node: Node): boolean =>
  !isFunction(node) &&
  (node.type === 'ReturnStatement' ? node.argument === null : childrenOf(node).some(hasBareReturn));

/** Whether what stands behind a statement can be come to from it; what loops for ever and is left by no break has nothing. */
function completes(node: Node): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return false;
    case 'BlockStatement':
      return node.body.every(completes);
    case 'ExpressionStatement':
      return !fails(node.expression);
    case 'IfStatement':
      return completes(node.consequent) || node.alternate === null || completes(node.alternate);
    case 'LabeledStatement':
      return completes(node.body) || isLeft(node.body, node.label.name);
    case 'WhileStatement':
    case 'ForStatement':
      return (node.test !== null && isTrue(node.test) !== true) || isLeft(node.body, undefined);
    case 'DoWhileStatement':
      return isTrue(node.test) !== true || isLeft(node.body, undefined);
    case 'SwitchStatement': {
      const last = node.cases.at(-1);
      const hasDefault = node.cases.some(({ test }) => test === null);
      return (
        !hasDefault || last?.consequent.every(completes) !== false || node.cases.some((one) => isLeft(one, undefined))
      );
    }
    default:
      return true;
  }
}

/** `assert(false, ...)`, which ends the execution. */
function fails(node: Node): boolean {
  const isAssert = node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'assert';
  const [condition] = isAssert ? node.arguments : [];
  return condition !== undefined && isTrue(condition) === false;
}

/** What a literal says; undefined for anything else. */
const isTrue = (node: Node): boolean | undefined => (node.type === 'Literal' ? Boolean(node.value) : undefined);

/** Whether a break leaves the statement around this node: by its label, or as the innermost that can be left. */
function isLeft(node: Node, label: string | undefined): boolean {
  if (node.type === 'BreakStatement') return node.label?.name === label;
  const isInner = label === undefined && /^(?:While|DoWhile|For|Switch)Statement$/.test(node.type);
  return !isInner && childrenOf(node).some((one) => isLeft(one, label));
}
