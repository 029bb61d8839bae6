/**
 * Expressions of a module in the few forms that the compiler knows. Every value is a 32-bit integer with sign: sums,
 * differences and products wrap, quotients are cut, a truth value is 1 or 0 wherever it is kept. Lines stay.
 *
 *   value    what an expression is worth
 *   test     an expression of which only the truth matters
 *   effect   an expression that is a statement
 */
import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  MemberExpression,
  Node,
  PrivateInExpression,
  UpdateExpression,
} from 'oxc-parser';
import { oneLine } from '../../base/visible.ts';
import { breaks, grouped, joined, listed, type Plain, spread, unknownForm, woven } from './desugar-text.ts';
import { memberName, quoted, spelled } from '../source/spelling.ts';
import { SCRATCH, SCRATCH_PUT, SCRATCH_WORD, TABLE_ELEMENT, TABLE_LENGTH } from '../source/tables.ts';
import { scratchCall, scratchIn } from '../subset/scratch.ts';

const WRAPS = new Set(['+', '-', '%', '/', '>>>']);
const COMPARISON = /^([<>]=?|[=!]==?)$/;
/** Math functions that look at the fraction of a quotient. */
const ROUNDING = new Set(['floor', 'ceil', 'round', 'trunc']);

const isBinary = (node: BinaryExpression | PrivateInExpression): node is BinaryExpression =>
  node.left.type !== 'PrivateIdentifier';

/** A number that is not negative, as its author says; made of literals, constants and tables. */
function isConstant(plain: Plain, node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return true;
    case 'Identifier':
      return plain.names.at.get(node.start)?.binding?.moduleLevel === true;
    case 'MemberExpression':
      return isConstant(plain, node.object);
    case 'BinaryExpression':
      return node.operator !== '-' && isConstant(plain, node.left) && isConstant(plain, node.right);
    default:
      return false;
  }
}

const isUnsigned = (node: Node): node is BinaryExpression & { left: Expression } =>
  node.type === 'BinaryExpression' && node.operator === '>>>';

/** Whether a number that is shifted by so much to the right, without sign, may be no word. */
const mayBeLarge = (by: Expression): boolean => by.type !== 'Literal' || by.value === 0;

export function valueText(plain: Plain, node: Expression): string {
  switch (node.type) {
    case 'Literal':
      return literalText(plain, node);
    case 'Identifier': {
      const enclosing = plain.names.at.get(node.start)?.binding?.memberOf;
      return enclosing === undefined ? spelled(node.name) : memberName(enclosing, node.name);
    }
    case 'UnaryExpression': {
      if (node.operator === '!') return `(+${testText(plain, node)})`;
      const gap = breaks(plain, node.start, node.argument.start);
      const argument = grouped(node.argument, valueText(plain, node.argument));
      return node.operator === '~' ? `(${gap}~${argument})` : `(${gap}${node.operator}${argument} | 0)`;
    }
    case 'BinaryExpression':
      if (!isBinary(node)) break;
      return COMPARISON.test(node.operator) ? `(+(${compareText(plain, node)}))` : arithmeticText(plain, node);
    case 'LogicalExpression': {
      const [left, right] = [valueText(plain, node.left), valueText(plain, node.right)];
      return joined(plain, node, node.left, left, node.operator, node.right, right);
    }
    case 'ConditionalExpression':
      return choiceText(plain, node, valueText);
    case 'CallExpression':
      return callText(plain, node);
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return `(${assignmentText(plain, node, true)})`;
    case 'SequenceExpression': {
      const last = node.expressions.length - 1;
      const parts = node.expressions.map((one, i) => (i < last ? effectText(plain, one) : valueText(plain, one)));
      return `(${spread(plain, node, node.expressions, parts)})`;
    }
    case 'MemberExpression':
      return memberText(plain, node);
    default:
      break;
  }
  throw unknownForm(plain, node);
}

export function testText(plain: Plain, node: Expression): string {
  switch (node.type) {
    case 'UnaryExpression':
      if (node.operator !== '!') break;
      return `${breaks(plain, node.start, node.argument.start)}!${grouped(node.argument, testText(plain, node.argument))}`;
    case 'BinaryExpression':
      if (!isBinary(node)) break;
      if (COMPARISON.test(node.operator)) return compareText(plain, node);
      break;
    case 'LogicalExpression': {
      const [left, right] = [testText(plain, node.left), testText(plain, node.right)];
      return joined(plain, node, node.left, left, node.operator, node.right, right);
    }
    case 'ConditionalExpression':
      return `(${choiceText(plain, node, testText)})`;
    default:
      break;
  }
  return valueText(plain, node);
}

/** An expression for what it does. Begins with a bracket only where the source does. */
export function effectText(plain: Plain, node: Expression): string {
  switch (node.type) {
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return assignmentText(plain, node, false);
    case 'SequenceExpression': {
      const parts = node.expressions.map((one) => effectText(plain, one));
      return spread(plain, node, node.expressions, parts);
    }
    case 'LogicalExpression': {
      const [left, right] = [testText(plain, node.left), effectText(plain, node.right)];
      return joined(plain, node, node.left, left, node.operator, node.right, right);
    }
    case 'ConditionalExpression':
      return choiceText(plain, node, effectText);
    default:
      return valueText(plain, node);
  }
}

/** Numbers in decimal; the message of an assert in characters that mean the same everywhere. */
function literalText(plain: Plain, node: Expression & { type: 'Literal' }): string {
  const { value } = node;
  if (typeof value === 'boolean') return value ? '1' : '0';
  // The title it becomes is one line of bounded length (visible.ts).
  if (typeof value === 'string') return quoted(oneLine(value));
  if (typeof value !== 'number') throw unknownForm(plain, node);
  return value > 0x7fffffff ? `(${value} | 0)` : String(value);
}

function choiceText(
  plain: Plain,
  node: Expression & { type: 'ConditionalExpression' },
  branch: (plain: Plain, node: Expression) => string,
): string {
  const { test, consequent, alternate } = node;
  return woven(plain, node, [
    [test, grouped(test, testText(plain, test))],
    ' ? ',
    [consequent, `(${branch(plain, consequent)})`],
    ' : ',
    [alternate, `(${branch(plain, alternate)})`],
  ]);
}

function compareText(plain: Plain, node: BinaryExpression): string {
  const operator = node.operator === '==' || node.operator === '!=' ? `${node.operator}=` : node.operator;
  const { left, right } = node;
  const side = (one: Expression, other: Expression): string => {
    if (isUnsigned(one)) {
      return joined(plain, one, one.left, valueText(plain, one.left), '>>>', one.right, valueText(plain, one.right));
    }
    // A constant may be 0x80000000 or more, and is a word with sign all the same.
    const text = valueText(plain, one);
    return isUnsigned(other) && mayBeLarge(other.right) && isConstant(plain, one)
      ? `(${grouped(one, text)} >>> 0)`
      : text;
  };
  return joined(plain, node, left, side(left, right), operator, right, side(right, left));
}

function arithmeticText(plain: Plain, node: BinaryExpression): string {
  const { operator, left, right } = node;
  const [a, b] = [valueText(plain, left), valueText(plain, right)];
  if (operator === '*') return `Math.imul(${spread(plain, node, [left, right], [a, b])})`;
  const text = joined(plain, node, left, a, operator, right, b);
  return WRAPS.has(operator) ? `(${text} | 0)` : `(${text})`;
}

function callText(plain: Plain, node: CallExpression): string {
  const { callee } = node;
  const math = mathName(plain, callee);
  const parts = node.arguments.map((one) => {
    if (one.type === 'SpreadElement') throw unknownForm(plain, one);
    if (math === undefined || !ROUNDING.has(math) || one.type !== 'BinaryExpression' || one.operator !== '/')
      return valueText(plain, one);
    const [a, b] = [valueText(plain, one.left), valueText(plain, one.right)];
    return joined(plain, one, one.left, a, '/', one.right, b);
  });
  const isScratch = scratchCall(plain.names, node) !== undefined;
  const name = math === undefined ? (isScratch ? SCRATCH : valueText(plain, callee)) : `Math.${math}`;
  const call = woven(plain, node, [[callee, `${name}(`], ...listed(node.arguments, parts), ')']);
  return math === undefined ? call : `(${call} | 0)`;
}

/** The function of the language's Math that is called. */
function mathName({ names }: Plain, callee: Expression): string | undefined {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return undefined;
  const { object, property } = callee;
  const isMath = object.name === 'Math' && names.at.get(object.start)?.binding === undefined;
  return isMath && property.type === 'Identifier' ? property.name : undefined;
}

/** Members of a table are constants of their own; elements of a table are looked up by a function of the machine. */
function memberText(plain: Plain, node: MemberExpression): string {
  const { object, property } = node;
  if (object.type !== 'Identifier') throw unknownForm(plain, node);
  const gap = breaks(plain, object.end, node.end);
  const [words] = scratchIn(plain.names, node)?.arguments ?? [];
  if (words !== undefined) {
    if (!node.computed) return `${valueText(plain, words as Expression).replaceAll('\n', ' ')}${gap}`;
    return `${SCRATCH_WORD}(${spelled(object.name)}, ${valueText(plain, property as Expression)})`;
  }
  if (node.computed) return `${TABLE_ELEMENT}(${spelled(object.name)}, ${valueText(plain, property as Expression)})`;
  const name = property.type === 'Identifier' ? property.name : '';
  if (name === 'length') return `${TABLE_LENGTH}(${spelled(object.name)})${gap}`;
  return `${memberName(object.name, name)}${gap}`;
}

function assignmentText(plain: Plain, node: AssignmentExpression | UpdateExpression, used: boolean): string {
  const target = node.type === 'UpdateExpression' ? node.argument : node.left;
  const operator = node.type === 'UpdateExpression' ? (node.operator[0] as string) : node.operator.slice(0, -1);
  const { name, put } = targetOf(plain, target, operator !== '');
  if (node.type === 'UpdateExpression') {
    const set = put(`(${name} ${operator} 1 | 0)`);
    return used && !node.prefix ? `(${set}) ${operator === '+' ? '-' : '+'} 1 | 0` : set;
  }
  const gap = breaks(plain, node.left.end, node.right.start);
  const right = grouped(node.right, valueText(plain, node.right));
  if (operator === '') return put(`${gap}${right}`);
  if (operator === '*') return put(`Math.imul(${name}, ${gap}${right})`);
  return put(`(${name} ${operator} ${gap}${right} | 0)`);
}

interface Target {
  /** What it holds, behind the beginning of `put`. */
  readonly name: string;
  /** Gives it a value. */
  readonly put: (value: string) => string;
}

/** A local, or a word of scratch; an index is worked out once, and kept where it is needed `again`. */
function targetOf(plain: Plain, target: Node, again: boolean): Target {
  if (target.type === 'Identifier') {
    const name = spelled(target.name);
    return { name, put: (value) => `${name} = ${value}` };
  }
  const isWord = target.type === 'MemberExpression' && scratchIn(plain.names, target) !== undefined;
  if (!isWord || target.object.type !== 'Identifier') throw unknownForm(plain, target);
  const words = spelled(target.object.name);
  const index = valueText(plain, target.property as Expression);
  if (!again) return { name: '', put: (value) => `${SCRATCH_PUT}(${words}, ${index}, ${value})` };
  const kept = `$3${plain.temporaries.length}`;
  plain.temporaries = [...plain.temporaries, kept];
  return {
    name: `${SCRATCH_WORD}(${words}, ${kept})`,
    put: (value) => `${SCRATCH_PUT}(${words}, (${kept} = ${index}), ${value})`,
  };
}
