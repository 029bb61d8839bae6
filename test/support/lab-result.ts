/** Results of the lock lab made up from a formula: for pages and tables. */
import type { LabResult, LockRow } from '../../dist/src/lab/result.js';

interface Shape {
  readonly locks: readonly string[];
  readonly cpus: readonly number[];
  readonly warnings?: readonly string[];
}

function row(lock: string, at: number, cpus: number): LockRow {
  const median = (1e6 * (at + 1)) / Math.sqrt(cpus);
  const perCpu = Array.from({ length: cpus }, (_, cpu) => 1000 - 10 * cpu);
  const holds = Array.from({ length: 20 }, (_, i) => ({
    cpu: i % cpus,
    asked: 100 * i,
    got: 100 * i + 60,
    released: 100 * i + 90,
  }));
  return {
    lock,
    load: { cpus, insideNs: 50, outsideNs: 100, touch: 1, writes: 100 },
    rounds: 3,
    throughput: { min: 0.9 * median, median, max: 1.1 * median },
    phase: null,
    perCpu,
    fairness: { minShare: 0.9, jain: 0.99, longestWaitNs: 12_345 },
    latency: { p50: 10, p90: 200, p99: 3_000, p999: 40_000, max: 5_000_000 },
    handOffs: 0.5,
    transfers: 4,
    stat: {
      name: lock,
      conBounces: 1,
      contentions: 10 * (at + 1),
      waitMin: 1,
      waitMax: 2_000,
      waitTotal: 30_000,
      acqBounces: 5,
      acquisitions: 6_000,
      holdMin: 7,
      holdMax: 800,
      holdTotal: 9_000,
      points: [{ place: 'write turn', count: 10 }],
      blockers: [],
    },
    timeline: holds,
  };
}

export function labResult({ locks, cpus, warnings = [] }: Shape): LabResult {
  return {
    machine: {
      clock: 'model',
      name: 'a <machine> & "more"',
      cores: Math.max(...cpus),
      sockets: 2,
      node: '20.0.0',
      load: null,
      pingPongNs: null,
      warnings,
    },
    rows: cpus.flatMap((count) => locks.map((lock, at) => row(lock, at, count))),
    uncontended: [],
    modelCheck: [],
    seconds: 1,
    interrupted: false,
  };
}
