/** The files of a module besides its own: what it imports, and what that imports, read once so that they go with it. */
import { readFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { BUS_MODULE } from './bus-functions.ts';
import { besideOf, isFile } from './module.ts';
import { parseSource, SourceError } from './source.ts';

/** Texts by path as seen from the module's directory. What cannot be found or read is left to the compiler to tell of. */
export function importedTexts(path: string, text: string): Record<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string, own: string): void => {
    for (const name of importsOf(file, own)) {
      const target = besideOf(file, name, isFile);
      if (target === undefined || target === path || found.has(target)) continue;
      const its = readFileSync(target, 'utf8');
      found.set(target, its);
      visit(target, its);
    }
  };
  visit(path, text);
  const seen = (file: string): string => relative(dirname(path), file).split(sep).join('/');
  return Object.fromEntries(
    [...found].map(([file, its]) => [seen(file), its] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What a text imports from files of its own, as it names them. */
export function importsOf(file: string, text: string): string[] {
  try {
    const names = parseSource(file, text).program.body.flatMap((statement) =>
      'source' in statement && statement.source != null ? [statement.source.value] : [],
    );
    return [...new Set(names.filter((name) => name !== BUS_MODULE))];
  } catch (error) {
    if (error instanceof SourceError) return [];
    throw error;
  }
}
