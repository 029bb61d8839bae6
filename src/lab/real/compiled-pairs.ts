/** A lock algorithm compiled to WebAssembly as the kernel is (docs/engine.md), with the loops of workloads/pairs.ts around it. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isImported } from '../../base/file-roles.ts';
import { instantiateUncut, type UncutCode } from '../../boot/uncut.ts';
import { wasmMemoryOf } from '../../machine/engine.ts';
import { compileUncut } from '../../stepper/compile/uncut.ts';

const BUILT = fileURLToPath(new URL('../../../', import.meta.url));
const LOOPS = fileURLToPath(new URL('../workloads/pairs.js', import.meta.url));
const LOCK = /\/machine\/locks\/[\w-]+\.js'/;

/** All of a lock is written in its loop, as an engine would; and on these threads no interrupt comes. */
const RENDERING = { inPlace: 100, undisturbed: true };

export interface CompiledPairs {
  pairs(lock: number, me: number, turns: number): void;
  counting(lock: number, me: number, turns: number, count: number): void;
}

/** A lock's code for any thread; null where RAM is not made for WebAssembly. */
export function compilePairs(lock: string, ram: SharedArrayBuffer): UncutCode | null {
  const memory = wasmMemoryOf(ram);
  if (memory === undefined) return null;
  const { bytes, imports } = compileUncut(
    {
      entries: ['pairs', 'counting'].map((name) => ({ file: LOOPS, name })),
      read: (file) => {
        const text = readFileSync(file, 'utf8');
        return file === LOOPS ? text.replace(LOCK, `/machine/locks/${lock}.js'`) : text;
      },
      isExternal: isImported,
      importPath: (file) => relative(BUILT, file),
      originalLine: (_, line) => line,
    },
    RENDERING,
  );
  return { module: new WebAssembly.Module(bytes), imports, memory };
}

/** The loops for this thread, which is attached to the same RAM as that CPU. */
export function pairsOf(code: UncutCode, cpu: number): CompiledPairs {
  const listens = { locks: false, returns: false };
  return instantiateUncut({ code, cpu, ticks: false, listens }) as unknown as CompiledPairs;
}
