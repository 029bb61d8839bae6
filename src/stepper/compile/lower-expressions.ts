/**
 * Lifts scheduling points out of expressions, in evaluation order. The value of each goes to a temporary; what is left
 * of the expression is a value that nothing cuts. Locals need copies on the way only where a part of the expression assigns
 * to one, which kernel code never does.
 *
 * && || and ?: become branches when a point lies in an operand that may be skipped.
 */
import type {
  AssignmentExpression,
  CallExpression,
  ConditionalExpression,
  Expression,
  LogicalExpression,
  Node,
  SequenceExpression,
} from 'oxc-parser';
import { isLock } from '../../machine/access-kinds.ts';
import type { Block } from '../form/code.ts';
import type { Local, Value } from '../form/value.ts';
import { addOp, endBlock, isCut, lineOf, type Lowering, newBlock, newTemporary, unsupported } from './lowering.ts';
import {
  assigned,
  behind,
  binaryOperator,
  languageCall,
  placedCall,
  unaryOperator,
  wholeValue,
} from './whole-values.ts';
import { putsWord } from './scratch.ts';
import { childrenOf } from '../source/source.ts';

const localValue = (local: Local): Value => ({ kind: 'local', local });

function set(lowering: Lowering, local: Local, value: Value): void {
  addOp(lowering, { kind: 'set', local, value });
}

/** The value, to be used before the current block ends. */
export function lowerValue(lowering: Lowering, node: Expression): Value {
  if (!isCut(lowering, node)) return wholeValue(lowering, node);
  switch (node.type) {
    case 'CallExpression':
      return lowerCall(lowering, node);
    case 'UnaryExpression':
      return {
        kind: 'unary',
        operator: unaryOperator(lowering, node),
        operand: lowerValue(lowering, node.argument),
      };
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateIdentifier') throw unsupported(lowering, node);
      const operator = binaryOperator(lowering, node, node.operator);
      const left = settled(lowering, lowerValue(lowering, node.left), [node.left, node.right]);
      return { kind: 'binary', operator, left, right: lowerValue(lowering, node.right) };
    }
    case 'LogicalExpression':
    case 'ConditionalExpression': {
      const temporary = newTemporary(lowering);
      lowerChoice(lowering, node, temporary);
      return localValue(temporary);
    }
    case 'AssignmentExpression':
      return lowerAssignment(lowering, node);
    case 'SequenceExpression':
      return lowerSequence(lowering, node);
    default:
      throw unsupported(lowering, node);
  }
}

/** A copy of a value when what is evaluated from here on may change, or is changed by, what it is made of. */
function settled(lowering: Lowering, value: Value, nodes: readonly Node[]): Value {
  return nodes.some(assigns) ? copied(lowering, value) : value;
}

/**
 * A copy in a temporary, which is a word. What is none is put together again from words: a number without sign, and the
 * exact quotient that a rounding function looks at.
 */
function copied(lowering: Lowering, value: Value): Value {
  const operator = value.kind === 'binary' ? value.operator : undefined;
  if (value.kind === 'binary' && operator === '/') {
    const left = copied(lowering, value.left);
    return { kind: 'binary', operator, left, right: copied(lowering, value.right) };
  }
  const temporary = newTemporary(lowering);
  set(lowering, temporary, value);
  if (operator !== '>>>') return localValue(temporary);
  return { kind: 'binary', operator, left: localValue(temporary), right: { kind: 'number', value: 0 } };
}

function assigns(node: Node): boolean {
  return node.type === 'AssignmentExpression' || putsWord(node) || childrenOf(node).some(assigns);
}

function lowerAssignment(lowering: Lowering, node: AssignmentExpression): Value {
  if (node.operator !== '=') throw unsupported(lowering, node);
  const local = assigned(lowering, node.left);
  set(lowering, local, lowerValue(lowering, node.right));
  return localValue(local);
}

function lowerSequence(lowering: Lowering, { expressions }: SequenceExpression): Value {
  const last = expressions.length - 1;
  expressions.slice(0, last).forEach((one) => {
    if (one.type === 'CallExpression' && isCut(lowering, one)) lowerEffect(lowering, one);
    else addOp(lowering, { kind: 'do', value: lowerValue(lowering, one) });
  });
  return lowerValue(lowering, expressions[last] as Expression);
}

/** Evaluates into a local that the expression itself does not read. */
export function lowerInto(lowering: Lowering, node: Expression, target: Local): void {
  const isCutInside = isCut(lowering, node);
  if (isCutInside && (node.type === 'LogicalExpression' || node.type === 'ConditionalExpression')) {
    lowerChoice(lowering, node, target);
  } else if (isCutInside && node.type === 'CallExpression' && isCutItself(lowering, node)) {
    lowerCut(lowering, node, target);
  } else set(lowering, target, lowerValue(lowering, node));
}

/** Evaluates for the effect only. */
export function lowerEffect(lowering: Lowering, node: CallExpression): void {
  if (isCutItself(lowering, node)) cut(lowering, node, lowerArguments(lowering, node, 0));
  else addOp(lowering, { kind: 'do', value: lowerCall(lowering, node) });
}

function lowerArguments(lowering: Lowering, node: CallExpression, from: number): readonly Value[] {
  const nodes = node.arguments.slice(from);
  return nodes.map((argument, i) => {
    if (argument.type === 'SpreadElement') throw unsupported(lowering, argument);
    return settled(lowering, lowerValue(lowering, argument), nodes.slice(i));
  });
}

const isCutItself = (lowering: Lowering, node: CallExpression): boolean => lowering.cuts.has(node.start);

function lowerCall(lowering: Lowering, node: CallExpression): Value {
  if (isCutItself(lowering, node)) return lowerCut(lowering, node, undefined);
  const called = lowering.naming.classify(lowering.function, node);
  const args = (from: number): readonly Value[] => lowerArguments(lowering, node, from);
  if (called.kind === 'plain') return placedCall(lowering, node, called, [...args(0), ...called.missing]);
  if (called.kind === 'language') return languageCall(lowering, node, args);
  if (called.kind === 'register') return behind(args(0), called.value);
  throw unsupported(lowering, node);
}

/** A call that ends the block; its result goes to a local that is given or to a temporary. */
function lowerCut(lowering: Lowering, node: CallExpression, target: Local | undefined): Value {
  const args = lowerArguments(lowering, node, 0);
  const to = target ?? newTemporary(lowering);
  cut(lowering, node, args);
  set(lowering, to, { kind: 'result' });
  return localValue(to);
}

/** Ends the block at a point or at the call of a compiled function; the next one begins when the result is there. */
function cut(lowering: Lowering, node: CallExpression, args: readonly Value[]): void {
  const callee = lowering.naming.classify(lowering.function, node);
  const next = newBlock(lowering);
  const line = lineOf(lowering, node);
  if (callee.kind === 'point') {
    const { access } = callee;
    if (isLock(access)) spinPoint(lowering, line);
    endBlock(
      lowering,
      { kind: 'access', access, args: args.length > 0 ? args : [{ kind: 'number', value: 0 }], next },
      next,
    );
    next.resumes = { kind: 'access', access, line };
  } else if (callee.kind === 'compiled') {
    endBlock(lowering, { kind: 'call', callee: callee.callee, args: [...args, ...callee.missing], next }, next);
    next.resumes = { kind: 'call', line };
  } else throw unsupported(lowering, node);
}

/**
 * Spinning is noticed in front of a lock as well: a loop that has it at its head and lets go of it for a moment only is
 * seen by others in every turn from head to head, and in none from lock to lock.
 */
function spinPoint(lowering: Lowering, line: number): void {
  const { spins, looped, exits } = lowering;
  if (!spins || !(looped.has(lowering.function) || exits.some((one) => one.continueTo !== undefined))) return;
  const next = newBlock(lowering);
  next.resumes = { kind: 'spin', line };
  endBlock(lowering, { kind: 'spin', next }, next);
}

function lowerChoice(lowering: Lowering, node: LogicalExpression | ConditionalExpression, target: Local): void {
  const join = newBlock(lowering);
  if (node.type === 'ConditionalExpression') {
    const yes = newBlock(lowering);
    const no = newBlock(lowering);
    lowerTest(lowering, node.test, yes, no);
    lowering.current = yes;
    lowerInto(lowering, node.consequent, target);
    endBlock(lowering, { kind: 'goto', to: join }, no);
    lowerInto(lowering, node.alternate, target);
  } else {
    const more = newBlock(lowering);
    lowerInto(lowering, node.left, target);
    const [yes, no] = node.operator === '&&' ? [more, join] : [join, more];
    endBlock(lowering, { kind: 'branch', test: localValue(target), yes, no }, more);
    lowerInto(lowering, node.right, target);
  }
  endBlock(lowering, { kind: 'goto', to: join }, join);
}

/** Goes to one block or the other. The current block has ended afterwards. */
export function lowerTest(lowering: Lowering, node: Expression, yes: Block, no: Block): void {
  if (isCut(lowering, node)) {
    if (node.type === 'UnaryExpression' && node.operator === '!') {
      lowerTest(lowering, node.argument, no, yes);
      return;
    }
    if (node.type === 'LogicalExpression' && node.operator !== '??') {
      const more = newBlock(lowering);
      if (node.operator === '&&') lowerTest(lowering, node.left, more, no);
      else lowerTest(lowering, node.left, yes, more);
      lowering.current = more;
      lowerTest(lowering, node.right, yes, no);
      return;
    }
  }
  const test = lowerValue(lowering, node);
  endBlock(lowering, { kind: 'branch', test, yes, no }, yes);
}
