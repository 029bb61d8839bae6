import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isImported, KERNEL_FOLDER } from '../../base/file-roles.ts';
import { compileUncut } from '../compile/uncut.ts';
import { sourceLines } from './source-lines.ts';

/** What a thread that is a CPU calls: its life, and what a tick does. */
const ENTRIES = [
  { file: 'cpu-loop.js', name: 'cpu_main' },
  { file: 'interrupt.js', name: 'timer_interrupt' },
  { file: 'interrupt.js', name: 'time_passes' },
];

/** Compiles the kernel to WebAssembly for real threads: kernel.wasm, and what its host and call chains have to know. */
export function writeUncut(built: string): void {
  const { bytes, imports, given, code, places } = compileUncut({
    name: 'kernel',
    entries: ENTRIES.map(({ file, name }) => ({ file: join(built, KERNEL_FOLDER, file), name })),
    read: (file) => readFileSync(file, 'utf8'),
    isExternal: isImported,
    importPath: (file) => relative(built, file),
    originalLine: sourceLines(),
  });
  mkdirSync(join(built, 'uncut'));
  writeFileSync(join(built, 'uncut/kernel.wasm'), bytes);
  const functions = places.map((place, i) => ({
    function: place.function,
    file: relative(built, place.file).replace(/\.js$/, '.ts'),
    at: code[i]?.at,
    lines: code[i]?.marks.map(({ offset, line }) => [offset, line]),
  }));
  writeFileSync(join(built, 'uncut/kernel.json'), `${JSON.stringify({ imports, given, functions })}\n`);
}
