/** Code compiled to WebAssembly as the kernel is for real threads, over RAM of a test's own. */
import type { Word } from '../../dist/src/boot/host-functions.js';
import { instantiateUncut } from '../../dist/src/boot/uncut.js';
import { attach } from '../../dist/src/machine/bus.js';
import { wasmMemoryOf } from '../../dist/src/machine/engine.js';
import { createRam } from '../../dist/src/machine/ram.js';
import { compileUncut } from '../../dist/src/stepper/compile/uncut.js';

const BUS =
  'load READ_ONCE smp_mb cpu_relax this_cpu store WRITE_ONCE xchg xadd fetch_or fetch_and cmpxchg memset memcpy memchr_inv memeq';

/** What the code may import. */
const FILES: Readonly<Record<string, string>> = {
  'bus.js': BUS.split(' ')
    .map((name) => `export function ${name}() {}`)
    .join('\n'),
};

/**
 * The exports of a text of plain JavaScript in the kernel's subset; this thread is the CPU 0 of `memory` from here on.
 * `inPlace`: how large functions are at most that are written where they are called.
 */
export function compiled(
  text: string,
  entries: readonly string[],
  { memory = createRam({ cpus: 1, engine: 'wasm' }), inPlace = 0 } = {},
) {
  const { bytes, imports } = compileUncut(
    {
      entries: entries.map((name) => ({ file: 'code.js', name })),
      read: (file) => (file === 'code.js' ? text : (FILES[file] as string)),
      isExternal: (file) => file === 'fault.js',
      importPath: (file) => `src/machine/${file}`,
      originalLine: (_, line) => line,
    },
    { inPlace },
  );
  attach(memory, 0);
  const code = { module: new WebAssembly.Module(bytes), imports, memory: wasmMemoryOf(memory) as WebAssembly.Memory };
  const listens = { locks: false, returns: false };
  return instantiateUncut({ code, cpu: 0, ticks: false, listens }) as unknown as Record<string, Word>;
}
