/** What names may be used for: as a number, as a member of a table, to be called. */
import type { CallExpression, Expression, IdentifierReference, MemberExpression, Node, ParamPattern } from 'oxc-parser';
import { BUS_MODULE, busConstants, busFunctions } from '../../machine/bus-functions.ts';
import { bare } from '../source/bare.ts';
import type { Binding } from '../source/scope.ts';
import type { Check } from './check.ts';
import { scratchCall, scratchOf } from './scratch.ts';
import { callGivesValue, functionOf } from './module-functions.ts';

/**
 * Constants of this module, and imported ones: in the kernel those begin with a capital, functions and tables do not.
 * What a user's file exports is only known when it is read.
 */
export function isNumberName({ dialect }: Check, binding: Binding | undefined): boolean {
  if (binding === undefined || !binding.moduleLevel) return false;
  if (dialect === 'kernel')
    return binding.kind === 'const' || (binding.kind === 'import' && /^[A-Z]/.test(binding.name));
  if (binding.from === BUS_MODULE) return busConstants.has(binding.imported ?? '');
  if (binding.kind === 'import') return binding.imported !== '*';
  return binding.kind === 'const' && functionOf(binding) === undefined && tableOf(binding) === undefined;
}

/** A table of constants: by name, one after the other, or an enum, whose members are names. */
export type Table = Node & { type: 'ObjectExpression' | 'ArrayExpression' | 'TSEnumDeclaration' };

/** The table that a constant of the module is. */
export function tableOf({ node }: Binding): Table | undefined {
  if (node.type === 'TSEnumDeclaration') return node;
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || node.init === null) return undefined;
  const init = bare(node.init);
  return init.type === 'ObjectExpression' || init.type === 'ArrayExpression' ? init : undefined;
}

/** A name that nothing in the module stands for. */
export function refuseGlobal(check: Check, node: Node, name: string): void {
  if (check.dialect === 'kernel') check.refuse(node, 'global');
  else if (busFunctions.has(name) || busConstants.has(name)) {
    check.refuse(node, 'global', `${name} is not imported: import { ${name} } from '${BUS_MODULE}'`);
  } else if (name === 'console') {
    check.refuse(
      node,
      'global',
      'a module prints nothing, since it runs thousands of times; use assert, and tasklock replay',
    );
  } else {
    check.refuse(node, 'global', `${name} is not defined in this module; of the language only some of Math is there`);
  }
}

const NO_REVERSE = 'a member of an enum is written by its name; which name a number has, nobody knows here';

/** A member of a table, or of a module imported whole. The index of an element is left to the caller. */
export function checkUserMember(check: Check, node: MemberExpression, object: IdentifierReference): void {
  const binding = check.names.at.get(object.start)?.binding;
  if (binding === undefined) {
    if (object.name === 'Math') check.refuse(node, 'callee');
    else refuseGlobal(check, object, object.name);
    return;
  }
  if (scratchOf(check.names, binding) !== undefined) {
    const isLength = node.property.type === 'Identifier' && node.property.name === 'length';
    if (!node.computed && !isLength) check.refuse(node, 'scratch');
    return;
  }
  const table = tableOf(binding);
  const own = binding.moduleLevel && table !== undefined;
  if (!own && (binding.kind !== 'import' || binding.from === BUS_MODULE) && binding.imported !== '*') {
    check.refuse(node, node.computed ? 'index' : 'member');
  } else if (node.computed) {
    if (table?.type === 'ObjectExpression') check.refuse(node, 'index', 'write the member by its name');
    else if (table?.type === 'TSEnumDeclaration') check.refuse(node, 'index', NO_REVERSE);
  } else if (own && !hasMember(table, node.property)) {
    check.refuse(
      node,
      'member',
      `${object.name} has no ${'name' in node.property ? node.property.name : 'such member'}`,
    );
  }
}

/** True for a member that the table has, its length included. */
export function hasMember(table: Table, property: Node): boolean {
  if (property.type !== 'Identifier') return false;
  if (table.type === 'ArrayExpression') return property.name === 'length';
  const keys =
    table.type === 'ObjectExpression'
      ? table.properties.flatMap((one) => (one.type === 'Property' ? [one.key] : []))
      : table.body.members.map(({ id }) => id);
  return keys.some((key) => key.type === 'Identifier' && key.name === property.name);
}

/** Whom a module calls, with how many arguments, and whether there is a value to use; false when that is refused. */
export function checkUserCallee(check: Check, node: CallExpression, used: boolean): boolean {
  const { callee } = node;
  if (isMath(check, callee, MATH)) return true;
  const object = callee.type === 'MemberExpression' && callee.object.type === 'Identifier' ? callee.object : undefined;
  const whole = object && check.names.at.get(object.start)?.binding;
  if (object !== undefined && whole === undefined && object.name !== 'Math') {
    refuseGlobal(check, object, object.name);
    return false;
  }
  if (whole?.imported === '*') return true;
  if (callee.type !== 'Identifier') {
    check.refuse(callee, 'callee');
    return false;
  }
  const binding = check.names.at.get(callee.start)?.binding;
  if (binding === undefined) {
    refuseGlobal(check, callee, callee.name);
    return false;
  }
  if (binding.kind !== 'import' && functionOf(binding) === undefined) {
    check.refuse(callee, 'callee', `${callee.name} is no function of the module`);
    return false;
  }
  if (scratchCall(check.names, node) !== undefined) {
    check.refuse(node, 'scratch');
    return false;
  }
  checkArguments(check, node, binding);
  if (used && !callGivesValue(check.names, node)) {
    check.refuse(node, 'no-value', `${callee.name}() gives no value: make the call a statement of its own`);
  }
  return true;
}

function checkArguments(check: Check, node: CallExpression, binding: Binding): void {
  const given = node.arguments.length;
  const bus = binding.from === BUS_MODULE ? busFunctions.get(binding.imported ?? '') : undefined;
  const own = functionOf(binding);
  const names = bus?.parameters ?? own?.params.flatMap(nameOfParameter);
  if (names === undefined) return;
  const needed = own?.params.findLastIndex((one) => one.type === 'Identifier' && !one.optional) ?? 0;
  const optional = bus?.optional ?? Math.max(0, names.length - 1 - needed);
  if (given <= names.length && given >= names.length - optional) return;
  const plural = names.length === 1 ? 'argument' : 'arguments';
  const wanted = names.length === 0 ? 'no arguments' : `${names.length} ${plural} (${names.join(', ')})`;
  check.refuse(node, 'arguments', `${binding.name} takes ${wanted}, not ${given}`);
}

/** Its name, by itself or with a default; none of `this`, which is a type. */
function nameOfParameter(one: ParamPattern): readonly string[] {
  const plain = one.type === 'AssignmentPattern' ? one.left : one;
  return 'name' in plain && plain.name !== 'this' ? [plain.name] : [];
}

/** The text that assert() takes. */
export function isMessage(argument: Expression, callee: Node): boolean {
  return (
    callee.type === 'Identifier' &&
    callee.name === 'assert' &&
    argument.type === 'Literal' &&
    typeof argument.value === 'string'
  );
}

/** Of the kernel. */
export const IMUL = new Set(['imul']);
/** What gives an integer for integers. */
const MATH = new Set(['imul', 'abs', 'min', 'max', 'sign', 'clz32', 'floor', 'ceil', 'round', 'trunc']);

/** True for `Math.member` with one of the members. */
export function isMath(check: Check, callee: Node, members: ReadonlySet<string>): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed || callee.object.type !== 'Identifier') return false;
  const { object, property } = callee;
  const global = check.names.at.get(object.start)?.binding === undefined;
  return global && object.name === 'Math' && property.type === 'Identifier' && members.has(property.name);
}
