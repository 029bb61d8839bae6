/** The module level of a user's module: more forms than kernel code has, since it is read once and not kept for years. */
import type { Directive, Expression, ImportDeclaration, Node, Statement } from 'oxc-parser';
import { BUS_MODULE, busConstants, busFunctions, busNames } from '../../machine/bus-functions.ts';
import { type AnyFunction, cpuFunctions, isFunction } from './module-functions.ts';
import { bare } from '../source/bare.ts';
import { scratchCall } from './scratch.ts';
import { checkPattern, isPattern } from './subset-patterns.ts';
import { CPUS, type Check } from './check.ts';
import { checkConstant, checkExpression } from './subset-expressions.ts';
import { checkBlock } from './subset-statements.ts';

/** What the list of CPUs may be made with. */
const LIST_MAKERS = new Set(['Array', 'Object', 'Number', 'Math', 'undefined']);

const LIST = 'cpus is a list of functions, one for each CPU: export const cpus = [worker, worker]';

export function checkUserStatement(check: Check, statement: Directive | Statement): void {
  switch (statement.type) {
    case 'ImportDeclaration':
      if (statement.importKind !== 'type') checkImport(check, statement);
      return;
    case 'ExportDefaultDeclaration':
      if (isFunction(statement.declaration) && statement.declaration.id) checkFunction(check, statement.declaration);
      else check.refuse(statement, 'default-export');
      return;
    case 'ExportAllDeclaration':
      check.refuse(statement, 're-export');
      return;
    case 'ExportNamedDeclaration':
      if (statement.declaration) checkUserStatement(check, statement.declaration);
      else if (statement.exportKind !== 'type' && !isExportList(statement)) check.refuse(statement, 're-export');
      return;
    case 'VariableDeclaration':
      if (statement.declare) return;
      if (statement.kind !== 'const') check.refuse(statement, 'module-variable');
      else for (const one of statement.declarations) checkConst(check, one.id, one.init);
      return;
    case 'FunctionDeclaration':
      if (statement.id?.name === CPUS) check.refuse(statement, 'cpus', LIST);
      else checkFunction(check, statement);
      return;
    case 'ClassDeclaration':
      check.refuse(statement, 'class');
      return;
    case 'TSEnumDeclaration':
      checkEnum(check, statement);
      return;
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
    case 'EmptyStatement':
      return;
    default:
      if (('directive' in statement && statement.directive) || statement.type === ('TSDeclareFunction' as string))
        return;
      check.refuse(statement, statement.type.startsWith('TS') ? 'type-declaration' : 'module-statement');
  }
}

/** `export { setup, cpus }` of names of this module. */
function isExportList(statement: Statement & { type: 'ExportNamedDeclaration' }): boolean {
  return (
    statement.source === null &&
    statement.specifiers.every(
      ({ local, exported }) => 'name' in local && 'name' in exported && local.name === exported.name,
    )
  );
}

function checkImport(check: Check, statement: ImportDeclaration): void {
  const from = statement.source.value;
  if (from !== BUS_MODULE && !/^\.\.?\//.test(from)) {
    check.refuse(statement.source, 'import-path');
    return;
  }
  if (statement.specifiers.length === 0) check.refuse(statement, 'import-form');
  for (const one of statement.specifiers) {
    if (one.type === 'ImportDefaultSpecifier') check.refuse(one, 'import-form');
    else if (one.type === 'ImportSpecifier' && one.importKind !== 'type' && from === BUS_MODULE) {
      const name = 'name' in one.imported ? one.imported.name : one.imported.value;
      if (!busFunctions.has(name) && !busConstants.has(name)) {
        check.refuse(one, 'bus-name', `${BUS_MODULE} has no ${name}; it has ${busNames()}`);
      }
    }
  }
}

function checkConst(check: Check, id: Node, init: Expression | null): void {
  if (isPattern(id)) checkPattern(check, id, init, (element) => checkConstant(check, element, 'module-const'));
  else if (id.type !== 'Identifier') check.refuse(id, 'destructuring');
  else if (init === null) check.refuse(id, 'module-const');
  else if (id.name === CPUS) checkCpus(check, bare(init));
  else if (scratchCall(check.names, bare(init))) check.refuse(init, 'scratch');
  else checkValue(check, bare(init));
}

function checkValue(check: Check, init: Expression): void {
  if (isFunction(init)) checkFunction(check, init);
  else if (init.type === 'ObjectExpression' || init.type === 'ArrayExpression') checkTable(check, init);
  else checkConstant(check, init, 'module-const');
}

/** An enum is a table whose members may be made of those in front of them. */
function checkEnum(check: Check, node: Statement & { type: 'TSEnumDeclaration' }): void {
  const { name } = node.id;
  if (node.declare) check.refuse(node, 'table', `${name} is declared and nowhere made; leave out declare`);
  if (check.names.module.get(name)?.node !== node) check.refuse(node, 'table', `there is another ${name}`);
  const known = new Set<string>();
  for (const { id, initializer, start } of node.body.members) {
    if (id.type !== 'Identifier' || known.has(id.name))
      check.refuse(id, 'table', 'a member of an enum has a name of its own');
    else known.add(id.name);
    checkMemberName(check, id);
    if (initializer === null) continue;
    if (initializer.type === 'Literal' && typeof initializer.value === 'string') {
      check.refuse(initializer, 'string', 'an enum is made of numbers');
    } else if (usesLater(check, initializer, start)) {
      check.refuse(initializer, 'table', 'a member is made of numbers, constants and the members in front of it');
    } else checkConstant(check, initializer, 'table');
  }
}

/** Whether an initialiser names its own member or one behind it. */
function usesLater({ names }: Check, initializer: Expression, start: number): boolean {
  return names.references.some(
    (one) =>
      one.start >= initializer.start &&
      one.end <= initializer.end &&
      one.binding?.memberOf !== undefined &&
      one.binding.node.start >= start,
  );
}

/** A table: numbers by name, or one after the other. */
function checkTable(check: Check, init: Expression & { type: 'ObjectExpression' | 'ArrayExpression' }): void {
  if (init.type === 'ArrayExpression') {
    for (const one of init.elements) {
      if (one === null || one.type === 'SpreadElement') check.refuse(one ?? init, 'table');
      else checkConstant(check, one, 'table');
    }
    return;
  }
  for (const one of init.properties) {
    const plain = one.type === 'Property' && one.key.type === 'Identifier' && !one.computed && !one.shorthand;
    if (!plain || one.method) check.refuse(one, 'table');
    else checkConstant(check, one.value, 'table');
    if (one.type === 'Property') checkMemberName(check, one.key);
  }
}

/** Of every table, `length` is how many elements it has. */
function checkMemberName(check: Check, key: Node): void {
  if (key.type !== 'Identifier' || key.name !== 'length') return;
  check.refuse(key, 'table', 'no member can be called length: every table has one already');
}

/** The list itself may be any expression over the module's functions and constants: it is evaluated once. */
function checkCpus(check: Check, init: Expression): void {
  if (init.type === 'Literal' || init.type === 'ObjectExpression' || isFunction(init)) check.refuse(init, 'cpus', LIST);
  const moved = cpuFunctions(check.names, init);
  for (const one of moved) checkFunction(check, one);
  for (const { start, end, name, binding, parent } of check.names.references) {
    if (start < init.start || end > init.end || moved.some((one) => start >= one.start && end <= one.end)) continue;
    const node = { ...init, start, end };
    if (binding === undefined && !LIST_MAKERS.has(name))
      check.refuse(node, 'cpus', `${name} is not defined in this module`);
    else if (binding?.from === BUS_MODULE && parent.type !== 'MemberExpression') check.refuse(node, 'cpus');
  }
}

function checkFunction(check: Check, node: AnyFunction): void {
  if (node.async) check.refuse(node, 'async');
  if ('generator' in node && node.generator) check.refuse(node, 'generator');
  for (const one of node.params) {
    if (one.type === 'AssignmentPattern' && one.left.type === 'Identifier')
      checkConstant(check, one.right, 'parameter');
    else if (one.type !== 'Identifier') check.refuse(one, 'parameter');
  }
  const { body } = node;
  if (body === null) return;
  if (body.type === 'BlockStatement') checkBlock(check, body.body);
  else checkExpression(check, body as Expression, '', false);
}
