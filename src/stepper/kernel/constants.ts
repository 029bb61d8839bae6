/**
 * What the build knows of a module before anything runs: its numbers, and its struct tables. Modules are evaluated to
 * find out; they define things and do nothing.
 */
import { structInfo } from '../../machine/struct.ts';
import type { Source } from '../source/source.ts';

/** Export name to a number, or to a table: member name to number. */
export type Constants = ReadonlyMap<string, number | ReadonlyMap<string, number>>;

/** The constants among the exports of an evaluated module. `source` tells which exports can never change. */
export function constantsOf(source: Source, exports: Readonly<Record<string, unknown>>): Constants {
  const constants = new Map<string, number | ReadonlyMap<string, number>>();
  for (const name of exportedConsts(source)) {
    const value = exports[name];
    if (typeof value === 'number') constants.set(name, value);
    else if (isStruct(value)) constants.set(name, new Map(Object.entries(value)));
  }
  return constants;
}

function exportedConsts({ program }: Source): string[] {
  const names: string[] = [];
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration') continue;
    if (statement.declaration.kind !== 'const') continue;
    for (const { id } of statement.declaration.declarations) if (id.type === 'Identifier') names.push(id.name);
  }
  return names;
}

function isStruct(value: unknown): value is Readonly<Record<string, number>> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    structInfo(value);
    return true;
  } catch {
    return false;
  }
}
