/**
 * The lock bench on the real clock. Every lock runs under every load once a round, so that a slow moment of the host
 * falls on all of them; each time twice, without time stamps for throughput and with them for the rest. Before each, a
 * probe says how far apart the cores are at that moment (phase.ts).
 */
import { availableParallelism } from 'node:os';
import type { LockKind } from '../../machine/locks/lock-kind.ts';
import type { LabResult, Load, LockRow, NativeRow, UncontendedRow } from '../result.ts';
import { LockGang } from './gang.ts';
import type { Calibration, TurnsJob } from './job.ts';
import { hostLoad, machineFacts } from './machine-facts.ts';
import { NativeLocks } from './native.ts';
import { phaseOf } from './phase.ts';
import { type Done, rowOf, throughputOf } from './rows.ts';

export interface RealOptions {
  readonly locks: readonly LockKind[];
  readonly loads: readonly Load[];
  readonly rounds: number;
  /** Of one lock under one load in one round. */
  readonly durationMs: number;
  /** Whether the same locks run as native code as well. */
  readonly native: boolean;
  readonly signal: AbortSignal;
  /** Called now and then with what is being done. */
  readonly onProgress: (seconds: number, what: string) => void;
}

/** Windows of the warm-up: at most so many, until one is within this of the one before. */
const MOST_WINDOWS = 8;
const STEADY = 0.05;
const WINDOW_MS = 15;

/** What was measured of one lock under one load. */
interface Variant {
  readonly kind: LockKind;
  readonly load: Load;
  readonly plain: Done[];
  readonly timed: Done[];
  cutOff: boolean;
}

export async function runReal(options: RealOptions): Promise<LabResult> {
  const { locks, loads, rounds, signal } = options;
  const startedAt = performance.now();
  const busy = hostLoad();
  const tell = (what: string): void => options.onProgress((performance.now() - startedAt) / 1000, what);
  const uncontended = await measureUncontended(locks, signal, tell);
  const variants = loads.flatMap((load) =>
    locks.map((kind): Variant => ({ kind, load, plain: [], timed: [], cutOff: false })),
  );
  const trips: number[] = [];
  const bench = new Bench(options, trips);
  try {
    await bench.start();
    for (const variant of variants) {
      tell(`warming up ${variant.kind.name} on ${cpusText(variant.load.cpus)}`);
      await bench.warmUp(variant);
    }
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      for (const variant of variants) {
        tell(`round ${round + 1} of ${rounds}: ${variant.kind.name} on ${cpusText(variant.load.cpus)}`);
        await bench.measure(variant);
      }
    }
  } finally {
    await bench.end();
  }
  const rows = variants
    .filter(({ plain, cutOff }) => plain.length > 0 || cutOff)
    .map(({ kind, load, plain, timed, cutOff }): LockRow => rowOf(kind.name, load, plain, timed, cutOff));
  const beside = options.native && !signal.aborted ? await besideNative(options, uncontended, tell) : { uncontended };
  return {
    machine: machineFacts(rows, trips, bench.calibration, busy),
    rows,
    ...beside,
    modelCheck: [],
    seconds: (performance.now() - startedAt) / 1000,
    interrupted: signal.aborted,
  };
}

/**
 * Native code under the same loads, those with more CPUs than cores left out: it would only measure the scheduler. When it
 * fails, what was measured before stands.
 */
async function besideNative(
  { locks, loads, rounds, durationMs, signal }: RealOptions,
  uncontended: readonly UncontendedRow[],
  tell: (what: string) => void,
): Promise<Pick<LabResult, 'uncontended' | 'native' | 'nativeMissing'>> {
  tell('compiling native code');
  const native = await NativeLocks.create(signal);
  if (typeof native === 'string') return { uncontended, nativeMissing: native };
  const rows: NativeRow[] = [];
  try {
    const kinds = locks.filter((kind) => native.has(kind.name));
    for (const load of loads.filter(({ cpus }) => cpus <= availableParallelism())) {
      for (const { name } of kinds) {
        if (signal.aborted) break;
        tell(`native ${name} on ${cpusText(load.cpus)}`);
        rows.push(await native.row(name, load, rounds, durationMs, signal));
      }
    }
    const pairs: UncontendedRow[] = [];
    for (const row of uncontended) pairs.push({ ...row, nativeNs: await native.uncontended(row.lock, signal) });
    return { uncontended: pairs, native: rows.filter((row) => row.rounds > 0) };
  } catch (error) {
    if (signal.aborted) return { uncontended, native: rows.filter((row) => row.rounds > 0) };
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    return { uncontended, native: rows.filter((row) => row.rounds > 0), nativeMissing: `it failed: ${reason}` };
  } finally {
    native.end();
  }
}

const cpusText = (cpus: number): string => (cpus === 1 ? '1 CPU' : `${cpus} CPUs`);

/** On a thread of its own, which has never seen contention. */
async function measureUncontended(
  locks: readonly LockKind[],
  signal: AbortSignal,
  tell: (what: string) => void,
): Promise<UncontendedRow[]> {
  const gang = new LockGang(1);
  const rows: UncontendedRow[] = [];
  try {
    for (const kind of locks) {
      if (signal.aborted) break;
      tell(`${kind.name}, uncontended`);
      rows.push({ lock: kind.name, ...(await gang.uncontended(kind)), nativeNs: null });
    }
  } finally {
    await gang.end();
  }
  return rows;
}

class Bench {
  calibration: Calibration = { stampNs: 0, delayNs: 1, plainNs: 1, lockedNs: 1, relaxNs: 1 };
  private readonly gang: LockGang;
  private readonly options: RealOptions;
  private readonly trips: number[];

  constructor(options: RealOptions, trips: number[]) {
    this.options = options;
    this.trips = trips;
    this.gang = new LockGang(Math.max(...options.loads.map((load) => load.cpus)));
  }

  async start(): Promise<void> {
    this.calibration = await this.gang.calibrate();
  }

  /** Short rounds until their rate stands still, with and without time stamps. */
  async warmUp(variant: Variant): Promise<void> {
    for (const timed of [false, true]) {
      let last = 0;
      for (let window = 0; window < MOST_WINDOWS; window++) {
        const done = await this.round(variant, timed, WINDOW_MS);
        if (done === undefined) return;
        const rate = throughputOf(done);
        if (Math.abs(rate - last) <= STEADY * last) break;
        last = rate;
      }
    }
  }

  /** One round of either kind. What the signal cut short does not count. */
  async measure(variant: Variant): Promise<void> {
    const { durationMs, signal } = this.options;
    const plain = await this.round(variant, false, durationMs);
    if (plain === undefined || signal.aborted) return;
    variant.plain.push(plain);
    const timed = await this.round(variant, true, durationMs / 2);
    if (timed !== undefined && !signal.aborted) variant.timed.push(timed);
  }

  /** Undefined when there is nothing to measure any more. */
  private async round(variant: Variant, timed: boolean, ms: number): Promise<Done | undefined> {
    const { signal } = this.options;
    if (signal.aborted || variant.cutOff) return undefined;
    const replies = await this.gang.round(variant.kind, this.job(variant, timed), ms, signal);
    if (replies === 'cut off') {
      variant.cutOff = true;
      return undefined;
    }
    const probeNs = replies[0]?.probeNs ?? null;
    if (probeNs !== null) this.trips.push(probeNs);
    return { phase: phaseOf(probeNs), replies };
  }

  private job({ kind, load }: Variant, timed: boolean): TurnsJob {
    const { cpus, insideNs, outsideNs, touch, writes } = load;
    const turns = (ns: number): number => Math.round(ns / this.calibration.delayNs);
    const probeCpus = Math.min(cpus, availableParallelism());
    const [inside, outside] = [turns(insideNs), turns(outsideNs)];
    return { kind: 'turns', lock: kind.name, cpus, probeCpus, inside, outside, touch, writes, timed };
  }

  async end(): Promise<void> {
    await this.gang.end();
  }
}
