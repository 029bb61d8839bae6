/** Several values of one thing, and how evenly it is shared. */
import type { Sample } from './result.ts';

/** Least, middle and greatest; the greater of two in the middle. Zeros when there are none. */
export function sampleOf(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** Where the middle value stands. */
export function medianIndex(values: readonly number[]): number {
  return values.indexOf(sampleOf(values).median);
}

/** The least over the greatest; 1 when nobody got anything. */
export function minShare(perCpu: readonly number[]): number {
  const most = Math.max(...perCpu);
  return most === 0 ? 1 : Math.min(...perCpu) / most;
}

/** Jain's fairness index (Jain, Chiu and Hawe, 1984): 1 is even, 1/n is one alone. */
export function jainIndex(perCpu: readonly number[]): number {
  const sum = perCpu.reduce((a, b) => a + b, 0);
  const squares = perCpu.reduce((a, b) => a + b * b, 0);
  return squares === 0 ? 1 : (sum * sum) / (perCpu.length * squares);
}
