import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isImported, KERNEL_FOLDER } from '../../base/file-roles.ts';
import { PRIVATE_BYTES } from '../../machine/map.ts';
import { compile } from '../compile/compile.ts';
import type { Unit } from '../form/unit.ts';
import { factsOf } from '../render/module.ts';
import type { HostImport } from '../wasm/linker.ts';
import { renderStepped } from '../wasm/stepped.ts';
import { sourceLines } from './source-lines.ts';

/** Entry functions of the stepped kernel. */
const ENTRIES = [
  { file: 'cpu-loop.js', name: 'cpu_main' },
  { file: 'usermode.js', name: 'user_step' },
  { file: 'entry.js', name: 'system_call' },
  { file: 'interrupt.js', name: 'timer_interrupt' },
];

/** Compiles the kernel into its stepped form, as JavaScript and as WebAssembly; how many functions and scheduling points it has. Throws SourceError. */
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
  writeStepped(built, compiled.unit);
  const points = places.reduce((sum, place) => sum + Object.keys(place.lines).length - 1, 0);
  return { functions: places.length, points };
}

/** The same as WebAssembly, and what kernel.js exports besides code (boot/stepped.ts). */
function writeStepped(built: string, unit: Unit): void {
  const { bytes, imports } = renderStepped(unit);
  const { entries, headerWords, noting, regionWords, live } = factsOf(unit);
  writeFileSync(join(built, 'stepped/kernel.wasm'), bytes);
  const facts = { entries, headerWords, noting, regionWords, live, imports: imports.map(inBuild) };
  writeFileSync(join(built, 'stepped/kernel.json'), `${JSON.stringify(facts)}\n`);
}

/** Files by their place in the build, as those of the kernel for real threads. */
function inBuild({ name, call }: HostImport): HostImport {
  if (call.kind === 'machine') return { name, call };
  const { external } = call;
  return { name, call: { ...call, external: { ...external, from: external.from.replace(/^\.\.\//, '') } } };
}
