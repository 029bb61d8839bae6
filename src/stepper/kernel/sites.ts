/** `_THIS_IP_`: the places in the kernel that know where they are, numbered in the order of files and lines. */
import type { Node } from 'oxc-parser';
import { resolveNames } from '../source/scope.ts';
import { positionOf, type Source } from '../source/source.ts';

export interface Site {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** The function that is told of the place. */
  readonly call?: string;
}

export const THIS_IP = '_THIS_IP_';

/** Site 0: whoever asks for a place that no build has numbered. */
export const UNKNOWN_SITE: Site = { function: 'unknown', file: '', line: 0 };

/** The sites of one TypeScript module, in order. The compiled module has the same ones in the same order. */
export function sitesOf(source: Source): Site[] {
  const uses = resolveNames(source.program).references.filter((r) => r.name === THIS_IP && r.binding === undefined);
  return uses.map(({ start, parent }) => ({
    function: functionAround(source, start),
    file: source.file,
    line: positionOf(source, start).line,
    ...(parent.type === 'CallExpression' && parent.callee.type === 'Identifier' ? { call: parent.callee.name } : {}),
  }));
}

/** Name of the module-level function that holds an offset. */
export function functionAround({ program }: Source, offset: number): string {
  for (const statement of program.body) {
    const inner: Node = statement.type === 'ExportNamedDeclaration' ? (statement.declaration ?? statement) : statement;
    if (offset < inner.start || offset >= inner.end) continue;
    if (inner.type === 'FunctionDeclaration' && inner.id) return inner.id.name;
  }
  return UNKNOWN_SITE.function;
}
