import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isImported, KERNEL_FOLDER } from '../../base/file-roles.ts';
import { PRIVATE_BYTES } from '../../machine/map.ts';
import { compile } from '../compile/compile.ts';
import { sourceLines } from './source-lines.ts';

/** Entry functions of the stepped kernel. */
const ENTRIES = [
  { file: 'cpu-loop.js', name: 'cpu_main' },
  { file: 'usermode.js', name: 'user_step' },
  { file: 'entry.js', name: 'system_call' },
  { file: 'interrupt.js', name: 'timer_interrupt' },
];

/** Compiles the kernel into its stepped form; how many functions and scheduling points it has. Throws SourceError. */
export function writeTwin(built: string): { readonly functions: number; readonly points: number } {
  const compiled = compile({
    privateBytes: PRIVATE_BYTES,
    originalLine: sourceLines(),
    entries: ENTRIES.map(({ file, name }) => ({ file: join(built, KERNEL_FOLDER, file), name })),
    read: (file) => readFileSync(file, 'utf8'),
    isExternal: isImported,
    importPath: (file) => `../${relative(built, file)}`,
  });
  const places = compiled.places.map((place) => ({
    function: place.function,
    file: relative(built, place.file).replace(/\.js$/, '.ts'),
    lines: place.lines,
  }));
  mkdirSync(join(built, 'stepped'));
  writeFileSync(join(built, 'stepped/kernel.js'), compiled.text);
  writeFileSync(join(built, 'stepped/places.json'), `${JSON.stringify(places)}\n`);
  const points = places.reduce((sum, place) => sum + Object.keys(place.lines).length - 1, 0);
  return { functions: places.length, points };
}
