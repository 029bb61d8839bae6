/**
 * Puts numbers where names of constants stand: `task_struct.fs` becomes 32, `CLONE_FS` becomes 512, and `_THIS_IP_`
 * the number of its site. Tables then cost nothing at run time, and the stepped build sees nothing but numbers.
 *
 * Only characters within a line change, so source maps stay true line by line.
 */
import { MagicString } from 'magic-string';
import type { Constants } from './constants.ts';
import { type Reference, resolveNames } from '../source/scope.ts';
import { type Source, SourceError, positionOf } from '../source/source.ts';
import { THIS_IP } from './sites.ts';

export interface InlineOptions {
  /** Constants of the module that an import statement names, or undefined when they are not known. */
  readonly constantsOf: (from: string) => Constants | undefined;
  /** Number of the module's first site. */
  readonly firstSite: number;
}

export interface Inlined {
  readonly text: string;
  /** How many `_THIS_IP_` were numbered. */
  readonly sites: number;
}

/** The module with its imported constants as literals. Throws SourceError for a table member that does not exist. */
export function inlineConstants(source: Source, { constantsOf, firstSite }: InlineOptions): Inlined {
  const text = new MagicString(source.text);
  let sites = 0;
  for (const reference of resolveNames(source.program).references) {
    if (reference.name === THIS_IP && reference.binding === undefined) {
      text.overwrite(reference.start, reference.end, String(firstSite + sites));
      sites++;
      continue;
    }
    const { binding } = reference;
    if (binding?.kind !== 'import' || binding.from === undefined || binding.imported === undefined) continue;
    const constant = constantsOf(binding.from)?.get(binding.imported);
    if (typeof constant === 'number') inlineNumber(text, reference, constant);
    else if (constant !== undefined) inlineMember(source, text, reference, constant);
  }
  return { text: text.toString(), sites };
}

/** A negative number in parentheses: the character before may be a minus. */
function literal(value: number): string {
  return value < 0 ? `(${value})` : String(value);
}

function inlineNumber(text: MagicString, { name, start, end, parent }: Reference, value: number): void {
  if (parent.type === 'ExportSpecifier') return;
  const shorthand = parent.type === 'Property' && parent.shorthand;
  text.overwrite(start, end, shorthand ? `${name}: ${literal(value)}` : literal(value));
}

function inlineMember(
  source: Source,
  text: MagicString,
  reference: Reference,
  table: ReadonlyMap<string, number>,
): void {
  const { parent, name, start } = reference;
  if (parent.type !== 'MemberExpression' || parent.computed || parent.object.start !== start) return;
  if (parent.property.type !== 'Identifier') return;
  const value = table.get(parent.property.name);
  if (value === undefined) {
    const message = `${name} has no member ${parent.property.name}`;
    throw new SourceError(source.file, positionOf(source, parent.property.start), message);
  }
  text.overwrite(parent.start, parent.end, literal(value));
}
