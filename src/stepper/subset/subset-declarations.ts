/**
 * Names of a module in the places where they are declared: each once, and used behind that. JavaScript stops where a local
 * is used too early; here it would hold what the turn before has left.
 */
import type { Directive, Node, Statement } from 'oxc-parser';
import type { Check } from './check.ts';
import type { Reference } from '../source/scope.ts';
import { childrenOf } from '../source/source.ts';
import { endsWithoutValue } from './ends.ts';
import { functionOf, givesValue } from './module-functions.ts';

/** What a module may export to be asked for the truth. */
export const CHECKS: ReadonlySet<string> = new Set(['invariant', 'finished']);

export function checkDeclarations(check: Check, statements: ReadonlyArray<Directive | Statement>): void {
  checkTwice(check, statements);
  for (const name of CHECKS) {
    const own = functionOf(check.names.module.get(name));
    if (own !== undefined && givesValue(check.names, own) && endsWithoutValue(own)) {
      check.refuse(own, 'no-value', `${name}() can end without a value, which would say no: let it return true there`);
    }
  }
  const cases = casesOf(statements);
  for (const one of check.names.references) checkOrder(check, one, cases);
}

/** What the parser takes for overloads, or for the type and the value of a name. */
function checkTwice(check: Check, statements: ReadonlyArray<Directive | Statement>): void {
  const imported = new Set(statements.flatMap(importedNames));
  const known = new Set<string>();
  for (const { node, name } of statements.flatMap(declared)) {
    if (known.has(name)) check.refuse(node, 'syntax', `there is another ${name}`);
    else if (imported.has(name)) check.refuse(node, 'syntax', `${name} is imported as well`);
    known.add(name);
  }
}

function importedNames(statement: Directive | Statement): readonly string[] {
  return statement.type !== 'ImportDeclaration' || statement.importKind === 'type'
    ? []
    : statement.specifiers.flatMap((one) =>
        one.type === 'ImportSpecifier' && one.importKind === 'type' ? [] : [one.local.name],
      );
}

/** Functions and constants, with their names. An enum says so itself. */
function declared(statement: Directive | Statement): readonly { readonly node: Node; readonly name: string }[] {
  const isExport = statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportDefaultDeclaration';
  const inner = (isExport ? statement.declaration : statement) as Node | null;
  if (inner?.type === 'FunctionDeclaration' && inner.id && inner.body) return [{ node: inner, name: inner.id.name }];
  if (inner?.type !== 'VariableDeclaration' || inner.declare) return [];
  return inner.declarations.flatMap((node) => (node.id.type === 'Identifier' ? [{ node, name: node.id.name }] : []));
}

/** The case that a local is declared in, without a block of its own. */
function casesOf(statements: readonly Node[]): ReadonlyMap<Node, Node> {
  const cases = new Map<Node, Node>();
  const visit = (node: Node): void => {
    if (node.type === 'SwitchCase') {
      for (const one of node.consequent) {
        if (one.type === 'VariableDeclaration') for (const local of one.declarations) cases.set(local, node);
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  for (const one of statements) visit(one);
  return cases;
}

function checkOrder(check: Check, { name, start, binding, parent }: Reference, cases: ReadonlyMap<Node, Node>): void {
  if (binding === undefined || binding.moduleLevel || !/^(?:const|let)$/.test(binding.kind)) return;
  // In a pattern the names stand where a value would.
  if (binding.node.type !== 'VariableDeclarator' || (start >= binding.node.id.start && start < binding.node.id.end))
    return;
  const node = { ...parent, start };
  const around = cases.get(binding.node);
  if (start < binding.node.end) check.refuse(node, 'local-init', `${name} is used before it has a value`);
  else if (around !== undefined && start >= around.end) {
    check.refuse(node, 'local-init', `${name} belongs to another case; declare it in front of the switch`);
  }
}
