/** A run of the lock lab as CSV (RFC 4180): one line for each lock under each load. */
import type { LabResult, LockRow } from '../lab/result.ts';
import { byLoad, type SortKey } from './lab-sort.ts';

const columns: readonly (readonly [name: string, value: (row: LockRow) => string | number | null])[] = [
  ['lock', (row) => row.lock],
  ['cpus', (row) => row.load.cpus],
  ['inside_ns', (row) => row.load.insideNs],
  ['outside_ns', (row) => row.load.outsideNs],
  ['touch', (row) => row.load.touch],
  ['writes_permille', (row) => row.load.writes],
  ['rounds', (row) => row.rounds],
  ['phase', (row) => row.phase],
  ['per_second_min', (row) => row.throughput.min],
  ['per_second_median', (row) => row.throughput.median],
  ['per_second_max', (row) => row.throughput.max],
  ['slowest_share', (row) => row.fairness.minShare],
  ['jain', (row) => row.fairness.jain],
  ['wait_p50_ns', (row) => row.latency.p50],
  ['wait_p90_ns', (row) => row.latency.p90],
  ['wait_p99_ns', (row) => row.latency.p99],
  ['wait_p999_ns', (row) => row.latency.p999],
  ['wait_max_ns', (row) => row.latency.max],
  ['hand_offs', (row) => row.handOffs],
  ['transfers', (row) => row.transfers],
  ['con_bounces', (row) => row.stat.conBounces],
  ['contentions', (row) => row.stat.contentions],
  ['wait_min_ns', (row) => row.stat.waitMin],
  ['wait_total_ns', (row) => row.stat.waitTotal],
  ['acq_bounces', (row) => row.stat.acqBounces],
  ['acquisitions', (row) => row.stat.acquisitions],
  ['hold_min_ns', (row) => row.stat.holdMin],
  ['hold_max_ns', (row) => row.stat.holdMax],
  ['hold_total_ns', (row) => row.stat.holdTotal],
];

/** A field, quoted where it has to be; empty when there is no value. */
export function csvField(value: string | number | null): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text =
    typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function labCsv({ rows }: LabResult, sort: SortKey): string {
  const lines = byLoad(rows, sort)
    .flat()
    .map((row) => columns.map(([, value]) => csvField(value(row))).join(','));
  return `${[columns.map(([name]) => name).join(','), ...lines].join('\r\n')}\r\n`;
}
