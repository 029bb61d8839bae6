/**
 * Whether locked operations should go through WebAssembly, where the engine inlines them, rather than through Atomics,
 * which are calls to built-ins. docs/wasm-bus.md says what came of it.
 */
import { Bench } from 'tinybench';
import type { measure } from '../../src/lab/kernel/measure.ts';
import { mixes } from '../../src/lab/kernel/mixes.ts';
import { attach, xadd } from '../../src/machine/bus.ts';
import { table } from '../../src/report/table.ts';
import { interleaved, short } from '../rounds.ts';
import { memories, primitivesOver, sharedBuffer } from './primitives.ts';
import { withTrial } from './trial.ts';

const TURNS = 1000;
const COUNTER = 0x40000;
const LOCK = 0x41000;

/** Nanoseconds of an xadd and of a lock and its release, four ways. Each loop is its own: none sees the types of another. */
async function operations(quick: boolean): Promise<string[]> {
  const buffer = sharedBuffer(0x100000);
  const memory = memories.get(buffer);
  if (memory === undefined) throw new Error('the memory of a new buffer is not known');
  const wasm = primitivesOver(memory);
  attach(buffer, 0);
  const words = new Int32Array(buffer);
  const [counter, lock] = [COUNTER >> 2, LOCK >> 2];
  words[lock] = 1;
  const loops: Readonly<Record<string, () => void>> = {
    'xadd Atomics': () => {
      for (let i = 0; i < TURNS; i++) Atomics.add(words, counter, 1);
    },
    'xadd bus': () => {
      for (let i = 0; i < TURNS; i++) xadd(COUNTER, 1);
    },
    'xadd called': () => {
      for (let i = 0; i < TURNS; i++) wasm.xadd(COUNTER, 1);
    },
    'xadd loop': () => wasm.xaddLoop(COUNTER, TURNS),
    'lock Atomics': () => {
      for (let i = 0; i < TURNS; i++) {
        while (Atomics.sub(words, lock, 1) !== 1);
        words[lock] = 1;
      }
    },
    'lock called': () => {
      for (let i = 0; i < TURNS; i++) {
        while (wasm.xadd(LOCK, -1) !== 1);
        words[lock] = 1;
      }
    },
    'lock loop': () => wasm.spinLoop(LOCK, TURNS),
  };
  const bench = new Bench({ time: quick ? 100 : 400, warmupTime: 100 });
  for (const [name, run] of Object.entries(loops)) bench.add(name, run);
  await bench.run();
  const cell = (name: string): string => {
    const result = bench.getTask(name)?.result;
    return result !== undefined && 'latency' in result ? ((result.latency.p50 * 1e6) / TURNS).toFixed(2) : '-';
  };
  const columns = ['Atomics', 'bus', 'called', 'loop'];
  const rows = ['xadd', 'lock'].map((operation) => [operation, ...columns.map((how) => cell(`${operation} ${how}`))]);
  return table([['ns', 'Atomics', 'the bus', 'WebAssembly, called', 'WebAssembly alone'], ...rows]);
}

const KINDS = ['private', 'shared-task', 'tasklist', 'readers'];

async function measureOf(dist: URL): Promise<typeof measure> {
  const module = (await import(new URL('src/lab/kernel/measure.js', dist).href)) as { measure: typeof measure };
  return module.measure;
}

/** Calls a second of kernel mixes on the machine as it is and on one whose locked operations are WebAssembly's. */
async function calls(quick: boolean): Promise<string[]> {
  return withTrial(async (trial) => {
    const both = [await measureOf(new URL('../../', import.meta.url)), await measureOf(trial)];
    const rows: string[][] = [];
    for (const mix of mixes.filter(({ name }) => KINDS.includes(name))) {
      for (const cpus of [1, 2]) {
        const options = { text: mix.text(cpus), cpus, milliseconds: quick ? 300 : 800 };
        const runs = both.map((run) => async (): Promise<number> => (await run(options)).total);
        const [own, wasm] = await interleaved(quick ? 3 : 7, runs);
        if (own === undefined || wasm === undefined) continue;
        const gain = (wasm.median / own.median).toFixed(2);
        rows.push([mix.name, String(cpus), short(own.median), short(wasm.median), gain]);
      }
    }
    return table([['calls a second', 'CPUs', 'Atomics', 'WebAssembly', 'gain'], ...rows]);
  });
}

/** Both tables. */
export async function wasmTable(quick: boolean): Promise<string[]> {
  return [...(await operations(quick)), '', ...(await calls(quick))];
}
