/** The order of rows within one load. */
import type { LockRow } from '../lab/result.ts';

export const sortKeys = ['none', 'throughput', 'fairness', 'latency', 'name'] as const;
export type SortKey = (typeof sortKeys)[number];

const orders: Readonly<Record<Exclude<SortKey, 'none'>, (a: LockRow, b: LockRow) => number>> = {
  throughput: (a, b) => b.throughput.median - a.throughput.median,
  fairness: (a, b) => b.fairness.minShare - a.fairness.minShare,
  latency: (a, b) => a.latency.p99 - b.latency.p99,
  name: (a, b) => (a.lock < b.lock ? -1 : a.lock > b.lock ? 1 : 0),
};

/** Rows with the same load, in the order in which loads first appear; best first by the key. */
export function byLoad(rows: readonly LockRow[], key: SortKey): LockRow[][] {
  const groups = new Map<string, LockRow[]>();
  for (const row of rows) {
    const load = JSON.stringify(row.load);
    groups.set(load, [...(groups.get(load) ?? []), row]);
  }
  const loads = [...groups.values()];
  return key === 'none' ? loads : loads.map((group) => group.toSorted(orders[key]));
}
