import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isImported, KERNEL_FOLDER } from '../../base/file-roles.ts';
import { compileUncut } from '../compile/uncut.ts';
import { sourceLines } from './source-lines.ts';

/** What a thread that is a CPU calls: its life, and what a tick does. And what is called one by one in order. */
const ENTRIES = [
  { file: 'cpu-loop.js', name: 'cpu_main' },
  { file: 'interrupt.js', name: 'timer_interrupt' },
  { file: 'interrupt.js', name: 'time_passes' },
  { file: 'entry.js', name: 'system_call' },
  { file: 'usermode.js', name: 'user_step' },
  { file: 'cpu-loop.js', name: 'context_switch' },
  { file: 'cpu-loop.js', name: 'return_to_user' },
  { file: 'cpu-loop.js', name: 'schedule_tail' },
  { file: 'sched.js', name: 'schedule' },
];

/** Compiles the kernel to WebAssembly for real threads: what its host gives it (src/boot/uncut.ts), and lines for call chains. */
export function writeUncut(built: string): void {
  const { bytes, imports, code, files } = compileUncut({
    entries: ENTRIES.map(({ file, name }) => ({ file: join(built, KERNEL_FOLDER, file), name })),
    read: (file) => readFileSync(file, 'utf8'),
    isExternal: isImported,
    importPath: (file) => relative(built, file),
    originalLine: sourceLines(),
  });
  mkdirSync(join(built, 'uncut'));
  writeFileSync(join(built, 'uncut/kernel.wasm'), bytes);
  const functions = files.map((file, i) => ({
    file: relative(built, file).replace(/\.js$/, '.ts'),
    at: code[i]?.at,
    lines: code[i]?.marks.map(({ offset, line }) => [offset, line]),
  }));
  writeFileSync(join(built, 'uncut/imports.json'), `${JSON.stringify(imports)}\n`);
  writeFileSync(join(built, 'uncut/lines.json'), `${JSON.stringify(functions)}\n`);
}
