/**
 * What a name stands for. A parameter may be called `dentry` in a module that imports the table `dentry`; the checker,
 * the build and the compiler all have to know which one is meant.
 *
 * Works for all of JavaScript that machine and kernel use, closures and classes included. `var` counts as belonging to
 * its block, which is only wrong for code nobody here writes.
 */
import type { BindingPattern, Node, ParamPattern, Program } from 'oxc-parser';
import { childrenOf } from './source.ts';

export interface Binding {
  readonly name: string;
  readonly kind: 'import' | 'function' | 'class' | 'const' | 'let' | 'var' | 'parameter';
  readonly moduleLevel: boolean;
  /** The node that declares it: import specifier, function, class, declarator, parameter. */
  readonly node: Node;
  /** Of an import: the module as written, and the name there. */
  readonly from?: string;
  readonly imported?: string;
  /** Of a member of an enum, which names the others by their own names: the enum. */
  readonly memberOf?: string;
}

/** A use of a name. `binding` is undefined for globals. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly binding: Binding | undefined;
  /** The nodes around it, innermost last. */
  readonly parent: Node;
  readonly grandparent: Node | undefined;
}

export interface Names {
  readonly module: ReadonlyMap<string, Binding>;
  readonly references: readonly Reference[];
  /** Every reference by the offset where it starts. */
  readonly at: ReadonlyMap<number, Reference>;
}

type Scope = Map<string, Binding>;

const known = new WeakMap<Program, Names>();

/** Resolves every name of a module, once. */
export function resolveNames(program: Program): Names {
  const names = known.get(program) ?? resolved(program);
  known.set(program, names);
  return names;
}

function resolved(program: Program): Names {
  const module: Scope = new Map();
  declareAll(module, program.body, true);
  const references: Reference[] = [];
  for (const statement of program.body) visit(statement, program, undefined, [module], references);
  return { module, references, at: new Map(references.map((r) => [r.start, r])) };
}

function visit(node: Node, parent: Node, grandparent: Node | undefined, scopes: Scope[], out: Reference[]): void {
  if (node.type === 'Identifier') {
    if (isUse(node, parent)) {
      const { name, start, end } = node;
      out.push({ name, start, end, binding: lookUp(scopes, name), parent, grandparent });
    }
    return;
  }
  if (isTypeOnly(node)) return;
  const inner = scopeOf(node);
  const around = inner === undefined ? scopes : [...scopes, inner];
  for (const child of childrenOf(node)) visit(child, node, parent, around, out);
}

function lookUp(scopes: readonly Scope[], name: string): Binding | undefined {
  for (let i = scopes.length - 1; i >= 0; i--) {
    const found = scopes[i]?.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Types have no names we care for; but a cast holds an expression, and so does an enum. */
function isTypeOnly(node: Node): boolean {
  return (
    node.type.startsWith('TS') &&
    !/^TS((As|Satisfies|NonNull|Instantiation)Expression|TypeAssertion|Enum(Declaration|Body|Member))$/.test(node.type)
  );
}

/** False for the names of members, labels and declarations. */
function isUse(node: Node, parent: Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.computed || parent.object === node;
    case 'Property':
    case 'PropertyDefinition':
    case 'MethodDefinition':
      return parent.value === node || parent.computed;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return parent.body === node;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return parent.superClass === node;
    case 'VariableDeclarator':
      return parent.init === node;
    case 'AssignmentPattern':
      return parent.right === node;
    case 'TSEnumMember':
      return parent.initializer === node;
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ExportSpecifier':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'RestElement':
    case 'ArrayPattern':
    case 'CatchClause':
    case 'TSEnumDeclaration':
      return false;
    default:
      return true;
  }
}

/** The names a node brings for what is below it. */
function scopeOf(node: Node): Scope | undefined {
  const scope: Scope = new Map();
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      for (const parameter of node.params) declarePattern(scope, parameter, 'parameter', parameter, false);
      return scope;
    case 'BlockStatement':
      declareAll(scope, node.body, false);
      return scope;
    case 'SwitchStatement':
      for (const one of node.cases) declareAll(scope, one.consequent, false);
      return scope;
    case 'ForStatement':
      if (node.init?.type === 'VariableDeclaration') declareAll(scope, [node.init], false);
      return scope;
    case 'ForInStatement':
    case 'ForOfStatement':
      if (node.left.type === 'VariableDeclaration') declareAll(scope, [node.left], false);
      return scope;
    case 'TSEnumDeclaration':
      for (const one of node.body.members) {
        if (one.id.type !== 'Identifier') continue;
        const { name } = one.id;
        scope.set(name, { name, kind: 'const', moduleLevel: true, node: one, memberOf: node.id.name });
      }
      return scope;
    case 'CatchClause':
      if (node.param) declarePattern(scope, node.param, 'parameter', node, false);
      return scope;
    default:
      return undefined;
  }
}

function declareAll(scope: Scope, statements: readonly Node[], moduleLevel: boolean): void {
  for (const statement of statements) {
    const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
    const inner = isExport ? (statement.declaration ?? statement) : statement;
    if (inner.type === 'VariableDeclaration') {
      const kind = inner.kind === 'const' || inner.kind === 'let' ? inner.kind : 'var';
      for (const one of inner.declarations) declarePattern(scope, one.id, kind, one, moduleLevel);
    } else if (inner.type === 'FunctionDeclaration' && inner.id) {
      scope.set(inner.id.name, { name: inner.id.name, kind: 'function', moduleLevel, node: inner });
    } else if (inner.type === 'ClassDeclaration' && inner.id) {
      scope.set(inner.id.name, { name: inner.id.name, kind: 'class', moduleLevel, node: inner });
    } else if (inner.type === 'TSEnumDeclaration') {
      scope.set(inner.id.name, { name: inner.id.name, kind: 'const', moduleLevel, node: inner });
    } else if (inner.type === 'ImportDeclaration') {
      for (const one of inner.specifiers) {
        const name = one.local.name;
        const imported = one.type !== 'ImportSpecifier' ? '*' : 'name' in one.imported ? one.imported.name : '*';
        scope.set(name, { name, kind: 'import', moduleLevel, node: one, from: inner.source.value, imported });
      }
    }
  }
}

function declarePattern(
  scope: Scope,
  pattern: BindingPattern | ParamPattern,
  kind: Binding['kind'],
  node: Node,
  moduleLevel: boolean,
): void {
  if (pattern.type === 'Identifier') {
    scope.set(pattern.name, { name: pattern.name, kind, moduleLevel, node });
    return;
  }
  for (const child of childrenOf(pattern)) {
    if (child.type === 'Property') declarePattern(scope, child.value as BindingPattern, kind, node, moduleLevel);
    else if (/^(Identifier|ObjectPattern|ArrayPattern|AssignmentPattern|RestElement)$/.test(child.type)) {
      declarePattern(scope, child as BindingPattern, kind, node, moduleLevel);
      if (pattern.type === 'AssignmentPattern') return;
    }
  }
}
