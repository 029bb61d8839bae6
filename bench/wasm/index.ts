/**
 * Whether locked operations should go through WebAssembly, where the engine inlines them, rather than through Atomics,
 * which are calls to built-ins. docs/wasm-bus.md says what came of it.
 */
import { Bench } from 'tinybench';
import type { MeasureOptions, measure } from '../../src/lab/kernel/measure.ts';
import { mixes } from '../../src/lab/kernel/mixes.ts';
import { majority, phaseOf } from '../../src/lab/real/phase.ts';
import { pingPong } from '../../src/lab/real/ping-pong.ts';
import type { Phase } from '../../src/lab/result.ts';
import { sampleOf } from '../../src/lab/sample.ts';
import { arch_spin_lock, arch_spin_unlock } from '../../src/machine/arch-spin.ts';
import { attach, xadd } from '../../src/machine/bus.ts';
import { table } from '../../src/report/table.ts';
import { nanoseconds, short } from '../rounds.ts';
import { primitivesOver, sharedMemory } from './primitives.ts';
import { withTrial } from './trial.ts';

const TURNS = 1000;
const COUNTER = 0x40000;
const LOCK = 0x41000;

/** Nanoseconds of an xadd and of a lock and its release, four ways. Each loop is its own: none sees the types of another. */
async function operations(quick: boolean): Promise<string[]> {
  const memory = sharedMemory(0x100000);
  const wasm = primitivesOver(memory);
  attach(memory.buffer, 0);
  const words = new Int32Array(memory.buffer);
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
    'lock bus': () => {
      for (let i = 0; i < TURNS; i++) {
        arch_spin_lock(LOCK);
        arch_spin_unlock(LOCK);
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
  const columns = ['Atomics', 'bus', 'called', 'loop'];
  const rows = ['xadd', 'lock'].map((operation) => [
    operation,
    ...columns.map((how) => nanoseconds(bench, `${operation} ${how}`, TURNS).toFixed(2)),
  ]);
  return table([['ns', 'Atomics', 'the bus', 'WebAssembly, called', 'WebAssembly alone'], ...rows]);
}

const KINDS = ['private', 'shared-task', 'tasklist', 'readers'];

async function measureOf(dist: URL): Promise<typeof measure> {
  const module = (await import(new URL('src/lab/kernel/measure.js', dist).href)) as { measure: typeof measure };
  return module.measure;
}

/** Calls a second of a round, on the machine as it is and on the other one, and how near the cores were before. */
interface Pair {
  readonly phase: Phase | null;
  readonly own: number;
  readonly wasm: number;
}

async function pairs(
  [own, wasm]: readonly [typeof measure, typeof measure],
  options: MeasureOptions,
  rounds: number,
): Promise<Pair[]> {
  const done: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    const phase = phaseOf(options.cpus > 1 ? await pingPong() : null);
    done.push({ phase, own: (await own(options)).total, wasm: (await wasm(options)).total });
  }
  return done;
}

/** Calls a second of kernel mixes, of the rounds in the phase of most (far has a `*`), on the machine as it is and on one whose locked operations are WebAssembly's. */
async function calls(quick: boolean): Promise<string[]> {
  return withTrial(async (trial) => {
    const both = [await measureOf(new URL('../../', import.meta.url)), await measureOf(trial)] as const;
    const rows: string[][] = [];
    for (const mix of mixes.filter(({ name }) => KINDS.includes(name))) {
      for (const cpus of [1, 2]) {
        const options = { text: mix.text(cpus), cpus, milliseconds: quick ? 300 : 800 };
        const done = await pairs(both, options, quick ? 3 : 7);
        const phase = majority(done.map((one) => one.phase));
        const counted = done.filter((one) => one.phase === phase);
        const own = sampleOf(counted.map((one) => one.own)).median;
        const wasm = sampleOf(counted.map((one) => one.wasm)).median;
        const name = phase === 'far' ? `${mix.name}*` : mix.name;
        rows.push([name, String(cpus), short(own), short(wasm), (wasm / own).toFixed(2), String(counted.length)]);
      }
    }
    return table([['calls a second', 'CPUs', 'Atomics', 'WebAssembly', 'gain', 'rounds'], ...rows]);
  });
}

/** Both tables. */
export async function wasmTable(quick: boolean): Promise<string[]> {
  return [...(await operations(quick)), '', ...(await calls(quick))];
}
