/**
 * Files as a whole. A module's exports are getters of its variables, defined before anything of it runs, so that modules
 * may import each other in a circle; an import is read through the module it comes from, each time.
 */
import type { Emitter, Rule } from './emitter.ts';
import { hoisted, statementsOf, tie } from './blocks.ts';
import { nameOf } from './links.ts';
import { prologue } from './prologue.ts';
import { declareLexical, namesOf, varNames } from './scope.ts';
import type { Node } from './source.ts';

const property = (object: string, name: string): string => `${object}[${JSON.stringify(name)}]`;

interface Exports {
  /** `"name": () => value`. */
  readonly getters: string[];
  /** Declarations of what is imported, and of stars. */
  readonly imports: string[];
}

/** The body of the file: parameters, braces and all. */
export function moduleBody(e: Emitter): string {
  const { program } = e.source;
  const statements = program.body as Node[];
  const isModule = e.source.kind === 'module';
  const params = e.source.kind === 'script' ? ['exports', 'require', 'module', '__filename', '__dirname'] : [];
  for (const name of params) e.scope.declare(name, 'param');
  for (const name of varNames(program)) if (e.scope.find(name) === undefined) e.scope.declare(name, 'var');
  declareLexical(e.scope, statements);
  const exported: Exports = { getters: [], imports: [] };
  const taken = new Map<string, string>();
  for (const one of statements) declareImports(e, one, exported, taken);
  for (const one of statements) collectExports(e, one, exported, taken);
  const text = statementsOf(e, statements, 0, program.end);
  const declared = hoistedOf(e, statements);
  const p = e.prefix;
  if (!isModule) return `(${params.join(', ')}) {${prologue(e)}${declared}${text}\n}`;
  const getters =
    exported.getters.length > 0 ? `${e.name('exports')}(${p}namespace, {${exported.getters.join(', ')}});` : '';
  return `(${p}namespace, ${p}require) {${prologue(e)}${declared}${getters}${owned(e, statements)}${exported.imports.join('')}${text}\n}`;
}

/** Tells the namespace what the module defines at its top: functions, classes, constants. */
function owned(e: Emitter, statements: readonly Node[]): string {
  const names = statements.flatMap((one) => {
    const declaration = (one.type.startsWith('Export') ? one.declaration : one) as Node | null | undefined;
    if (one.type === 'ExportDefaultDeclaration')
      return [(declaration?.id as Node | null)?.name ?? `${e.prefix}default`];
    if (declaration?.type === 'VariableDeclaration')
      return (declaration.declarations as Node[]).flatMap(({ id }) => namesOf(id as Node));
    if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'ClassDeclaration')
      return [(declaration.id as Node).name];
    return [];
  });
  return names.length === 0 ? '' : `${e.name('owns')}(${e.prefix}namespace, () => [${names.join(', ')}]);`;
}

function hoistedOf(e: Emitter, statements: readonly Node[]): string {
  let text = hoisted(e, statements, 'var');
  for (const one of statements) {
    const declaration = one.declaration as Node | null | undefined;
    if (one.type === 'ExportDefaultDeclaration' && declaration?.type === 'FunctionDeclaration' && !declaration.id)
      text += tie(e, `${e.prefix}default`, 'default', declaration, 'var');
  }
  return text;
}

/** The variable that holds the namespace of a module, asked for once. */
function required(e: Emitter, source: Node, exported: Exports, taken: Map<string, string>): string {
  const name = String(source.value);
  let held = taken.get(name);
  if (held === undefined) {
    held = e.fresh('module');
    taken.set(name, held);
    const call = `${e.name('call1')}(${e.prefix}require, ${JSON.stringify(name)}, ${e.site(source)})`;
    exported.imports.push(`const ${held} = ${e.go(call)};`);
  }
  return held;
}

function declareImports(e: Emitter, node: Node, exported: Exports, taken: Map<string, string>): void {
  if (node.type !== 'ImportDeclaration') {
    if (node.source && node.type.startsWith('Export')) required(e, node.source as Node, exported, taken);
    return;
  }
  const held = required(e, node.source as Node, exported, taken);
  for (const one of node.specifiers as Node[]) {
    const local = (one.local as Node).name as string;
    if (one.type === 'ImportNamespaceSpecifier') e.scope.declare(local, 'import', held);
    else {
      const name = one.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(one.imported as Node);
      e.scope.declare(local, 'import', property(held, name));
    }
  }
}

function collectExports(e: Emitter, node: Node, exported: Exports, taken: Map<string, string>): void {
  const add = (name: string, value: string): void =>
    void exported.getters.push(`[${JSON.stringify(name)}]: () => ${value}`);
  const declaration = node.declaration as Node | null | undefined;
  if (node.type === 'ExportDefaultDeclaration') {
    const own = declaration?.type.endsWith('Declaration') ? (declaration.id as Node | null) : null;
    add('default', own ? (own.name as string) : `${e.prefix}default`);
  } else if (node.type === 'ExportAllDeclaration') {
    const held = required(e, node.source as Node, exported, taken);
    if (node.exported) add(nameOf(node.exported as Node), held);
    else
      exported.imports.push(
        `${e.name('exportAll')}(${e.prefix}namespace, ${held}, ${JSON.stringify((node.source as Node).value)});`,
      );
  } else if (node.type === 'ExportNamedDeclaration') {
    const from = node.source ? required(e, node.source as Node, exported, taken) : undefined;
    for (const one of node.specifiers as Node[]) {
      const local = nameOf(one.local as Node);
      add(nameOf(one.exported as Node), from === undefined ? (e.find(local)?.read ?? local) : property(from, local));
    }
    if (declaration?.type === 'VariableDeclaration')
      for (const one of declaration.declarations as Node[]) for (const name of namesOf(one.id as Node)) add(name, name);
    else if (declaration) add((declaration.id as Node).name as string, (declaration.id as Node).name as string);
  }
}

const exportDefault: Rule = (e, node) => {
  const declaration = node.declaration as Node;
  const name = `${e.prefix}default`;
  if (declaration.type === 'FunctionDeclaration' || declaration.type === 'ClassDeclaration')
    return e.emit(declaration, name);
  return `const ${name} = ${e.emit(declaration, 'default')};`;
};

export const moduleRules: Readonly<Record<string, Rule>> = {
  ImportDeclaration: () => '',
  ExportAllDeclaration: () => '',
  ExportNamedDeclaration: (e, node) => (node.declaration ? e.emit(node.declaration as Node) : ''),
  ExportDefaultDeclaration: exportDefault,
};
