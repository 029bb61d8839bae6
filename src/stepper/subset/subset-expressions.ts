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
import type { Check } from './check.ts';
import { scratchIn, scratchOf } from './scratch.ts';
import {
  checkUserCallee,
  checkUserMember,
  IMUL,
  isMath,
  isMessage,
  isNumberName,
  refuseGlobal,
} from './subset-names.ts';

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

/**
 * An expression. `parent` is the operator around it, where that matters; `used` is false for one that stands for what
 * it does.
 */
export function checkExpression(check: Check, node: Expression, parent = '', used = true): void {
  if (check.dialect === 'module' && checkUserExpression(check, node, parent, used)) return;
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
      checkCall(check, node, used);
      return;
    case 'UnaryExpression':
      if (!(check.dialect === 'kernel' ? /^[-!~]$/ : /^[-+!~]$/).test(node.operator)) check.refuse(node, 'operator');
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

/** What only a user's module may say; true when there is no more to check. */
function checkUserExpression(check: Check, node: Expression, parent: string, used: boolean): boolean {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
      checkExpression(check, node.expression, parent, used);
      return true;
    case 'AssignmentExpression':
    case 'UpdateExpression':
      checkAssignment(check, node);
      return true;
    case 'SequenceExpression': {
      const last = node.expressions.length - 1;
      node.expressions.forEach((one, i) => checkExpression(check, one, '', used && i === last));
      return true;
    }
    case 'LogicalExpression':
      if (used || node.operator === '??') return false;
      checkExpression(check, node.left);
      checkExpression(check, node.right, '', false);
      return true;
    case 'ConditionalExpression':
      if (used) return false;
      checkExpression(check, node.test);
      checkExpression(check, node.consequent, '', false);
      checkExpression(check, node.alternate, '', false);
      return true;
    default:
      return false;
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
      return isNumberName(check, check.names.at.get(node.start)?.binding);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
      return check.dialect === 'module' && isConstant(check, node.expression);
    default:
      return false;
  }
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
  const module = check.dialect === 'module';
  if (module && (typeof node.value === 'boolean' || 'regex' in node)) {
    if ('regex' in node) check.refuse(node, 'regex');
    return;
  }
  // A module's numbers wrap, so the whole unsigned range will do.
  const rule = 'regex' in node ? 'regex' : literalRule('bigint' in node ? 0n : node.value, module ? '|' : parent);
  if (rule !== undefined) check.refuse(node, rule);
}

function checkName(check: Check, node: IdentifierReference): void {
  if (node.name === '_THIS_IP_' && check.dialect === 'kernel') return;
  if (node.name === 'undefined') {
    check.refuse(node, 'null');
    return;
  }
  const binding = check.names.at.get(node.start)?.binding;
  if (binding === undefined) refuseGlobal(check, node, node.name);
  else if (binding.moduleLevel && !isNumberName(check, binding)) check.refuse(node, 'function-value');
  else if (scratchOf(check.names, binding)) check.refuse(node, 'scratch');
}

function checkMember(check: Check, node: MemberExpression): void {
  if (check.dialect === 'module' && !node.optional && node.object.type === 'Identifier') {
    checkUserMember(check, node, node.object);
    if (node.computed) checkExpression(check, node.property);
    return;
  }
  if (node.optional) check.refuse(node, 'optional-chain');
  else if (node.computed) check.refuse(node, 'index');
  else if (node.object.type !== 'Identifier') check.refuse(node, 'member');
  else if (check.names.at.get(node.object.start)?.binding?.kind !== 'import') check.refuse(node, 'member');
}

function checkCall(check: Check, node: CallExpression, used: boolean): void {
  const { callee } = node;
  if (node.optional) check.refuse(node, 'optional-chain');
  if (check.dialect === 'module') {
    if (!checkUserCallee(check, node, used)) return;
  } else if (callee.type === 'Identifier') {
    const binding = check.names.at.get(callee.start)?.binding;
    const callable = binding?.kind === 'import' || (binding?.kind === 'function' && binding.moduleLevel);
    if (!callable) check.refuse(callee, binding === undefined ? 'global' : 'callee');
  } else if (!isMath(check, callee, IMUL)) {
    check.refuse(callee, REFUSED[callee.type] ?? 'callee');
  }
  for (const argument of node.arguments) {
    if (argument.type === 'SpreadElement') check.refuse(argument, 'spread');
    else if (check.dialect === 'module' && isMessage(argument, callee)) continue;
    else checkExpression(check, argument);
  }
}

function checkBinary(check: Check, node: BinaryExpression | PrivateInExpression, parent: string): void {
  const { operator, left, right } = node;
  const loose = check.dialect === 'module' && /^([=!]=|\/)$/.test(operator);
  if (loose) {
    // Quotients are cut, and both sides of a comparison are numbers.
  } else if (operator === '/') {
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
  if (check.dialect === 'module' && target.type === 'MemberExpression' && scratchIn(check.names, target)) {
    if (target.computed) checkExpression(check, target.property);
    else check.refuse(target, 'scratch');
  } else if (target.type === 'ObjectPattern' || target.type === 'ArrayPattern') check.refuse(target, 'destructuring');
  else if (binding === undefined || binding.moduleLevel) check.refuse(target, 'assignment-target');
  else if (check.dialect === 'module' && binding.kind === 'const') {
    check.refuse(target, 'assignment-target', `${binding.name} is a constant; declare it with let`);
  }
  if (node.type === 'UpdateExpression') return;
  if (node.operator === '/=' && check.dialect === 'module') {
    // Cut like any quotient.
  } else if (node.operator === '/=') check.refuse(node, 'division');
  else if (!ASSIGNMENT.has(node.operator)) check.refuse(node, 'operator');
  checkExpression(check, node.right, node.operator === '=' ? '' : node.operator.slice(0, -1));
}
