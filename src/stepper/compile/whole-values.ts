/** Values of expressions that no scheduling point cuts. */
import type { CallExpression, Expression, Node } from 'oxc-parser';
import { type BinaryOperator, isBinary, isMath, isUnary, type UnaryOperator } from '../form/operators.ts';
import { type Callee, type Constant, isPure, type Value } from '../form/value.ts';
import { lineOf, type Lowering, localOf, unsupported } from './lowering.ts';
import { scratchValue } from './scratch.ts';
import { TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';

export function wholeValue(lowering: Lowering, node: Node): Value {
  const value = (one: Node): Value => wholeValue(lowering, one);
  switch (node.type) {
    case 'Literal':
      return literal(lowering, node);
    case 'Identifier':
      return name(lowering, node);
    case 'UnaryExpression':
      return { kind: 'unary', operator: unaryOperator(lowering, node), operand: value(node.argument) };
    case 'BinaryExpression':
      return {
        kind: 'binary',
        operator: binaryOperator(lowering, node, node.operator),
        left: value(node.left),
        right: value(node.right),
      };
    case 'LogicalExpression':
      if (node.operator === '??') break;
      return { kind: 'logical', operator: node.operator, left: value(node.left), right: value(node.right) };
    case 'ConditionalExpression':
      return { kind: 'choice', test: value(node.test), yes: value(node.consequent), no: value(node.alternate) };
    case 'AssignmentExpression':
      if (node.operator !== '=') break;
      return { kind: 'assign', local: assigned(lowering, node.left), value: value(node.right) };
    case 'SequenceExpression':
      return { kind: 'sequence', values: node.expressions.map(value) };
    case 'CallExpression':
      return call(lowering, node);
    case 'MemberExpression':
      // Most often something of module level that is none: that is the better thing to say.
      value(node.object);
      break;
    default:
      break;
  }
  throw unsupported(lowering, node);
}

function literal(lowering: Lowering, node: Node & { type: 'Literal' }): Value {
  const { value } = node;
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (typeof value === 'number' || typeof value === 'boolean') return { kind: 'number', value: Number(value) };
  throw unsupported(lowering, node);
}

function name(lowering: Lowering, node: Node & { type: 'Identifier' }): Value {
  const { module } = lowering.function;
  const binding = module.names.at.get(node.start)?.binding;
  if (binding === undefined) throw unsupported(lowering, node);
  if (!binding.moduleLevel) return { kind: 'local', local: localOf(lowering, binding.node) };
  const variable = lowering.naming.external(module, node.name);
  if (variable !== undefined) return { kind: 'imported', variable };
  const constant = lowering.naming.constant(module, node.name);
  if (typeof constant.value !== 'number') throw unsupported(lowering, node);
  return { kind: 'constant', constant };
}

/** The local that is given a value. */
export function assigned(lowering: Lowering, target: Node): number {
  const binding = lowering.function.module.names.at.get(target.start)?.binding;
  if (target.type !== 'Identifier' || binding === undefined || binding.moduleLevel) throw unsupported(lowering, target);
  return localOf(lowering, binding.node);
}

export function unaryOperator(lowering: Lowering, node: Node & { type: 'UnaryExpression' }): UnaryOperator {
  if (!isUnary(node.operator)) throw unsupported(lowering, node);
  return node.operator;
}

/** The operator of an expression or of an assignment. */
export function binaryOperator(lowering: Lowering, node: Node, operator: string): BinaryOperator {
  if (!isBinary(operator)) throw unsupported(lowering, node);
  return operator;
}

function call(lowering: Lowering, node: CallExpression): Value {
  const called = lowering.naming.classify(lowering.function, node);
  const args = (from: number): readonly Value[] =>
    node.arguments.slice(from).map((argument) => wholeValue(lowering, argument));
  switch (called.kind) {
    case 'register':
      return behind(args(0), called.value);
    case 'plain':
      return placedCall(lowering, node, called, [...args(0), ...called.missing]);
    case 'language':
      return languageCall(lowering, node, args);
    default:
      throw unsupported(lowering, node);
  }
}

/** The value once these have been worked out, as far as that does anything. */
export function behind(first: readonly Value[], value: Value): Value {
  const needed = first.filter((one) => !isPure(one));
  return needed.length === 0 ? value : { kind: 'sequence', values: [...needed, value] };
}

/** A call in place. One that may stop the machine notes which line it is on. */
export function placedCall(
  lowering: Lowering,
  node: CallExpression,
  { callee, faults }: { readonly callee: Callee; readonly faults: boolean },
  args: readonly Value[],
): Value {
  return {
    kind: 'call',
    callee,
    args,
    line: lowering.placed || (faults && lowering.framed) ? lineOf(lowering, node) : undefined,
  };
}

/** Math, and what is done with tables. `args` gives the values of the arguments from one on. */
export function languageCall(
  lowering: Lowering,
  node: CallExpression,
  args: (from: number) => readonly Value[],
): Value {
  const { callee } = node;
  const ofScratch = scratchValue(lowering, node, args);
  if (ofScratch !== undefined) return ofScratch;
  if (callee.type === 'Identifier') {
    const table = tableOf(lowering, node.arguments[0] as Expression);
    if (callee.name === TABLE_LENGTH) return { kind: 'length', table };
    const [index, ...more] = args(1);
    if (callee.name !== TABLE_ELEMENT || index === undefined || more.length > 0) throw unsupported(lowering, node);
    return { kind: 'element', table, index };
  }
  const ofMath =
    callee.type === 'MemberExpression' &&
    !callee.computed &&
    callee.object.type === 'Identifier' &&
    callee.object.name === 'Math';
  const called = ofMath && callee.property.type === 'Identifier' ? callee.property.name : '';
  if (!isMath(called)) throw unsupported(lowering, node);
  return { kind: 'math', name: called, args: args(0) };
}

function tableOf(lowering: Lowering, node: Expression | undefined): Constant {
  const { module } = lowering.function;
  const binding = node && module.names.at.get(node.start)?.binding;
  if (node?.type !== 'Identifier' || binding?.moduleLevel !== true)
    throw unsupported(lowering, node ?? lowering.function.node);
  const constant = lowering.naming.constant(module, node.name);
  if (typeof constant.value === 'number') throw unsupported(lowering, node);
  return constant;
}
