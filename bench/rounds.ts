/** Several rounds of all variants in turn, so that a slow moment of the host falls on all of them; medians of each. */

export interface Sample {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function sample(values: readonly number[]): Sample {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), max: at(1) };
}

/** Runs every variant once a round; the samples in the order of the variants. */
export async function interleaved(
  rounds: number,
  variants: readonly (() => number | Promise<number>)[],
): Promise<Sample[]> {
  const values: number[][] = variants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, variant] of variants.entries()) values[i]?.push(await variant());
  }
  return values.map(sample);
}

/** A number for a table: three significant digits with k or M. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

export const spread = ({ min, median, max }: Sample): string => `${short(min)} / ${short(median)} / ${short(max)}`;
