/** Names that a module imports from files of its own: whether they are there, said at the place where they are imported. */
import { basename } from 'node:path';
import type { ImportDeclarationSpecifier } from 'oxc-parser';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { takenMembers } from './desugar-patterns.ts';
import { type Binding, resolveNames } from '../source/scope.ts';
import { parseSource, positionOf, type Source, SourceError } from '../source/source.ts';
import { hasMember, tableOf } from '../subset/subset-names.ts';

/** Throws SourceError for a name that its file does not have. `fileOf` finds an imported file, `read` its text. */
export function checkImports(
  file: string,
  text: string,
  fileOf: (from: string) => string,
  read: (file: string) => string,
): void {
  const source = parseSource(file, text);
  for (const statement of source.program.body) {
    if (statement.type !== 'ImportDeclaration' || statement.importKind === 'type') continue;
    if (statement.source.value === BUS_MODULE) continue;
    const target = fileOf(statement.source.value);
    const { module } = resolveNames(parseSource(target, read(target)).program);
    for (const one of statement.specifiers) checkName(source, one, target, module);
  }
}

function checkName(
  source: Source,
  one: ImportDeclarationSpecifier,
  target: string,
  names: ReadonlyMap<string, Binding>,
): void {
  if (one.type !== 'ImportSpecifier' || one.importKind === 'type') return;
  const name = 'name' in one.imported ? one.imported.name : one.imported.value;
  const found = names.get(name);
  const refuse = (at: number, missing: string): never => {
    throw new SourceError(source.file, positionOf(source, at), `${basename(target)} has no ${missing}`);
  };
  if (found === undefined) refuse(one.start, name);
  const table = found && tableOf(found);
  if (table === undefined) return;
  for (const { name: used, binding, parent } of resolveNames(source.program).references) {
    if (used !== one.local.name || binding?.node !== one) continue;
    for (const key of parent.type === 'VariableDeclarator' ? takenMembers(parent.id) : []) {
      if (!hasMember(table, key)) refuse(key.start, `${name}.${key.name}`);
    }
    if (parent.type !== 'MemberExpression' || parent.computed) continue;
    if (!hasMember(table, parent.property) && parent.property.type === 'Identifier') {
      refuse(parent.start, `${name}.${parent.property.name}`);
    }
  }
}
