import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { isImported, KERNEL_FOLDER } from '../../base/file-roles.ts';
import { PRIVATE_BYTES } from '../../machine/map.ts';
import { compile } from '../compile/compile.ts';

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

/** Line of the TypeScript source behind a line of a built module. */
function sourceLines(): (file: string, line: number) => number {
  const maps = new Map<string, SourceMap>();
  return (file, line) => {
    const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    maps.set(file, map);
    const entry = map.findEntry(line - 1, 200);
    return 'originalLine' in entry ? entry.originalLine + 1 : line;
  };
}
