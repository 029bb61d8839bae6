/**
 * What a module asks of others by name, and what it gives them: enough to say, before anything of it runs, whether they
 * fit together.
 */
import type { Emitter } from './emitter.ts';
import { namesOf } from './scope.ts';
import type { Node } from './source.ts';

/** A module that is asked for. */
export interface Asked {
  readonly specifier: string;
  /** Its `with { type: ... }`. */
  readonly type: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** One of its names that is asked for. */
export interface Wanted {
  readonly specifier: string;
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

export interface Links {
  readonly asked: readonly Asked[];
  readonly wanted: readonly Wanted[];
  /** What it exports under a name of its own: undefined for what it defines, else where that comes from. */
  readonly exports: ReadonlyMap<string, { readonly specifier: string; readonly name: string } | undefined>;
  /** Modules all of whose names it exports. */
  readonly stars: readonly string[];
  /** TypeScript: names of types, which nobody finds when it runs. */
  readonly types: ReadonlySet<string>;
  readonly isTypeScript: boolean;
}

export const nameOf = (node: Node): string => (node.type === 'Literal' ? String(node.value) : (node.name as string));

/** Of a module that is written. In TypeScript an import that is not used is one of a type, and asks for nothing. */
export function linksOf(e: Emitter, types: ReadonlySet<string> | undefined): Links {
  const statements = e.source.program.body as Node[];
  const asked: Asked[] = [];
  const wanted: Wanted[] = [];
  const exports = new Map<string, { specifier: string; name: string } | undefined>();
  const stars: string[] = [];
  const imported = new Map<string, { specifier: string; name: string }>();
  const at = ({ start }: Node) => ({ line: e.source.lineOf(start), column: e.source.columnOf(start) });
  for (const one of statements) {
    if (!one.source) continue;
    const specifier = String((one.source as Node).value);
    const attributes = (one.attributes ?? []) as Node[];
    const typed = attributes.find(({ key }) => nameOf(key as Node) === 'type')?.value as Node | undefined;
    asked.push({ specifier, type: typed === undefined ? undefined : String(typed.value), ...at(one) });
    if (one.type !== 'ImportDeclaration') continue;
    for (const part of one.specifiers as Node[]) {
      if (part.type === 'ImportNamespaceSpecifier') continue;
      const name = part.type === 'ImportDefaultSpecifier' ? 'default' : nameOf(part.imported as Node);
      const local = (part.local as Node).name as string;
      imported.set(local, { specifier, name });
      if (types === undefined || e.usedImports.has(local)) wanted.push({ specifier, name, ...at(part) });
    }
  }
  for (const one of statements) {
    const declaration = one.declaration as Node | null | undefined;
    const specifier = one.source ? String((one.source as Node).value) : undefined;
    if (one.type === 'ExportDefaultDeclaration') exports.set('default', undefined);
    else if (one.type === 'ExportAllDeclaration') {
      if (one.exported) exports.set(nameOf(one.exported as Node), undefined);
      else stars.push(specifier as string);
    } else if (one.type === 'ExportNamedDeclaration') {
      for (const part of one.specifiers as Node[]) {
        const name = nameOf(part.local as Node);
        exports.set(nameOf(part.exported as Node), specifier === undefined ? imported.get(name) : { specifier, name });
        if (specifier !== undefined) wanted.push({ specifier, name, ...at(part) });
      }
      for (const name of declared(declaration)) exports.set(name, undefined);
    }
  }
  return { asked, wanted, exports, stars, types: types ?? new Set(), isTypeScript: types !== undefined };
}

function declared(declaration: Node | null | undefined): string[] {
  if (!declaration) return [];
  if (declaration.type !== 'VariableDeclaration') return namesOf(declaration.id as Node);
  return (declaration.declarations as Node[]).flatMap(({ id }) => namesOf(id as Node));
}

/** Names of types among the statements of a file of TypeScript: declared, imported or exported as such. */
export function typeNames(statements: readonly Node[], into: Set<string>): void {
  for (const statement of statements) {
    const one = (statement.declaration as Node | null | undefined) ?? statement;
    const isType = statement.exportKind === 'type' || statement.importKind === 'type';
    if (one.type === 'TSInterfaceDeclaration' || one.type === 'TSTypeAliasDeclaration' || one.declare === true)
      for (const name of declared(one)) into.add(name);
    for (const part of (statement.specifiers ?? []) as Node[]) {
      if (!isType && part.importKind !== 'type' && part.exportKind !== 'type') continue;
      into.add(nameOf((part.exported ?? part.local) as Node));
    }
  }
}
