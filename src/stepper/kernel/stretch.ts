import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { COMPILED_CHECKS, isImported } from '../../base/file-roles.ts';
import { compileWhole } from '../compile/uncut.ts';
import { renderStretch } from '../wasm/stretch.ts';
import { sourceLines } from './source-lines.ts';

const MEMORY = 'memory.js#';
const STRETCH = 'stretch';

/** Compiles the steps of a kernel that have the checkers inside (src/check/compiled). */
export function writeStretch(built: string): void {
  const { whole } = compileWhole(
    {
      entries: [{ file: join(built, COMPILED_CHECKS, 'stretch.js'), name: STRETCH }],
      read: (file) => readFileSync(file, 'utf8'),
      isExternal: isImported,
      importPath: (file) => relative(built, file),
      originalLine: sourceLines(),
    },
    (key) => key.startsWith(MEMORY),
  );
  writeFileSync(join(built, 'stepped/stretch.wasm'), renderStretch(whole, [STRETCH]));
}
