/**
 * A copy of the built package whose bus does its locked operations in WebAssembly and whose RAM is a WebAssembly memory.
 * The copy is made by edits of the compiled text, each of which must fit exactly once.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Edit {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));
const PRIMITIVES = '../../bench/wasm/primitives.js';

const operations = [
  ['Atomics.add(ram, i, delta)', 'wasm.xadd(address, delta)'],
  ['Atomics.exchange(ram, i, value)', 'wasm.xchg(address, value)'],
  ['Atomics.compareExchange(ram, i, expected, value)', 'wasm.cmpxchg(address, expected, value)'],
  ['Atomics.or(ram, i, bits)', 'wasm.fetch_or(address, bits)'],
  ['Atomics.and(ram, i, bits)', 'wasm.fetch_and(address, bits)'],
] as const;

const edits: readonly Edit[] = [
  // RAM is the buffer of a WebAssembly memory, which goes to the CPUs beside it.
  {
    file: 'src/machine/ram.js',
    from: 'new SharedArrayBuffer(bytes + sideBytes)',
    to: 'sharedMemory(bytes + sideBytes).buffer',
  },
  {
    file: 'src/smp/gang.js',
    from: 'this.pool.run({ memory,',
    to: 'this.pool.run({ memory, whole: memories.get(memory),',
  },
  { file: 'src/smp/cpu.js', from: 'runCpu({ memory,', to: 'runCpu({ memory, whole,' },
  { file: 'src/smp/cpu.js', from: 'attach(memory, cpu, spinTurns)', to: 'attach(memory, cpu, spinTurns, whole)' },
  {
    file: 'src/machine/bus.js',
    from: 'turns = SPIN_TURNS) {',
    to: 'turns = SPIN_TURNS, whole = memories.get(memory)) {',
  },
  {
    file: 'src/machine/bus.js',
    from: 'size = ram.length;',
    to: 'size = ram.length; if (whole) wasm = primitivesOver(whole);',
  },
  ...operations.map(([from, to]) => ({ file: 'src/machine/bus.js', from, to })),
];

const imports: Readonly<Record<string, string>> = {
  'src/machine/ram.js': `import { sharedMemory } from '${PRIMITIVES}';`,
  'src/smp/gang.js': `import { memories } from '${PRIMITIVES}';`,
  'src/machine/bus.js': `import { memories, primitivesOver } from '${PRIMITIVES}'; let wasm;`,
};

/** Makes the copy, lets `use` have the folder that stands for dist, and removes it. Throws when an edit does not fit. */
export async function withTrial<T>(use: (dist: URL) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tasklock-wasm-'));
  try {
    symlinkSync(join(PACKAGE, 'node_modules'), join(folder, 'node_modules'));
    cpSync(join(PACKAGE, 'package.json'), join(folder, 'package.json'));
    cpSync(join(PACKAGE, 'dist'), join(folder, 'dist'), { recursive: true });
    for (const { file, from, to } of edits) {
      const path = join(folder, 'dist', file);
      const parts = readFileSync(path, 'utf8').split(from);
      if (parts.length !== 2) throw new Error(`${file} has "${from}" ${parts.length - 1} times, not once`);
      writeFileSync(path, parts.join(to));
    }
    for (const [file, line] of Object.entries(imports)) {
      const path = join(folder, 'dist', file);
      writeFileSync(path, `${line}\n${readFileSync(path, 'utf8')}`);
    }
    return await use(new URL(`file://${folder}/dist/`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
