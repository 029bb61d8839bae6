/** What a module imports, and what that imports, read once so that it goes with the module wherever that goes. */
import { dirname, relative, resolve as resolvePath, sep } from 'node:path';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { ModuleError } from './module-error.ts';
import { ModuleFiles } from './module-files.ts';
import { parseSource, SourceError } from '../source/source.ts';

/**
 * Texts by path as seen from the module's folder; undefined when one cannot be found or read, or may not be: the compiler
 * comes upon it too, and says why.
 */
export function importedTexts(path: string, text: string): Record<string, string> | undefined {
  const own = resolvePath(path);
  const found = new Map<string, string>();
  const isWhole = unlessWrong(() => {
    const files = new ModuleFiles(own, text);
    const visit = (file: string): void => {
      for (const name of namesOf(file, files.textOf(file))) {
        const target = files.resolve(file, name);
        if (target === own || found.has(target)) continue;
        found.set(target, files.textOf(target));
        visit(target);
      }
    };
    visit(own);
    return true;
  });
  if (isWhole === undefined) return undefined;
  const seen = (file: string): string => relative(dirname(own), file).split(sep).join('/');
  return Object.fromEntries(
    [...found].map(([file, its]) => [seen(file), its] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What a text imports from files of its own, as it names them; nothing of one that cannot be read as a module. */
export function importsOf(path: string, text: string): string[] {
  const own = resolvePath(path);
  return unlessWrong(() => namesOf(own, new ModuleFiles(own, text).textOf(own))) ?? [];
}

function namesOf(file: string, text: string): string[] {
  const names = parseSource(file, text).program.body.flatMap((statement) =>
    'source' in statement && statement.source != null ? [statement.source.value] : [],
  );
  return [...new Set(names.filter((name) => name !== BUS_MODULE))];
}

function unlessWrong<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof SourceError || error instanceof ModuleError) return undefined;
    throw error;
  }
}
