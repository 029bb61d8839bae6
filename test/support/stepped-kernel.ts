/** The stepped form of chosen entry functions, compiled from dist, and machines to run it on. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { isImported } from '../../dist/src/base/file-roles.js';
import { PRIVATE_BYTES } from '../../dist/src/machine/map.js';
import { compile, type Compiled } from '../../dist/src/stepper/compile/compile.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { loadedText } from './loaded.ts';

/** What was loaded, by its text: an edit that changes nothing, and the same one again, find it warm. */
const loaded = new Map<string, Promise<CompiledModule>>();

/** The last that were compiled, and of which texts. Few, as each keeps the whole program. */
const KEPT = 4;
const made: { entries: readonly string[]; files: ReadonlyMap<string, string>; compiled: Compiled }[] = [];

/** Compiles entries given as `path of the module:function`, and loads the result. */
export async function compileEntries(...entries: string[]): Promise<Compiled & { readonly module: CompiledModule }> {
  return await compileEdited((_, text) => text, ...entries);
}

/** The same of sources that somebody changes as they are read. */
export async function compileEdited(
  edited: (file: string, text: string) => string,
  ...entries: string[]
): Promise<Compiled & { readonly module: CompiledModule }> {
  const files = new Map<string, string>();
  // Once each, as somebody may count where the edit stands.
  const read = (file: string): string => {
    const text = files.get(file) ?? edited(file, readFileSync(file, 'utf8'));
    files.set(file, text);
    return text;
  };
  const same = made.find(
    (one) => isDeepStrictEqual(one.entries, entries) && [...one.files].every(([file, text]) => read(file) === text),
  );
  const compiled = same?.compiled ?? compileAnew(read, entries);
  if (same === undefined && made.push({ entries, files, compiled }) > KEPT) made.shift();
  const module = loaded.get(compiled.text) ?? loadedText(compiled.text);
  loaded.set(compiled.text, module);
  return { ...compiled, module: await module };
}

function compileAnew(read: (file: string) => string, entries: readonly string[]): Compiled {
  return compile({
    privateBytes: PRIVATE_BYTES,
    entries: entries.map((entry) => {
      const [file = '', name = ''] = entry.split(':');
      return { file, name };
    }),
    read,
    isExternal: isImported,
    importPath: (file) => pathToFileURL(resolve(file)).href,
  });
}
