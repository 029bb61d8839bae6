/** Private work at one and two CPUs, and beside it the same on shared objects. */
import { table } from '../src/report/table.ts';
import { measure } from '../src/lab/kernel/measure.ts';
import { mixes } from '../src/lab/kernel/mixes.ts';
import { minShare } from '../src/lab/sample.ts';
import { interleaved, short, spread } from './rounds.ts';

const KINDS = ['private', 'shared-task', 'names'];

/** Table of system calls a second at 1 and 2 CPUs with their ratio. */
export async function syscallTable(quick: boolean): Promise<string[]> {
  const milliseconds = quick ? 300 : 1000;
  const rows: string[][] = [];
  for (const { name, text } of mixes.filter((mix) => KINDS.includes(mix.name))) {
    const fairness: number[] = [];
    const run = (cpus: number) => async (): Promise<number> => {
      const rate = await measure({ text: text(cpus), cpus, milliseconds });
      if (cpus === 2) fairness.push(minShare(rate.perCpu));
      return rate.total;
    };
    const [one, two] = await interleaved(quick ? 3 : 5, [run(1), run(2)]);
    if (one === undefined || two === undefined) continue;
    const ratio = (two.median / one.median).toFixed(2);
    rows.push([name, spread(one), spread(two), ratio, short(Math.min(...fairness))]);
  }
  return table([['calls a second', '1 CPU min/median/max', '2 CPUs', 'ratio', 'slowest/fastest'], ...rows]);
}
