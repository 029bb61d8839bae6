/**
 * The explorer on the reference-counted pointer swap, beside what other tools reached on the same scenario and the same
 * kind of machine (2 shared virtual cores, AMD EPYC): relacy 9f25438, Shuttle 0.9.3, loom 0.7.2, GenMC 0.10.3, Nidhugg
 * 0aea4d23, SPIN 6.5.2. Their figures were taken once, quiet; ours are of this run.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explore } from '../src/explore/search/explore.ts';
import { table } from '../src/report/table.ts';
import { sampleOf } from '../src/lab/sample.ts';
import { interleaved, short } from './rounds.ts';
import { examplePath, options, pointerSwap } from './search.ts';

const MAIN = fileURLToPath(new URL('../bundle/main.js', import.meta.url));
const READERS = [1, 2, 3, 4] as const;

/** Milliseconds of a function that may be asynchronous. */
async function milliseconds(run: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

const RELACY = [797_000, 600_000, 458_000, 385_000];

/** A search as the command runs it, in a process of its own: the engine then knows one subject only, as a user's does. */
function command(args: readonly string[]): {
  readonly executions: number;
  readonly steps: number;
  readonly seconds: number;
} {
  const { stdout } = spawnSync(process.execPath, [MAIN, 'explore', ...args, '--quiet', '--json', '--seed', '1'], {
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as { executions: number; steps: number; seconds: number };
}

const swapArgs = (readers: number): readonly string[] => [
  examplePath('pointer-swap.ts'),
  '--set',
  `READERS=${readers}`,
];

/** Random walk: executions a second and time of a step, without a checker; end states are counted. */
export async function randomTable(quick: boolean): Promise<string[]> {
  const last = quick ? 400_000 : 2_000_000;
  const steps: number[] = [];
  const runs = READERS.map((readers, i) => (): number => {
    const done = command([...swapArgs(readers), '--executions', String(last)]);
    steps[i] = (done.seconds * 1e9) / done.steps;
    return done.executions / done.seconds;
  });
  const rates = await interleaved(quick ? 3 : 5, runs);
  const rows = READERS.map((readers, i) => {
    const { median, max } = rates[i] ?? sampleOf([]);
    const relacy = RELACY[i] ?? Number.NaN;
    const step = (steps[i] ?? Number.NaN).toFixed(1);
    return [`${readers} readers`, short(median), short(max), step, short(relacy), (median / relacy).toFixed(2)];
  });
  return table([['random walk', 'executions/s', 'best', 'ns a step', 'relacy', 'ratio'], ...rows]);
}

const OTHERS: readonly (readonly string[])[] = [
  ['0.04', '0.02', '0.02 + 2'],
  ['0.05', '0.05', '0.03 + 2'],
  ['0.22', '0.35', '0.02 + 2'],
  ['8.2', '14', '0.08 + 2'],
];

/** Exhaustive search: executions, and the whole command from start to end. */
export async function exhaustiveTable(quick: boolean): Promise<string[]> {
  const rows: string[][] = [];
  for (const [i, readers] of READERS.entries()) {
    const target = await pointerSwap(readers);
    const result = await explore(options(target, { strategy: 'dpor' }));
    const args = [MAIN, 'explore', ...swapArgs(readers), '--strategy', 'dpor', '--quiet'];
    const run = (): number => spawnSync(process.execPath, args).status ?? 1;
    const times: number[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round++) times.push((await milliseconds(run)) / 1000);
    rows.push([
      `${readers} readers`,
      String(result.executions),
      String(result.redundant),
      sampleOf(times).median.toFixed(2),
      ...(OTHERS[i] ?? []),
    ]);
  }
  const head = ['exhaustive', 'executions', 'blocked', 'command, s', 'GenMC', 'Nidhugg', 'SPIN'];
  return table([head, ...rows]);
}

const TO_BUG = {
  'Shuttle PCT3': [21, 15, 16],
  'Shuttle random': [72, 30, 23],
  relacy: [87, 64, 43],
} as const;

/** Executions until the bug of the lockless twin shows: median of 100 seeds. */
export async function firstBugTable(quick: boolean): Promise<string[]> {
  const seeds = Array.from({ length: quick ? 20 : 100 }, (_, i) => i + 1);
  const strategies = ['random', 'pct', 'pos'];
  const rows = await Promise.all(
    strategies.map(async (strategy) => {
      const cells: string[] = [];
      for (const readers of [1, 2, 3]) {
        const target = await pointerSwap(readers, true);
        const found: number[] = [];
        for (const seed of seeds) {
          const result = await explore(options(target, { strategy, seed, last: 2000 }));
          found.push((result.bugs[0]?.execution ?? 2000) + 1);
        }
        const { min, median, max } = sampleOf(found);
        cells.push(`${min} / ${median} / ${max}`);
      }
      return [strategy, ...cells];
    }),
  );
  const others = Object.entries(TO_BUG).map(([name, medians]) => [name, ...medians.map(String)]);
  const head = ['executions to the bug', '1 reader', '2 readers', '3 readers'];
  return table([head, ...rows, ...others]);
}

/** Two threads against one: the same search by the same parts, worker start included. */
export async function jobsTable(quick: boolean): Promise<string[]> {
  const random = [...swapArgs(3), '--strategy', 'random', '--executions', quick ? '1000000' : '6000000'];
  const dpor = [...swapArgs(quick ? 4 : 5), '--strategy', 'dpor'];
  const rows: string[][] = [];
  for (const [name, args] of Object.entries({ random, dpor })) {
    const run = (jobs: number) => (): number => command([...args, '--jobs', String(jobs)]).seconds;
    const [one, two] = await interleaved(quick || name === 'dpor' ? 1 : 3, [run(1), run(2)]);
    if (one === undefined || two === undefined) continue;
    rows.push([name, one.median.toFixed(2), two.median.toFixed(2), (one.median / two.median).toFixed(2)]);
  }
  return table([['seconds', '1 job', '2 jobs', 'ratio'], ...rows]);
}
