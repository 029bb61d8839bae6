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
import type { Names } from './scope.ts';

/** A module's text, and what its names stand for. */
export interface Plain {
  readonly text: string;
  readonly names: Names;
}

const WRAPS = new Set(['+', '-', '%', '/', '>>>']);
const COMPARISON = /^([<>]=?|[=!]==?)$/;
/** Math functions that look at the fraction of a quotient. */
const ROUNDING = new Set(['floor', 'ceil', 'round', 'trunc']);

/** Line breaks between two offsets: all that matters of the text there. */
export function breaks({ text }: Plain, from: number, to: number): string {
  return text.slice(from, to).replace(/[^\n]/g, '');
}

function grouped(node: Node, text: string): string {
  return /^(Literal|Identifier|CallExpression)$/.test(node.type) ? text : `(${text})`;
}

const isBinary = (node: BinaryExpression | PrivateInExpression): node is BinaryExpression =>
  node.left.type !== 'PrivateIdentifier';

const isUnsigned = (node: Node): node is BinaryExpression & { left: Expression } =>
  node.type === 'BinaryExpression' &&
  node.operator === '>>>' &&
  node.right.type === 'Literal' &&
  node.right.value === 0;

export function valueText(plain: Plain, node: Expression): string {
  switch (node.type) {
    case 'Literal':
      return literalText(plain, node);
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
  return plain.text.slice(node.start, node.end);
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

function literalText({ text }: Plain, node: Expression & { type: 'Literal' }): string {
  if (typeof node.value === 'boolean') return node.value ? '1' : '0';
  const raw = text.slice(node.start, node.end);
  return typeof node.value === 'number' && node.value > 0x7fffffff ? `(${raw} | 0)` : raw;
}

/** Two operands and what stands between them, with the line breaks of the source. */
function joined(
  plain: Plain,
  node: Node,
  left: Node,
  leftText: string,
  operator: string,
  right: Node,
  rightText: string,
): string {
  const before = breaks(plain, node.start, left.start);
  const between = breaks(plain, left.end, right.start);
  const after = breaks(plain, right.end, node.end);
  return `${before}${grouped(left, leftText)}${between} ${operator} ${grouped(right, rightText)}${after}`;
}

/** Several parts with commas between them. */
function spread(plain: Plain, node: Node, nodes: readonly Node[], parts: readonly string[]): string {
  let out = '';
  let at = node.start;
  nodes.forEach((one, i) => {
    out += `${i > 0 ? ', ' : ''}${breaks(plain, at, one.start)}${parts[i]}`;
    at = one.end;
  });
  return out + breaks(plain, at, node.end);
}

function choiceText(
  plain: Plain,
  node: Expression & { type: 'ConditionalExpression' },
  branch: (plain: Plain, node: Expression) => string,
): string {
  const { test, consequent, alternate } = node;
  const first = `${breaks(plain, node.start, test.start)}${grouped(test, testText(plain, test))}`;
  const yes = `${breaks(plain, test.end, consequent.start)} ? (${branch(plain, consequent)})`;
  const no = `${breaks(plain, consequent.end, alternate.start)} : (${branch(plain, alternate)})`;
  return `${first}${yes}${no}${breaks(plain, alternate.end, node.end)}`;
}

function compareText(plain: Plain, node: BinaryExpression): string {
  const operator = node.operator === '==' || node.operator === '!=' ? `${node.operator}=` : node.operator;
  const side = (one: Expression): string =>
    isUnsigned(one)
      ? joined(plain, one, one.left, valueText(plain, one.left), '>>>', one.right, '0')
      : valueText(plain, one);
  const { left, right } = node;
  return joined(plain, node, left, side(left), operator, right, side(right));
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
  const math =
    callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Math';
  const rounds = math && callee.property.type === 'Identifier' && ROUNDING.has(callee.property.name);
  const parts = node.arguments.map((one) => {
    if (one.type === 'SpreadElement') return plain.text.slice(one.start, one.end);
    if (!rounds || one.type !== 'BinaryExpression' || one.operator !== '/') return valueText(plain, one);
    const [a, b] = [valueText(plain, one.left), valueText(plain, one.right)];
    return joined(plain, one, one.left, a, '/', one.right, b);
  });
  const name = math ? plain.text.slice(callee.start, callee.end) : calleeText(plain, callee);
  const call = `${name}(${spreadAfter(plain, callee, node, parts)})`;
  return math ? `(${call} | 0)` : call;
}

function spreadAfter(plain: Plain, callee: Node, node: CallExpression, parts: readonly string[]): string {
  let out = '';
  let at = callee.end;
  node.arguments.forEach((one, i) => {
    out += `${i > 0 ? ', ' : ''}${breaks(plain, at, one.start)}${parts[i]}`;
    at = one.end;
  });
  return out + breaks(plain, at, node.end);
}

function calleeText(plain: Plain, callee: Expression): string {
  return callee.type === 'MemberExpression' ? memberText(plain, callee) : plain.text.slice(callee.start, callee.end);
}

/** How the parts of a table and of a module that is imported whole are called. */
export function memberName(object: string, member: string): string {
  return `${object}$${member}`;
}

/** Members of a table are constants of their own; elements of a table are looked up by a function of the machine. */
function memberText(plain: Plain, node: MemberExpression): string {
  const { object, property } = node;
  if (object.type !== 'Identifier') return plain.text.slice(node.start, node.end);
  const gap = breaks(plain, object.end, node.end);
  if (node.computed) return `$at(${object.name}, ${valueText(plain, property as Expression)})`;
  const name = property.type === 'Identifier' ? property.name : '';
  return name === 'length' ? `$length(${object.name})${gap}` : `${memberName(object.name, name)}${gap}`;
}

function assignmentText(plain: Plain, node: AssignmentExpression | UpdateExpression, used: boolean): string {
  if (node.type === 'UpdateExpression') {
    const name = plain.text.slice(node.argument.start, node.argument.end);
    const sign = node.operator[0] as string;
    const set = `${name} = (${name} ${sign} 1 | 0)`;
    return used && !node.prefix ? `(${set}) ${sign === '+' ? '-' : '+'} 1 | 0` : set;
  }
  const name = plain.text.slice(node.left.start, node.left.end);
  const gap = breaks(plain, node.left.end, node.right.start);
  const right = grouped(node.right, valueText(plain, node.right));
  const operator = node.operator.slice(0, -1);
  if (operator === '') return `${name} = ${gap}${right}`;
  if (operator === '*') return `${name} = Math.imul(${name}, ${gap}${right})`;
  return `${name} = (${name} ${operator} ${gap}${right} | 0)`;
}
