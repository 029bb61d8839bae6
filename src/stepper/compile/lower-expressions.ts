/**
 * Lifts scheduling points out of expressions, in evaluation order. The value of each goes to a temporary; what is left
 * of the expression is text that nothing cuts. Locals need copies on the way only where a part of the expression assigns
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
import type { Block } from './cfg.ts';
import { endBlock, isCut, lineOf, type Lowering, newBlock, newTemporary, unsupported } from './lowering.ts';
import { callText, isBoolean, render } from './render.ts';
import { childrenOf } from '../source/source.ts';

/** The value as text, to be used before the current block ends. */
export function lowerValue(lowering: Lowering, node: Expression): string {
  if (!isCut(lowering, node)) return `(${render(lowering, node)})`;
  switch (node.type) {
    case 'CallExpression':
      return lowerCall(lowering, node, undefined);
    case 'UnaryExpression':
      return `(${node.operator}${lowerValue(lowering, node.argument)})`;
    case 'BinaryExpression': {
      if (node.left.type === 'PrivateIdentifier') throw unsupported(lowering, node);
      const left = settled(lowering, lowerValue(lowering, node.left), [node.left, node.right]);
      const right = lowerValue(lowering, node.right);
      const equality = node.operator === '===' || node.operator === '!==';
      const number = (side: Expression, text: string): string => (equality && isBoolean(side) ? `(+${text})` : text);
      return `(${number(node.left, left)} ${node.operator} ${number(node.right, right)})`;
    }
    case 'LogicalExpression':
    case 'ConditionalExpression': {
      const temporary = newTemporary(lowering);
      lowerChoice(lowering, node, temporary);
      return temporary;
    }
    case 'AssignmentExpression':
      return lowerAssignment(lowering, node);
    case 'SequenceExpression':
      return lowerSequence(lowering, node);
    default:
      throw unsupported(lowering, node);
  }
}

/** A copy of a value when what is evaluated from here on may change, or is changed by, its text. */
function settled(lowering: Lowering, text: string, nodes: readonly Node[]): string {
  if (!nodes.some(assigns)) return text;
  const temporary = newTemporary(lowering);
  lowering.current.ops.push(`${temporary} = ${text};`);
  return temporary;
}

function assigns(node: Node): boolean {
  return node.type === 'AssignmentExpression' || childrenOf(node).some(assigns);
}

function lowerAssignment(lowering: Lowering, node: AssignmentExpression): string {
  if (node.operator !== '=' || node.left.type !== 'Identifier') throw unsupported(lowering, node);
  const target = render(lowering, node.left);
  const value = lowerValue(lowering, node.right);
  lowering.current.ops.push(`${target} = ${value};`);
  return target;
}

function lowerSequence(lowering: Lowering, { expressions }: SequenceExpression): string {
  const last = expressions.length - 1;
  expressions.slice(0, last).forEach((one) => {
    if (one.type === 'CallExpression' && isCut(lowering, one)) lowerEffect(lowering, one);
    else lowering.current.ops.push(`${lowerValue(lowering, one)};`);
  });
  return lowerValue(lowering, expressions[last] as Expression);
}

/** Evaluates into a word of the frame that the expression itself does not read. */
export function lowerInto(lowering: Lowering, node: Expression, target: string): void {
  if (!isCut(lowering, node)) lowering.current.ops.push(`${target} = ${render(lowering, node)};`);
  else if (node.type === 'CallExpression') lowerCall(lowering, node, target);
  else if (node.type === 'LogicalExpression' || node.type === 'ConditionalExpression')
    lowerChoice(lowering, node, target);
  else {
    const value = lowerValue(lowering, node);
    lowering.current.ops.push(`${target} = ${value};`);
  }
}

/** Evaluates for the effect only. */
export function lowerEffect(lowering: Lowering, node: CallExpression): void {
  const callee = lowering.naming.classify(lowering.function, node);
  if (callee.kind === 'register') return;
  const args = lowerArguments(lowering, node);
  if (callee.kind === 'plain') lowering.current.ops.push(`${callText(lowering, node, callee, args)};`);
  else cut(lowering, node, args);
}

function lowerArguments(lowering: Lowering, node: CallExpression): string[] {
  return node.arguments.map((argument, i) => {
    if (argument.type === 'SpreadElement') throw unsupported(lowering, argument);
    return settled(lowering, lowerValue(lowering, argument), node.arguments.slice(i));
  });
}

function lowerCall(lowering: Lowering, node: CallExpression, target: string | undefined): string {
  const callee = lowering.naming.classify(lowering.function, node);
  if (callee.kind === 'register') throw unsupported(lowering, node);
  const args = lowerArguments(lowering, node);
  if (callee.kind === 'plain') {
    const text = callText(lowering, node, callee, args);
    if (target !== undefined) lowering.current.ops.push(`${target} = ${text};`);
    return text;
  }
  const to = target ?? newTemporary(lowering);
  cut(lowering, node, args);
  lowering.current.ops.push(`${to} = $v;`);
  return to;
}

/** Ends the block at a point or at the call of a compiled function; the next one begins when the result is there. */
function cut(lowering: Lowering, node: CallExpression, args: readonly string[]): void {
  const callee = lowering.naming.classify(lowering.function, node);
  const next = newBlock(lowering);
  const line = lineOf(lowering, node);
  if (callee.kind === 'point') {
    const { access } = callee;
    if (isLock(access)) spinPoint(lowering, line);
    endBlock(lowering, { kind: 'access', access, args: args.length > 0 ? args : ['0'], next }, next);
    next.resumes = { kind: 'access', access, line };
  } else if (callee.kind === 'compiled') {
    endBlock(lowering, { kind: 'call', callee: callee.callee, args, next }, next);
    next.resumes = { kind: 'call', line };
  } else throw unsupported(lowering, node);
}

/**
 * Spinning is noticed in front of a lock as well: a loop that has it at its head and lets go of it for a moment only is
 * seen by others in every turn from head to head, and in none from lock to lock.
 */
function spinPoint(lowering: Lowering, line: number): void {
  const { spins, looped, targets } = lowering;
  if (!spins || !(looped.has(lowering.function) || targets.some((one) => one.continueTo !== undefined))) return;
  const next = newBlock(lowering);
  next.resumes = { kind: 'spin', line };
  endBlock(lowering, { kind: 'spin', next }, next);
}

function lowerChoice(lowering: Lowering, node: LogicalExpression | ConditionalExpression, target: string): void {
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
    endBlock(lowering, { kind: 'branch', test: target, yes, no }, more);
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
