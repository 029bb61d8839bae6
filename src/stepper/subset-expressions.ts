/** Expressions of kernel code: arithmetic on 32-bit integers, calls, and members of the layout tables. */
import type {
  AssignmentExpression,
  BinaryExpression,
  CallExpression,
  Expression,
  IdentifierReference,
  MemberExpression,
  Node,
  PrivateInExpression,
  UpdateExpression,
} from 'oxc-parser';
import type { Rule } from './rules.ts';
import type { Binding } from './scope.ts';
import type { Check } from './subset.ts';

const ARITHMETIC = new Set(['+', '-', '*', '%', '&', '|', '^', '<<', '>>', '>>>']);
const COMPARISON = new Set(['===', '!==', '<', '<=', '>', '>=']);
const BITWISE = new Set(['&', '|', '^', '<<', '>>', '>>>', '~']);
const ASSIGNMENT = new Set(['=', '+=', '-=', '*=', '%=', '&=', '|=', '^=', '<<=', '>>=', '>>>=']);

/** Expressions that have a rule of their own. */
const REFUSED: Readonly<Partial<Record<Node['type'], Rule>>> = {
  TemplateLiteral: 'template',
  TaggedTemplateExpression: 'template',
  ObjectExpression: 'object',
  ArrayExpression: 'array',
  ArrowFunctionExpression: 'arrow-function',
  FunctionExpression: 'nested-function',
  ClassExpression: 'class',
  ThisExpression: 'this',
  Super: 'this',
  NewExpression: 'new',
  AwaitExpression: 'await',
  YieldExpression: 'yield',
  ChainExpression: 'optional-chain',
  SequenceExpression: 'sequence',
  AssignmentExpression: 'assignment-value',
  UpdateExpression: 'assignment-value',
  ImportExpression: 'import-form',
  TSAsExpression: 'type-operator',
  TSSatisfiesExpression: 'type-operator',
  TSNonNullExpression: 'type-operator',
  TSTypeAssertion: 'type-operator',
};

/** An expression whose value is used. `parent` is the operator around it, where that matters. */
export function checkExpression(check: Check, node: Expression, parent = ''): void {
  switch (node.type) {
    case 'Literal':
      checkLiteral(check, node, parent);
      return;
    case 'Identifier':
      checkName(check, node);
      return;
    case 'MemberExpression':
      checkMember(check, node);
      return;
    case 'CallExpression':
      checkCall(check, node);
      return;
    case 'UnaryExpression':
      if (node.operator !== '-' && node.operator !== '!' && node.operator !== '~') check.refuse(node, 'operator');
      checkExpression(check, node.argument, node.operator);
      return;
    case 'BinaryExpression':
      checkBinary(check, node, parent);
      return;
    case 'LogicalExpression':
      if (node.operator === '??') check.refuse(node, 'operator');
      checkExpression(check, node.left);
      checkExpression(check, node.right);
      return;
    case 'ConditionalExpression':
      checkExpression(check, node.test);
      checkExpression(check, node.consequent);
      checkExpression(check, node.alternate);
      return;
    default:
      check.refuse(node, REFUSED[node.type] ?? 'expression');
  }
}

/** A number known at build time; else the rule. */
export function checkConstant(check: Check, node: Expression, rule: Rule): void {
  if (isConstant(check, node)) checkExpression(check, node);
  else check.refuse(node, (node.type === 'Literal' ? literalRule(node.value, '|') : REFUSED[node.type]) ?? rule);
}

function isConstant(check: Check, node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number';
    case 'UnaryExpression':
      return isConstant(check, node.argument);
    case 'BinaryExpression':
      return isConstant(check, node.left) && isConstant(check, node.right);
    case 'MemberExpression':
      return true;
    case 'Identifier':
      return isNumberName(check.names.at.get(node.start)?.binding);
    default:
      return false;
  }
}

/** Constants of this module, and imported ones: those begin with a capital, functions and tables do not. */
function isNumberName(binding: Binding | undefined): boolean {
  if (binding === undefined || !binding.moduleLevel) return false;
  return binding.kind === 'const' || (binding.kind === 'import' && /^[A-Z]/.test(binding.name));
}

/** Which rule a literal breaks, if any. Under a bit operator the whole unsigned range will do. */
function literalRule(value: unknown, parent: string): Rule | undefined {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return 'bigint';
  if (value === null) return 'null';
  if (typeof value !== 'number') return 'regex';
  if (!Number.isInteger(value)) return 'float';
  const limit = BITWISE.has(parent) ? 0xffffffff : parent === '-' ? 0x80000000 : 0x7fffffff;
  return value > limit ? 'integer-range' : undefined;
}

function checkLiteral(check: Check, node: Expression & { type: 'Literal' }, parent: string): void {
  const rule = 'regex' in node ? 'regex' : literalRule('bigint' in node ? 0n : node.value, parent);
  if (rule !== undefined) check.refuse(node, rule);
}

function checkName(check: Check, node: IdentifierReference): void {
  if (node.name === '_THIS_IP_') return;
  if (node.name === 'undefined') {
    check.refuse(node, 'null');
    return;
  }
  const binding = check.names.at.get(node.start)?.binding;
  if (binding === undefined) check.refuse(node, 'global');
  else if (binding.moduleLevel && !isNumberName(binding)) check.refuse(node, 'function-value');
}

function checkMember(check: Check, node: MemberExpression): void {
  if (node.optional) check.refuse(node, 'optional-chain');
  else if (node.computed) check.refuse(node, 'index');
  else if (node.object.type !== 'Identifier') check.refuse(node, 'member');
  else if (check.names.at.get(node.object.start)?.binding?.kind !== 'import') check.refuse(node, 'member');
}

function checkCall(check: Check, node: CallExpression): void {
  const { callee } = node;
  if (node.optional) check.refuse(node, 'optional-chain');
  if (callee.type === 'Identifier') {
    const binding = check.names.at.get(callee.start)?.binding;
    const callable = binding?.kind === 'import' || (binding?.kind === 'function' && binding.moduleLevel);
    if (!callable) check.refuse(callee, binding === undefined ? 'global' : 'callee');
  } else if (!isImul(check, callee)) {
    check.refuse(callee, REFUSED[callee.type] ?? 'callee');
  }
  for (const argument of node.arguments) {
    if (argument.type === 'SpreadElement') check.refuse(argument, 'spread');
    else if (check.dialect === 'module' && isMessage(argument, callee)) continue;
    else checkExpression(check, argument);
  }
}

/** The text that assert() takes. */
function isMessage(argument: Expression, callee: Node): boolean {
  return (
    callee.type === 'Identifier' &&
    callee.name === 'assert' &&
    argument.type === 'Literal' &&
    typeof argument.value === 'string'
  );
}

function isImul(check: Check, callee: Node): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier') return false;
  const { object, property } = callee;
  const global = check.names.at.get(object.start)?.binding === undefined;
  return global && object.name === 'Math' && property.type === 'Identifier' && property.name === 'imul';
}

function checkBinary(check: Check, node: BinaryExpression | PrivateInExpression, parent: string): void {
  const { operator, left, right } = node;
  if (operator === '/') {
    const constant = isConstant(check, left) && isConstant(check, right);
    if (!constant && !BITWISE.has(parent)) check.refuse(node, 'division');
  } else if (operator === '>>>' && right.type === 'Literal' && right.value === 0) {
    if (!BITWISE.has(parent) && !COMPARISON.has(parent)) check.refuse(node, 'unsigned');
  } else if (!ARITHMETIC.has(operator) && !COMPARISON.has(operator)) {
    check.refuse(node, 'operator');
  }
  if (left.type === 'PrivateIdentifier') return;
  checkExpression(check, left, operator);
  checkExpression(check, right, operator);
}

/** An assignment or ++ or -- that is a statement. */
export function checkAssignment(check: Check, node: AssignmentExpression | UpdateExpression): void {
  const target = node.type === 'UpdateExpression' ? node.argument : node.left;
  const binding = target.type === 'Identifier' ? check.names.at.get(target.start)?.binding : undefined;
  if (target.type === 'ObjectPattern' || target.type === 'ArrayPattern') check.refuse(target, 'destructuring');
  else if (binding === undefined || binding.moduleLevel) check.refuse(target, 'assignment-target');
  if (node.type === 'UpdateExpression') return;
  if (node.operator === '/=') check.refuse(node, 'division');
  else if (!ASSIGNMENT.has(node.operator)) check.refuse(node, 'operator');
  checkExpression(check, node.right, node.operator === '=' ? '' : node.operator.slice(0, -1));
}
