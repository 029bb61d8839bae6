/** Several rounds of all variants in turn, so that a slow moment of the host falls on all of them; medians of each. */
import type { Bench } from 'tinybench';
import type { Sample } from '../src/lab/result.ts';
import { sampleOf } from '../src/lab/sample.ts';

/** Runs every variant once a round; the samples in the order of the variants. */
export async function interleaved(
  rounds: number,
  variants: readonly (() => number | Promise<number>)[],
): Promise<Sample[]> {
  const values: number[][] = variants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, variant] of variants.entries()) values[i]?.push(await variant());
  }
  return values.map(sampleOf);
}

/** A number for a table: three significant digits with k or M. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export const spread = ({ min, median, max }: Sample): string => `${short(min)} / ${short(median)} / ${short(max)}`;

/** Nanoseconds of one turn of a task that makes so many each time: the median. */
export function nanoseconds(bench: Bench, task: string, turns: number): number {
  const result = bench.getTask(task)?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`${task} was not measured`);
  return (result.latency.p50 * 1e6) / turns;
}
