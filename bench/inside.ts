/** Searches of modules inside WebAssembly beside the stepped machine: the same executions, the same states. */
import { engines } from '../src/machine/engine.ts';
import { explore } from '../src/explore/search/explore.ts';
import type { ExploreOptions } from '../src/explore/search/options.ts';
import { moduleTarget, type Target } from '../src/explore/subject/targets.ts';
import { table } from '../src/report/table.ts';
import { interleaved, short } from './rounds.ts';
import { examplePath, options, pointerSwap } from './search.ts';

interface Row {
  readonly name: string;
  readonly target: Target;
  readonly rest: Partial<ExploreOptions>;
}

const example = async (name: string): Promise<Target> => await moduleTarget(examplePath(name), new Map());

async function rowsFor(quick: boolean): Promise<Row[]> {
  const last = quick ? 200_000 : 1_000_000;
  const swaps = await Promise.all([1, 2, 3].map(pointerSwapRow(last)));
  const spins = ['peterson.ts', 'spinlock.ts', 'semaphore-futex.ts'].map(async (name) => ({
    name: `random, ${name}`,
    target: await example(name),
    rest: { last: last / 4 },
  }));
  const states = [3, quick ? 4 : 5].map(async (readers) => ({
    name: `states, pointer-swap.ts, ${readers} readers`,
    target: await pointerSwap(readers),
    rest: { strategy: 'dfs', stateful: true },
  }));
  const others = ['pct', 'pos'].map(async (strategy) => ({
    name: `${strategy}, pointer-swap.ts, 2 readers`,
    target: await pointerSwap(2),
    rest: { strategy, last },
  }));
  return [...swaps, ...(await Promise.all(others)), ...(await Promise.all(spins)), ...(await Promise.all(states))];
}

const pointerSwapRow = (last: number) => async (readers: number) => ({
  name: `random, pointer-swap.ts, ${readers} readers`,
  target: await pointerSwap(readers),
  rest: { last },
});

/** Steps, or transitions, in a second of one processor: its time is less wrong than a clock where others have work. */
export async function insideTable(quick: boolean): Promise<string[]> {
  const rows: string[][] = [['steps a second', ...engines, 'wasm/js', 'wasm, ns a step']];
  for (const { name, target, rest } of await rowsFor(quick)) {
    const variants = engines.map((engine) => async () => {
      const before = process.cpuUsage();
      const { steps } = await explore(options(target, { ...rest, engine }));
      return (steps / process.cpuUsage(before).user) * 1e6;
    });
    const [wasm, js] = await interleaved(quick ? 3 : 7, variants);
    if (wasm === undefined || js === undefined) continue;
    const ratio = (wasm.median / js.median).toFixed(2);
    rows.push([name, short(wasm.median), short(js.median), ratio, (1e9 / wasm.median).toFixed(1)]);
  }
  return table(rows);
}
