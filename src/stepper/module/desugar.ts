/**
 * A user's module as the compiler wants it: functions by declaration, numbers that wrap, truth values that are 1 or 0,
 * constants that are numbers. In goes JavaScript that the subset (subset.ts) allows; lines stay, columns do not.
 *
 *   const f = (x) => ...           function f(x) { ... }
 *   cpus: [() => ..., f]           function cpu0() { ... }; the list itself is read by cpus-list.ts
 *   { next: 0, value: 4 }          a constant for each member
 *   enum State { Free, Held }      the same
 *   const { next } = NODE          a constant, or a local, for each name
 *   import * as bus                the names that are used, each by itself
 *   return                         always with a value, in a function that gives one; and in a check that asserts
 */
import type {
  ArrowFunctionExpression,
  Function as FunctionNode,
  ImportDeclaration,
  Node,
  ParamPattern,
} from 'oxc-parser';
import { effectText, valueText } from './desugar-expressions.ts';
import { partsOf, takenMembers } from './desugar-patterns.ts';
import { breaks, type Plain } from './desugar-text.ts';
import { blockText } from './desugar-statements.ts';
import { cpuFunctionName, cpuFunctions, givesValue, isFunction } from '../subset/module-functions.ts';
import { CHECKS } from '../subset/subset-declarations.ts';
import { resolveNames } from '../source/scope.ts';
import { parseSource } from '../source/source.ts';
import { memberName, spelled } from '../source/spelling.ts';

/** The text that the compiler reads. `list` is the constant that holds the functions of the CPUs. */
export function desugar(file: string, text: string, list: string): string {
  const { program } = parseSource(file, text);
  const plain: Plain = { file, text, names: resolveNames(program), labels: new Map(), temporaries: [] };
  let out = '';
  let at = 0;
  for (const statement of program.body) {
    out += breaks(plain, at, statement.start);
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type === 'VariableDeclaration' && declares(inner, list)) {
      out += hoistedFunctions(plain, inner);
    } else if (inner !== null) out += moduleStatement(plain, inner as Node);
    else out += breaks(plain, statement.start, statement.end);
    at = statement.end;
  }
  return `${out}${breaks(plain, at, text.length)}\n`;
}

function declares(node: Node & { type: 'VariableDeclaration' }, name: string): boolean {
  return node.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name);
}

function moduleStatement(plain: Plain, node: Node): string {
  switch (node.type) {
    case 'ImportDeclaration':
      return importText(plain, node);
    case 'FunctionDeclaration':
      return functionText(plain, node, node.id?.name ?? '');
    case 'VariableDeclaration':
      return constantsText(plain, node);
    case 'TSEnumDeclaration':
      return enumText(plain, node);
    case 'ExportDefaultDeclaration':
      return isFunction(node.declaration) && node.declaration.id
        ? functionText(plain, node.declaration, node.declaration.id.name)
        : breaks(plain, node.start, node.end);
    default:
      return breaks(plain, node.start, node.end);
  }
}

/** A whole module is imported as the members that are used, a table as its members. */
function importText(plain: Plain, node: ImportDeclaration): string {
  const names = node.specifiers.flatMap((one) => {
    const local = one.local.name;
    const members = membersOf(plain, local);
    if (one.type === 'ImportNamespaceSpecifier') return members.map((m) => `${spelled(m)} as ${memberName(local, m)}`);
    if (one.type !== 'ImportSpecifier') return [];
    const imported = 'name' in one.imported ? one.imported.name : one.imported.value;
    const parts = members.map((m) => `${memberName(imported, m)} as ${memberName(local, m)}`);
    return [...parts, `${spelled(imported)} as ${spelled(local)}`];
  });
  return `import { ${names.join(', ')} } from ${JSON.stringify(node.source.value)};${breaks(plain, node.start, node.end)}`;
}

/** Members that a module-level name is used with. */
function membersOf({ names }: Plain, name: string): string[] {
  const members = new Set<string>();
  for (const { name: used, binding, parent } of names.references) {
    if (used !== name || binding?.moduleLevel !== true) continue;
    if (parent.type === 'VariableDeclarator') for (const key of takenMembers(parent.id)) members.add(key.name);
    if (parent.type !== 'MemberExpression' || parent.computed) continue;
    if (parent.property.type === 'Identifier' && parent.property.name !== 'length') members.add(parent.property.name);
  }
  return [...members];
}

function constantsText(plain: Plain, node: Node & { type: 'VariableDeclaration' }): string {
  let out = '';
  let at = node.start;
  for (const { id, init, start, end } of node.declarations) {
    out += breaks(plain, at, start);
    at = end;
    if (init === null) continue;
    if (id.type !== 'Identifier') {
      const parts = partsOf(plain, id, init).map(({ name, value }) => `${name} = ${flat(value)}`);
      out += `${parts.length > 0 ? `export const ${parts.join(', ')};` : ''}${breaks(plain, start, end)} `;
    } else if (isFunction(init)) out += functionText(plain, init, id.name);
    else out += `${constantText(plain, id.name, init)}${breaks(plain, start, end)} `;
  }
  return out + breaks(plain, at, node.end);
}

/** The members of an enum: one without a value is one more than the one in front of it. */
function enumText(plain: Plain, node: Node & { type: 'TSEnumDeclaration' }): string {
  let before = '-1';
  const members = node.body.members.flatMap(({ id, initializer }) => {
    if (id.type !== 'Identifier') return [];
    const name = memberName(node.id.name, id.name);
    const value = initializer === null ? `(${before} + 1 | 0)` : flat(valueText(plain, initializer));
    before = name;
    return [`${name} = ${value}`];
  });
  return `${members.length > 0 ? `export const ${members.join(', ')};` : ''}${breaks(plain, node.start, node.end)}`;
}

/** On one line: the caller adds the line breaks. */
function constantText(plain: Plain, name: string, init: Node): string {
  if (init.type === 'ObjectExpression') {
    const members = init.properties.flatMap((one) => {
      if (one.type !== 'Property' || one.key.type !== 'Identifier') return [];
      return [`${memberName(name, one.key.name)} = ${flat(valueText(plain, one.value as never))}`];
    });
    return members.length === 0 ? '' : `export const ${members.join(', ')};`;
  }
  if (init.type === 'ArrayExpression') {
    const elements = init.elements.map((one) => flat(valueText(plain, one as never)));
    return `export const ${spelled(name)} = [${elements.join(', ')}];`;
  }
  return `export const ${spelled(name)} = ${flat(valueText(plain, init as never))};`;
}

const flat = (text: string): string => text.replaceAll('\n', ' ');

/** The functions that stand in the list of CPUs, each on its lines. The list itself is read by cpus-list.ts. */
function hoistedFunctions(plain: Plain, node: Node & { type: 'VariableDeclaration' }): string {
  let functions = '';
  let at = node.start;
  cpuFunctions(plain.names, node).forEach((one, i) => {
    const name = cpuFunctionName(plain.names, i);
    functions += breaks(plain, at, one.start) + functionText(plain, one, name);
    at = one.end;
  });
  return functions + breaks(plain, at, node.end);
}

const temporariesText = ({ temporaries }: Plain): string =>
  temporaries.length === 0 ? '' : ` let ${temporaries.map((one) => `${one} = 0`).join(', ')};`;

/** A parameter that may be left out is 0 then, or the constant that its author says. */
function parameterText(plain: Plain, node: ParamPattern): readonly string[] {
  const [named, value] = node.type === 'AssignmentPattern' ? [node.left, node.right] : [node, undefined];
  if (!('name' in named) || named.name === 'this') return [];
  return [`${spelled(named.name)}${value === undefined ? '' : ` = ${flat(valueText(plain, value))}`}`];
}

function functionText(plain: Plain, node: FunctionNode | ArrowFunctionExpression, name: string): string {
  const { body } = node;
  if (body === null) return breaks(plain, node.start, node.end);
  const names = node.params.flatMap((one) => parameterText(plain, one));
  const head = `${breaks(plain, node.start, body.start)}export function ${spelled(name)}(${names.join(', ')})`;
  plain.temporaries = [];
  const value = CHECKS.has(name) && !givesValue(plain.names, node) ? '1' : givesValue(plain.names, node) ? '0' : '';
  if (body.type !== 'BlockStatement') {
    const text = value === '0' ? `return ${valueText(plain, body)};` : `${effectText(plain, body)};`;
    return `${head} {${temporariesText(plain)} ${text}${value === '1' ? ' return 1;' : ''} }${breaks(plain, body.end, node.end)}`;
  }
  const end = value === '' ? '' : ` return ${value};`;
  const statements = blockText(plain, body, value);
  return `${head} {${temporariesText(plain)}${statements}${end} }${breaks(plain, body.end, node.end)}`;
}
