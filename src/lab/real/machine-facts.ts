/** What the figures were measured on, and what a person should know before reading them. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { plural } from '../../base/numbers.ts';
import type { LockRow, MachineFacts, Phase, Sample } from '../result.ts';
import { sampleOf } from '../sample.ts';
import type { Calibration } from './job.ts';
import { phaseOf } from './phase.ts';

/** Rounds that differ by more than this share of their median are noisy. */
export const NOISY = 0.25;
/** A host with more runnable threads than this for each core is busy. */
const BUSY = 0.5;
/** Names that a warning lists. */
const MOST_NAMES = 6;

/** The load of the host, to be asked for before the bench adds its own. */
export const hostLoad = (): number => loadavg()[0] ?? 0;

export const processorName = (): string => cpus()[0]?.model.trim() ?? 'unknown processor';

export const isNoisy = ({ min, median, max }: Sample): boolean => max - min > NOISY * median;

export const busyWarnings = (load: number, cores: number): string[] =>
  load > cores * BUSY
    ? [`noisy: the load was ${load.toFixed(1)} on ${plural(cores, 'core')} before the bench began`]
    : [];

export function machineFacts(
  rows: readonly LockRow[],
  trips: readonly number[],
  { stampNs, plainNs, lockedNs, relaxNs }: Calibration,
  load: number,
): MachineFacts {
  const cores = availableParallelism();
  return {
    clock: 'real',
    name: processorName(),
    cores,
    sockets: 1,
    node: process.versions.node,
    v8: process.versions.v8,
    stampNs,
    plainNs,
    lockedNs,
    relaxNs,
    load,
    pingPongNs: trips.length === 0 ? null : sampleOf(trips),
    pingPongOf: { near: medianOf(trips, 'near'), far: medianOf(trips, 'far') },
    warnings: warningsOf(rows, cores, load),
  };
}

function medianOf(trips: readonly number[], phase: Phase): number | null {
  const own = trips.filter((trip) => phaseOf(trip) === phase);
  return own.length === 0 ? null : sampleOf(own).median;
}

const nameOf = ({ lock, load }: LockRow): string => `${lock} on ${load.cpus}`;

function named(rows: readonly LockRow[]): string {
  const names = [...new Set(rows.map(nameOf))];
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function warningsOf(rows: readonly LockRow[], cores: number, load: number): string[] {
  const warnings = busyWarnings(load, cores);
  const most = Math.max(0, ...rows.map((row) => row.load.cpus));
  if (most > cores) {
    warnings.push(
      `${most} CPUs on ${plural(cores, 'core')}: they take turns, and waiting times are those of the scheduler`,
    );
  }
  const noisy = rows.filter(({ throughput }) => isNoisy(throughput));
  if (noisy.length > 0) warnings.push(`noisy: rounds spread by more than ${100 * NOISY} %: ${named(noisy)}`);
  const mixed = rows.filter((row) => row.rounds < (row.ofRounds ?? row.rounds));
  if (mixed.length > 0)
    warnings.push(`near and far rounds in one row, only those of the majority count: ${named(mixed)}`);
  const far = rows.filter((row) => row.phase === 'far');
  const near = rows.filter((row) => row.phase === 'near');
  if (far.length > 0 && near.length > 0) warnings.push(`do not compare far rows with near ones; far: ${named(far)}`);
  const cut = rows.filter((row) => row.cutOff);
  if (cut.length > 0) warnings.push(`a CPU did not come back and was cut off: ${named(cut)}`);
  return warnings;
}
