/** The rounds of one lock under one load, put together into the row of a table. */
import { Histogram } from '../histogram.ts';
import type { Hold, Load, LockRow, LockStat, Phase } from '../result.ts';
import { jainIndex, medianIndex, minShare, sampleOf } from '../sample.ts';
import type { TurnLogData, TurnsReply } from './job.ts';
import { majority } from './phase.ts';

/** Turns in the time line of a row, of all CPUs together. */
const MOST_HOLDS = 240;

/** One round that came to its end. */
export interface Done {
  readonly phase: Phase | null;
  readonly replies: readonly TurnsReply[];
}

const turnsOf = ({ replies }: Done): number[] => replies.map((reply) => reply.turns);

/** Acquisitions a second: from the first CPU's start to the last one's end. */
export function throughputOf(done: Done): number {
  const from = Math.min(...done.replies.map((reply) => reply.startedAt));
  const to = Math.max(...done.replies.map((reply) => reply.endedAt));
  return (turnsOf(done).reduce((a, b) => a + b, 0) * 1000) / (to - from);
}

/** `plain` rounds give throughput and shares, `timed` ones the rest; of either only those in the phase of most. */
export function rowOf(
  lock: string,
  load: Load,
  plain: readonly Done[],
  timed: readonly Done[],
  cutOff: boolean,
): LockRow {
  const phase = plain.length === 0 && load.cpus === 1 ? null : majority(plain.map((done) => done.phase));
  const counted = plain.filter((done) => done.phase === phase);
  const rates = counted.map(throughputOf);
  const middle = counted[medianIndex(rates)];
  const perCpu = middle === undefined ? Array.from({ length: load.cpus }, () => 0) : turnsOf(middle);
  const stamped = timed.filter((done) => done.phase === phase);
  const logs = stamped.flatMap(({ replies }) => replies.flatMap(({ log }) => (log === null ? [] : [log])));
  const stat = statOf(lock, logs);
  const waits = new Histogram();
  for (const log of logs) waits.merge(new Histogram(log.waits));
  const longestWaitNs = Math.max(0, ...logs.map((log) => log.longestWaitNs));
  const quantile = (share: number): number => Math.min(waits.quantile(share), longestWaitNs);
  return {
    lock,
    load,
    rounds: counted.length,
    ofRounds: plain.length,
    timedRounds: stamped.length,
    cutOff,
    throughput: sampleOf(rates),
    phase,
    perCpu,
    fairness: { minShare: minShare(perCpu), jain: jainIndex(perCpu), longestWaitNs },
    latency: {
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      p999: quantile(0.999),
      max: longestWaitNs,
    },
    handOffs: stat.acquisitions === 0 ? 0 : stat.acqBounces / stat.acquisitions,
    transfers: null,
    stat,
    timeline: timelineOf(stamped[medianIndex(stamped.map(throughputOf))]),
  };
}

const least = (values: readonly number[]): number => (values.length === 0 ? 0 : Math.min(...values));

function statOf(name: string, logs: readonly TurnLogData[]): LockStat {
  const sum = (pick: (log: TurnLogData) => number): number => logs.reduce((total, log) => total + pick(log), 0);
  const waiting = logs.filter((log) => log.readContentions + log.writeContentions > 0);
  const reads = sum((log) => log.readContentions);
  const writes = sum((log) => log.writeContentions);
  const points = [
    { place: 'write turn', count: writes },
    { place: 'read turn', count: reads },
  ]
    .filter((point) => point.count > 0)
    .sort((a, b) => b.count - a.count);
  return {
    name,
    conBounces: sum((log) => log.conBounces),
    contentions: reads + writes,
    waitMin: least(waiting.map((log) => log.waitMin)),
    waitMax: Math.max(0, ...waiting.map((log) => log.waitMax)),
    waitTotal: sum((log) => log.waitTotal),
    acqBounces: sum((log) => log.acqBounces),
    acquisitions: sum((log) => log.acquisitions),
    holdMin: least(logs.filter((log) => log.acquisitions > 0).map((log) => log.holdMin)),
    holdMax: Math.max(0, ...logs.map((log) => log.holdMax)),
    holdTotal: sum((log) => log.holdTotal),
    points,
    // Only turns for writing are seen as holders (turn-log.ts).
    blockers: reads + writes > 0 ? [{ place: 'write turn', count: reads + writes }] : [],
  };
}

/** Turns of all CPUs in the order of asking, as long as every CPU kept its own; nanoseconds since the first. */
function timelineOf(done: Done | undefined): Hold[] {
  const kept = (done?.replies ?? []).map(({ log }) => log?.holds ?? new Float64Array(0));
  const all = kept.flatMap((holds, cpu) =>
    Array.from({ length: holds.length / 3 }, (_, i) => ({
      cpu,
      asked: holds[3 * i] as number,
      got: holds[3 * i + 1] as number,
      released: holds[3 * i + 2] as number,
    })),
  );
  const end = Math.min(...kept.flatMap((holds) => (holds.length === 0 ? [] : [holds.at(-1) as number])));
  const whole = all.filter((hold) => hold.released <= end).sort((a, b) => a.asked - b.asked);
  const from = whole[0]?.asked ?? 0;
  const nanoseconds = (time: number): number => Math.round((time - from) * 1e6);
  return whole.slice(0, MOST_HOLDS).map(({ cpu, asked, got, released }) => ({
    cpu,
    asked: nanoseconds(asked),
    got: nanoseconds(got),
    released: nanoseconds(released),
  }));
}
