/** Ordinary JavaScript: steps a second of CPU time in long executions, with and without the race detector, and short executions a second. */
import { fileURLToPath } from 'node:url';
import { exploreSubject } from '../src/explore/search/explore.ts';
import { javascriptTarget } from '../src/explore/subject/javascript-target.ts';
import { subjectOf } from '../src/explore/subject/targets.ts';
import { table } from '../src/report/table.ts';
import { interleaved, spread } from './rounds.ts';
import { options } from './search.ts';

const FOLDER = new URL('../../bench/javascript/', import.meta.url);

const WARM_UP_MS = 1_000;

interface Measure {
  readonly name: string;
  readonly file: string;
  readonly strategy: string;
  readonly checkers: readonly string[];
  readonly of: 'steps' | 'executions';
}

const measures: readonly Measure[] = [
  { name: 'steps, 8,000 an execution, random', file: 'long.ts', strategy: 'random', checkers: [], of: 'steps' },
  { name: 'the same, data-race', file: 'long.ts', strategy: 'random', checkers: ['data-race'], of: 'steps' },
  { name: 'executions of 20 steps, random', file: 'short.ts', strategy: 'random', checkers: [], of: 'executions' },
  { name: 'the same, data-race', file: 'short.ts', strategy: 'random', checkers: ['data-race'], of: 'executions' },
  { name: 'the same, dpor', file: 'short.ts', strategy: 'dpor', checkers: [], of: 'executions' },
];

async function aSecond({ file, strategy, checkers, of }: Measure, durationMs: number): Promise<number> {
  const target = javascriptTarget(fileURLToPath(new URL(file, FOLDER)), 'idle');
  const subject = await subjectOf(target);
  const before = process.cpuUsage();
  const result = await exploreSubject(subject, options(target, { strategy, checkers, durationMs }), {});
  // Of this process, which has one thread for all of it: others on the machine take less of that than of the clock.
  const { user, system } = process.cpuUsage(before);
  return (1e6 * result[of]) / (user + system);
}

export async function javascriptTable(quick: boolean): Promise<string[]> {
  const durationMs = quick ? 500 : 3_000;
  // Nobody counts what the engine does to compile what each of them runs: it takes about a second of a process, once.
  await interleaved(
    1,
    measures.map((one) => () => aSecond(one, WARM_UP_MS)),
  );
  const samples = await interleaved(
    quick ? 2 : 5,
    measures.map((one) => () => aSecond(one, durationMs)),
  );
  const rows = samples.map((sample, i) => [measures[i]?.name ?? '', spread(sample)]);
  return table([['JavaScript, a second of CPU time', 'min / median / max'], ...rows]);
}
