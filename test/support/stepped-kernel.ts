/** The stepped form of chosen entry functions, compiled from dist, and machines to run it on. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isImported } from '../../dist/src/base/file-roles.js';
import { PRIVATE_BYTES } from '../../dist/src/machine/map.js';
import { compile, type Compiled } from '../../dist/src/stepper/compile/compile.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';

const folder = mkdtempSync(join(tmpdir(), 'tasklock-stepped-'));
let modules = 0;

/** Compiles entries given as `path of the module:function`, and loads the result. */
export async function compileEntries(...entries: string[]): Promise<Compiled & { readonly module: CompiledModule }> {
  return await compileEdited((_, text) => text, ...entries);
}

/** The same of sources that somebody changes as they are read. */
export async function compileEdited(
  edited: (file: string, text: string) => string,
  ...entries: string[]
): Promise<Compiled & { readonly module: CompiledModule }> {
  const compiled = compile({
    privateBytes: PRIVATE_BYTES,
    entries: entries.map((entry) => {
      const [file = '', name = ''] = entry.split(':');
      return { file, name };
    }),
    read: (file) => edited(file, readFileSync(file, 'utf8')),
    isExternal: isImported,
    importPath: (file) => pathToFileURL(resolve(file)).href,
  });
  const path = join(folder, `${modules++}.mjs`);
  writeFileSync(path, compiled.text);
  return { ...compiled, module: (await import(pathToFileURL(path).href)) as CompiledModule };
}
