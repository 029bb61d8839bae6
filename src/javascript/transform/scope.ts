/**
 * Which declaration a name means, so that the twin knows a name of the module from one of the world, an import from a
 * variable, and an assignment that dies with the iteration of a loop from one that lives on.
 */
import { childrenOf, isClass, isFunction, type Node } from './source.ts';

export type BindingKind = 'var' | 'let' | 'const' | 'class' | 'function' | 'param' | 'self' | 'import';

export interface Binding {
  readonly kind: BindingKind;
  readonly scope: Scope;
  /** Of an import: the expression that reads it. */
  readonly read?: string;
}

export class Scope {
  readonly parent: Scope | undefined;
  /** Depth of functions: a binding of another depth belongs to a function further out. */
  readonly depth: number;
  /** The innermost loop of the function around the scope; 0 for none. */
  readonly loop: number;
  private readonly names = new Map<string, Binding>();

  constructor(parent: Scope | undefined, depth: number, loop: number) {
    this.parent = parent;
    this.depth = depth;
    this.loop = loop;
  }

  declare(name: string, kind: BindingKind, read?: string): void {
    this.names.set(name, read === undefined ? { kind, scope: this } : { kind, scope: this, read });
  }

  find(name: string): Binding | undefined {
    return this.names.get(name) ?? this.parent?.find(name);
  }
}

/** The names that a pattern binds. */
export function namesOf(pattern: Node | null): string[] {
  switch (pattern?.type) {
    case undefined:
      return [];
    case 'Identifier':
      return [pattern.name as string];
    case 'MemberExpression':
      return [];
    case 'Property':
      return namesOf(pattern.value as Node);
    case 'AssignmentPattern':
      return namesOf(pattern.left as Node);
    case 'RestElement':
      return namesOf(pattern.argument as Node);
    default:
      return childrenOf(pattern as Node).flatMap(namesOf);
  }
}

/** What is declared with `var` in a function's body, functions in blocks of sloppy code with it. */
export function varNames(node: Node, into: Set<string> = new Set()): Set<string> {
  if (node.type === 'VariableDeclaration' && node.kind === 'var')
    for (const one of node.declarations as Node[]) for (const name of namesOf(one.id as Node)) into.add(name);
  for (const child of childrenOf(node)) {
    if (child.type === 'FunctionDeclaration' && child.id) into.add((child.id as Node).name as string);
    if (!isFunction(child) && !isClass(child)) varNames(child, into);
  }
  return into;
}

/** What a list of statements declares for its own block. */
export function declareLexical(scope: Scope, statements: readonly Node[]): void {
  for (const statement of statements) {
    const node = (statement.declaration as Node | null | undefined) ?? statement;
    if (node.type === 'VariableDeclaration' && node.kind !== 'var')
      for (const one of node.declarations as Node[])
        for (const name of namesOf(one.id as Node)) scope.declare(name, node.kind === 'let' ? 'let' : 'const');
    else if (node.type === 'ClassDeclaration' && node.id) scope.declare((node.id as Node).name as string, 'class');
    else if (node.type === 'FunctionDeclaration' && node.id)
      scope.declare((node.id as Node).name as string, 'function');
  }
}
