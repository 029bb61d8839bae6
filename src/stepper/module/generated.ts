/**
 * The grammar of compiled modules, as a second wall in front of the one place where text becomes code. The compiler makes
 * its text from a checked tree, in words of its own; here that text is parsed again and every node, name, member and
 * literal is held against a list, by code that knows nothing of how it was made. So a mistake of the compiler can make a
 * module wrong, but cannot give it anything that is not listed: no property of any object, no string but the message of an
 * assert, no name of the language but some of Math.
 */
import type { Node } from 'oxc-parser';
import { ModuleError } from './module-error.ts';
import { childrenOf, parseSource, positionOf, type Source } from '../source/source.ts';

/** What may stand in a compiled module; each may hold what is listed and nothing else. */
const NODES: ReadonlySet<Node['type']> = new Set([
  'Program',
  'ImportDeclaration',
  'ImportSpecifier',
  'ExportNamedDeclaration',
  'VariableDeclaration',
  'VariableDeclarator',
  'FunctionDeclaration',
  'BlockStatement',
  'ReturnStatement',
  'ExpressionStatement',
  'IfStatement',
  'ForStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'SwitchCase',
  'LabeledStatement',
  'BreakStatement',
  'ContinueStatement',
  'Identifier',
  'Literal',
  'ArrayExpression',
  'ObjectExpression',
  'Property',
  'MemberExpression',
  'CallExpression',
  'AssignmentExpression',
  'UpdateExpression',
  'UnaryExpression',
  'BinaryExpression',
  'LogicalExpression',
  'ConditionalExpression',
  'SequenceExpression',
]);

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Functions, constants, locals and labels are numbered. */
const NUMBERED = /^(?:[fk]|\$[sl])\d+$/;
const NAMES = words(
  'entries headerWords noting regionWords live instantiate frames ram word value before kind table i $F $R $first $area $size $turns $hooks ' +
    '$functions $reach $poisoned $perform $spin $did $overflow $turn $at $length $in $clear $resume $a $b $c $v $pc $run',
);
/** What the machine's own files give. */
const IMPORTED = /^(?:assert|isChosen|someChosen|chosen_[a-z_]+)$/;
const EXPORTED = words('entries headerWords noting regionWords live instantiate');
const HOOKS = words('size reach poisoned perform spin did stop');
const MATH = words('imul abs min max sign clz32 floor ceil round trunc');
const ENTRIES = words('setup invariant finished model operationAlone');
/** What has elements, and what is called. */
const ARRAYS = words('$F $R $functions table');
const CALLED = /^(?:f\d+|\$(?:reach|poisoned|perform|spin|did|overflow|turn|at|length|in|clear))$/;
const ASSIGNED = /^(?:\$s\d+|\$(?:area|size|turns|a|v|pc))$/;
const OPERATORS = words('+ - * / % & | ^ << >> >>> === !== < <= > >= && || ! ~ = ++');

/** Throws ModuleError for a text that a compiled module cannot be. `isFile` says which files it may import. */
export function checkGenerated(text: string, isFile: (url: string) => boolean): void {
  const source = parseSource('generated.js', text);
  const visit = (node: Node, parent: Node): void => {
    if (!NODES.has(node.type) || !isAllowed(node, parent, isFile)) refuse(source, node);
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(source.program, source.program);
}

function refuse(source: Source, node: Node): never {
  const { line, column } = positionOf(source, node.start);
  throw new ModuleError(
    `the compiled module has a ${node.type} that none may have (${line}:${column}); please report it`,
  );
}

function isAllowed(node: Node, parent: Node, isFile: (url: string) => boolean): boolean {
  switch (node.type) {
    case 'Identifier':
      return isName(node, parent);
    case 'Literal':
      return isLiteral(node, parent);
    case 'ImportDeclaration':
      return isFile(node.source.value) && node.attributes.length === 0;
    case 'ImportSpecifier':
      return (
        node.imported.type === 'Identifier' && IMPORTED.test(node.imported.name) && isSame(node.imported, node.local)
      );
    case 'ExportNamedDeclaration':
      return node.source === null && node.specifiers.length === 0 && exportsOurs(node.declaration);
    case 'VariableDeclaration':
      return node.kind === 'const' || node.kind === 'let';
    case 'VariableDeclarator':
      return node.id.type === 'Identifier';
    case 'FunctionDeclaration':
      return !node.async && !node.generator && node.params.every((one) => one.type === 'Identifier');
    case 'Property':
      return isData(node);
    case 'MemberExpression':
      return isMember(node);
    case 'CallExpression':
      return !node.optional && isCallee(node.callee);
    case 'AssignmentExpression':
      return OPERATORS.has(node.operator) && isTarget(node.left);
    case 'UpdateExpression':
      return OPERATORS.has(node.operator) && isTarget(node.argument);
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'LogicalExpression':
      return OPERATORS.has(node.operator);
    default:
      return true;
  }
}

const isSame = (imported: Node, local: Node): boolean => imported.start === local.start;

/** A name of ours, in a place for one: what has members is no value. */
function isName(node: Node & { type: 'Identifier' }, parent: Node): boolean {
  const { name } = node;
  // These are looked at where they stand.
  if (parent.type === 'Property' || parent.type === 'ImportSpecifier') return true;
  if (parent.type === 'MemberExpression' && (parent.object === node || !parent.computed)) return true;
  if (IMPORTED.test(name)) return true;
  if (name === '$hooks') return parent.type === 'FunctionDeclaration';
  return NUMBERED.test(name) || NAMES.has(name);
}

function isLiteral(node: Node & { type: 'Literal' }, parent: Node): boolean {
  const { value } = node;
  if (typeof value === 'number') return true;
  if (typeof value === 'boolean') return parent.type === 'ReturnStatement' || isNoting(parent);
  if (typeof value !== 'string') return false;
  if (parent.type === 'ImportDeclaration') return true;
  if (parent.type !== 'CallExpression' || parent.arguments[1] !== node) return false;
  return parent.callee.type === 'Identifier' && parent.callee.name === 'assert';
}

const isNoting = (node: Node): boolean =>
  node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.id.name === 'noting';

function exportsOurs(declaration: Node | null): boolean {
  if (declaration?.type === 'FunctionDeclaration') return declaration.id?.name === 'instantiate';
  if (declaration?.type !== 'VariableDeclaration') return false;
  return declaration.declarations.every(({ id }) => id.type === 'Identifier' && EXPORTED.has(id.name));
}

/** A member of the tables that a module exports: numbers, and lists of them. */
function isData({ key, computed, method, shorthand, kind, value }: Node & { type: 'Property' }): boolean {
  if (computed || method || shorthand || kind !== 'init') return false;
  if (key.type === 'Identifier') return ENTRIES.has(key.name) && value.type === 'Literal';
  return key.type === 'Literal' && typeof key.value === 'number' && value.type === 'ArrayExpression';
}

function isMember({ object, property, computed, optional }: Node & { type: 'MemberExpression' }): boolean {
  if (optional || object.type !== 'Identifier') return false;
  if (computed) return ARRAYS.has(object.name);
  if (property.type !== 'Identifier') return false;
  if (object.name === '$hooks') return HOOKS.has(property.name);
  if (object.name === 'Math') return MATH.has(property.name);
  return object.name === 'table' && property.name === 'length';
}

function isCallee(callee: Node): boolean {
  if (callee.type === 'Identifier') return CALLED.test(callee.name) || IMPORTED.test(callee.name);
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return callee.computed ? callee.object.name === '$functions' : /^(?:\$hooks|Math)$/.test(callee.object.name);
}

function isTarget(target: Node): boolean {
  if (target.type === 'Identifier') return ASSIGNED.test(target.name);
  if (target.type !== 'MemberExpression' || !target.computed || target.object.type !== 'Identifier') return false;
  return target.object.name === '$F' || target.object.name === '$R';
}
