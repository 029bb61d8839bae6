import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isImported } from '../../base/file-roles.ts';
import { compileWhole } from '../compile/uncut.ts';
import type { InsideCode } from '../wasm/cut.ts';
import { sourceLines } from './source-lines.ts';

const FOLDER = 'src/stepped/inside';
/** What is called from outside, and what the code of a module calls. */
const ENTRIES = [
  { file: 'slice.js', name: 'sample' },
  { file: 'states.js', name: 'beginStates' },
  { file: 'states.js', name: 'searchStates' },
  { file: 'states.js', name: 'moveTable' },
  { file: 'notes.js', name: 'did' },
  { file: 'spin.js', name: 'spin' },
  { file: 'futex.js', name: 'futex_wait' },
  { file: 'futex.js', name: 'futex_wake' },
];
/**
 * Written where they are called: what a random walk calls at each step, and for each word of an end. More of them gain nothing, and
 * have to be written for each module.
 */
const IN_PLACE = ['randomWalk', 'passing', 'mixed', 'finish'];
const MEMORY = 'memory.js#';

/** Compiles the search that runs inside a module's WebAssembly (src/stepped/inside), as data for wasm/cut.ts. */
export function writeInside(built: string): void {
  const { whole } = compileWhole(
    {
      entries: ENTRIES.map(({ file, name }) => ({ file: join(built, FOLDER, file), name })),
      read: (file) => readFileSync(file, 'utf8'),
      isExternal: isImported,
      importPath: (file) => relative(built, file),
      originalLine: sourceLines(),
    },
    (key) => key.startsWith(MEMORY),
  );
  mkdirSync(join(built, 'inside'));
  const exported = ENTRIES.map(({ name }) => name);
  const code: InsideCode = { whole, exported, inPlace: IN_PLACE };
  writeFileSync(join(built, 'inside/search.json'), `${JSON.stringify(code)}\n`);
}
