/** Code compiled as the stepped kernel is, on one of the engines, over RAM of a test's own. */
import { steppedModule } from '../../dist/src/boot/stepped.js';
import type { Engine } from '../../dist/src/machine/engine.js';
import { MIN_RAM_BYTES } from '../../dist/src/machine/limits.js';
import { createRam } from '../../dist/src/machine/ram.js';
import { bytesBehindRam, SteppedMachine } from '../../dist/src/stepped/machine.js';
import type { CompiledModule } from '../../dist/src/stepped/compiled-module.js';
import { silent } from '../../dist/src/stepped/tracer.js';
import { compile, type Compiled } from '../../dist/src/stepper/compile/compile.js';
import { factsOf } from '../../dist/src/stepper/render/module.js';
import { renderStepped } from '../../dist/src/stepper/wasm/stepped.js';
import { PRIVATE_BYTES } from '../../dist/src/machine/map.js';
import { loadedText } from './loaded.ts';

const BUS =
  'load READ_ONCE smp_mb cpu_relax this_cpu store WRITE_ONCE xchg xadd fetch_or fetch_and cmpxchg memset memcpy memchr_inv memeq';
const stubs = (names: string): string =>
  names
    .split(' ')
    .map((name) => `export function ${name}() {}`)
    .join('\n');

/** What the code may import. */
const FILES: Readonly<Record<string, string>> = {
  'bus.js': stubs(BUS),
  'arch-spin.js': stubs('arch_spin_lock arch_spin_unlock'),
};

/** A text of plain JavaScript in the kernel's subset, whose functions of these names can be begun. */
export function compiledCode(text: string, entries: readonly string[]): Compiled {
  return compile({
    privateBytes: PRIVATE_BYTES,
    entries: entries.map((name) => ({ file: 'code.js', name })),
    read: (file) => (file === 'code.js' ? text : (FILES[file] as string)),
    isExternal: () => false,
    importPath: (file) => file,
  });
}

/** It on a machine of one CPU. */
export async function machineOf({ text, unit }: Compiled, engine: Engine): Promise<SteppedMachine> {
  const module = engine === 'wasm' ? wasmOf(unit) : await loadedText(text);
  const sideBytes = bytesBehindRam(module, 1);
  const memory = createRam({ cpus: 1, bytes: MIN_RAM_BYTES, sideBytes, engine });
  return new SteppedMachine(module, { memory, cpus: 1, tracer: silent, reach: 0x8000 });
}

function wasmOf(unit: Compiled['unit']): CompiledModule {
  const { bytes, imports } = renderStepped(unit);
  return steppedModule(new WebAssembly.Module(bytes), imports, factsOf(unit));
}

/** Calls a function and makes all its moves. */
export function run(machine: SteppedMachine, name: string, ...args: number[]): number {
  machine.start(0, name, ...args);
  while (!machine.isIdle(0)) machine.step(0);
  return machine.result(0);
}
