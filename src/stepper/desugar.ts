/**
 * A user's module as the compiler wants it: functions by declaration, numbers that wrap, truth values that are 1 or 0,
 * constants that are numbers. In goes JavaScript that the subset (subset.ts) allows; lines stay, columns do not.
 *
 *   const f = (x) => ...           function f(x) { ... }
 *   cpus: [() => ..., f]           function cpu0() { ... }, cpus: [cpu0, f], the list itself at the end
 *   { next: 0, value: 4 }          a constant for each member
 *   import * as bus                the names that are used, each by itself
 *   return                         always with a value, in a function that gives one; and in a check that asserts
 */
import type { ArrowFunctionExpression, Function as FunctionNode, ImportDeclaration, Node, Statement } from 'oxc-parser';
import { MagicString } from 'magic-string';
import { breaks, effectText, memberName, type Plain, testText, valueText } from './desugar-expressions.ts';
import { cpuFunctionName, cpuFunctions, givesValue, isFunction } from './module-functions.ts';
import { type Binding, resolveNames } from './scope.ts';
import { childrenOf, parseSource } from './source.ts';

/** What a module may export to be asked for the truth. */
const CHECKS = new Set(['invariant', 'finished']);

/** The text that the compiler reads. `list` is the constant that holds the functions of the CPUs. */
export function desugar(file: string, text: string, list: string): string {
  const { program } = parseSource(file, text);
  const plain: Plain = { text, names: resolveNames(program) };
  let out = '';
  let at = 0;
  let end = '';
  for (const statement of program.body) {
    out += breaks(plain, at, statement.start);
    const inner = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (inner?.type === 'VariableDeclaration' && declares(inner, list)) {
      const hoisted = hoistCpus(plain, inner);
      out += hoisted.functions;
      end += hoisted.list;
    } else if (inner !== null) out += moduleStatement(plain, inner as Node);
    else out += breaks(plain, statement.start, statement.end);
    at = statement.end;
  }
  return `${out}${breaks(plain, at, text.length)}\n${end}`;
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
    if (one.type === 'ImportNamespaceSpecifier') return members.map((m) => `${m} as ${memberName(local, m)}`);
    if (one.type !== 'ImportSpecifier') return [];
    const imported = 'name' in one.imported ? one.imported.name : one.imported.value;
    const parts = members.map((m) => `${memberName(imported, m)} as ${memberName(local, m)}`);
    return [...parts, imported === local ? local : `${imported} as ${local}`];
  });
  const source = plain.text.slice(node.source.start, node.source.end);
  return `import { ${names.join(', ')} } from ${source};${breaks(plain, node.start, node.end)}`;
}

/** Members that a module-level name is used with. */
function membersOf({ names }: Plain, name: string): string[] {
  const members = new Set<string>();
  for (const { name: used, binding, parent } of names.references) {
    if (used !== name || binding?.moduleLevel !== true || parent.type !== 'MemberExpression' || parent.computed)
      continue;
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
    if (id.type !== 'Identifier' || init === null) continue;
    if (isFunction(init)) out += functionText(plain, init, id.name);
    else out += `${constantText(plain, id.name, init)}${breaks(plain, start, end)} `;
  }
  return out + breaks(plain, at, node.end);
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
    return `export const ${name} = [${elements.join(', ')}];`;
  }
  return `export const ${name} = ${flat(valueText(plain, init as never))};`;
}

const flat = (text: string): string => text.replaceAll('\n', ' ');

/** The functions that stand in the list of CPUs, each on its lines, and the list without them. */
function hoistCpus(plain: Plain, node: Node & { type: 'VariableDeclaration' }): { functions: string; list: string } {
  const list = new MagicString(plain.text);
  for (const { start, end, parent, name, binding } of plain.names.references) {
    if (start < node.start || end > node.end || binding?.moduleLevel !== true) continue;
    if (parent.type !== 'MemberExpression' || parent.computed || parent.property.type !== 'Identifier') continue;
    if (isTable(binding)) list.overwrite(parent.start, parent.end, memberName(name, parent.property.name));
  }
  let functions = '';
  let at = node.start;
  cpuFunctions(plain.names, node).forEach((one, i) => {
    const name = cpuFunctionName(plain.names, i);
    functions += breaks(plain, at, one.start) + functionText(plain, one, name);
    list.overwrite(one.start, one.end, name);
    at = one.end;
  });
  functions += breaks(plain, at, node.end);
  return { functions, list: `export ${list.slice(node.start, node.end)}\n` };
}

/** A name whose members have become constants, or imports, of their own. */
function isTable({ node, imported }: Binding): boolean {
  return imported === '*' || (node.type === 'VariableDeclarator' && node.init?.type === 'ObjectExpression');
}

function functionText(plain: Plain, node: FunctionNode | ArrowFunctionExpression, name: string): string {
  const { body } = node;
  if (body === null) return breaks(plain, node.start, node.end);
  const names = node.params.map((one) => ('name' in one ? one.name : '')).filter((one) => one !== 'this');
  const head = `${breaks(plain, node.start, body.start)}export function ${name}(${names.join(', ')})`;
  const value = CHECKS.has(name) && !givesValue(plain.names, node) ? '1' : givesValue(plain.names, node) ? '0' : '';
  if (body.type !== 'BlockStatement') {
    const text = value === '0' ? `return ${valueText(plain, body)};` : `${effectText(plain, body)};`;
    return `${head} { ${text}${value === '1' ? ' return 1;' : ''} }${breaks(plain, body.end, node.end)}`;
  }
  const end = value === '' ? '' : ` return ${value};`;
  const statements = blockText(plain, body, value);
  return `${head} {${statements}${end} }${breaks(plain, body.end, node.end)}`;
}

/** What stands between the braces. `value` is what a bare return gives. */
function blockText(plain: Plain, node: Node & { body: readonly Node[] }, value: string): string {
  let out = '';
  let at = node.start;
  for (const one of node.body) {
    out += `${breaks(plain, at, one.start)} ${statementText(plain, one, value)}`;
    at = one.end;
  }
  return out + breaks(plain, at, node.end);
}

function statementText(plain: Plain, node: Node, value: string): string {
  switch (node.type) {
    case 'BlockStatement':
      return `{${blockText(plain, node, value)} }`;
    case 'ExpressionStatement':
      return `${breaks(plain, node.start, node.expression.start)}${effectText(plain, node.expression)};${breaks(plain, node.expression.end, node.end)}`;
    case 'VariableDeclaration':
      return `${localsText(plain, node)};`;
    case 'ReturnStatement':
      if (node.argument === null) return value === '' ? 'return;' : `return ${value};`;
      return `return (${breaks(plain, node.start, node.argument.start)}${valueText(plain, node.argument)})${breaks(plain, node.argument.end, node.end)};`;
    case 'BreakStatement':
    case 'ContinueStatement':
      return `${plain.text.slice(node.start, node.end).replace(/;?\s*$/, '')};`;
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return `;${breaks(plain, node.start, node.end)}`;
    default:
      return around(plain, node, value);
  }
}

function localsText(plain: Plain, node: Node & { type: 'VariableDeclaration' }): string {
  let out = `${node.kind} `;
  let at = node.start;
  node.declarations.forEach((one, i) => {
    const init = one.init === null ? '0' : valueText(plain, one.init);
    const gap = breaks(plain, at, one.init?.start ?? one.end);
    out += `${i > 0 ? ', ' : ''}${one.id.type === 'Identifier' ? one.id.name : ''} = ${gap}${init}`;
    at = one.init?.end ?? one.end;
  });
  return out + breaks(plain, at, node.end);
}

/** A statement with others inside: its own words stay. */
function around(plain: Plain, node: Node, value: string): string {
  let out = '';
  let at = node.start;
  for (const child of childrenOf(node)) {
    out += plain.text.slice(at, child.start) + part(plain, node, child, value);
    at = child.end;
  }
  const rest = plain.text.slice(at, node.end);
  return out + rest + (node.type === 'DoWhileStatement' && !rest.endsWith(';') ? ';' : '');
}

function part(plain: Plain, parent: Node, child: Node, value: string): string {
  if ('test' in parent && parent.test === child && parent.type !== 'SwitchCase') return testText(plain, child as never);
  if (parent.type === 'ForStatement' && (parent.init === child || parent.update === child)) {
    return child.type === 'VariableDeclaration' ? localsText(plain, child) : effectText(plain, child as never);
  }
  if (parent.type === 'SwitchCase' && parent.test !== child) return statementText(plain, child, value);
  if (parent.type === 'SwitchStatement' && child.type === 'SwitchCase') return around(plain, child, value);
  if (parent.type === 'SwitchStatement' || parent.type === 'SwitchCase') return valueText(plain, child as never);
  if (parent.type === 'LabeledStatement' && child.type === 'Identifier') return child.name;
  return statementText(plain, child as Statement, value);
}
