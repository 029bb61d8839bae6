/** The explorer on the kernel: executions and steps a second, and what each checker costs. */
import { checkers } from '../src/check/observers/checkers.ts';
import { explore } from '../src/explore/search/explore.ts';
import { table } from '../src/report/table.ts';
import { interleaved, short } from './rounds.ts';
import { options, pointerSwap, smallTarget } from './search.ts';
import type { Target } from '../src/explore/subject/targets.ts';

interface Variant {
  readonly name: string;
  readonly checkers: readonly string[];
}

function variantsFor({ kind }: Target): Variant[] {
  const mine = checkers.filter((one) => kind === 'scenario' || one.forModules);
  return [
    { name: 'none', checkers: [] },
    ...mine.map(({ name }) => ({ name, checkers: [name] })),
    { name: 'the default set', checkers: mine.filter((one) => one.standard.includes(kind)).map((one) => one.name) },
  ];
}

/** Time of the same executions with each checker alone, as a ratio to none. */
async function costRows(target: Target, last: number, rounds: number): Promise<string[][]> {
  const variants = variantsFor(target);
  const steps: number[] = [];
  const run =
    ({ checkers: names }: Variant, i: number) =>
    async (): Promise<number> => {
      const startedAt = performance.now();
      const result = await explore(options(target, { last, checkers: names }));
      steps[i] = result.steps;
      return performance.now() - startedAt;
    };
  const runs = variants.map(run);
  for (const one of runs) await one();
  const times = await interleaved(rounds, runs);
  const none = times[0]?.median ?? Number.NaN;
  return variants.map(({ name }, i) => {
    const time = times[i]?.median ?? Number.NaN;
    const rate = short((last / time) * 1000);
    return [`${target.name}, ${name}`, rate, short(((steps[i] ?? 0) / time) * 1000), (time / none).toFixed(2)];
  });
}

export async function checkerTable(quick: boolean): Promise<string[]> {
  const rounds = quick ? 2 : 5;
  const scenarios = ['files-shared', 'clone-meets-unshare'].map((name) => smallTarget(name, 'linux-2.6.16'));
  const rows = await costRows(await pointerSwap(3), quick ? 50_000 : 200_000, rounds);
  for (const target of scenarios) rows.push(...(await costRows(target, quick ? 40 : 150, rounds)));
  return table([['random walk', 'executions/s', 'steps/s', 'time'], ...rows]);
}
