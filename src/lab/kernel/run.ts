/** Programs on the kernel with several choices of locks, in interleaved rounds; the kernel's own locks are always one. */
import { plural } from '../../base/numbers.ts';
import { hostLoad } from '../real/machine-facts.ts';
import { pingPong } from '../real/ping-pong.ts';
import { phaseOf, majority } from '../real/phase.ts';
import type { Phase, Sample } from '../result.ts';
import { jainIndex, medianIndex, minShare, sampleOf } from '../sample.ts';
import type { LockChoice } from '../../boot/lock-choice.ts';
import { type KernelLockStat, nothingRecorded } from './lock-stat.ts';
import { measure, type Rate } from './measure.ts';

export interface KernelProgram {
  readonly name: string;
  readonly mayFail: boolean;
  text(cpus: number): string;
}

export interface KernelOptions {
  readonly programs: readonly KernelProgram[];
  readonly cpus: readonly number[];
  readonly variants: readonly (readonly LockChoice[])[];
  readonly rounds: number;
  readonly milliseconds: number;
  /** Whether each runs once more, with time stamps. */
  readonly withLockStat: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (seconds: number, what: string) => void;
  /** Told what there is after every measurement, should there be no more. */
  readonly onPart?: (soFar: KernelResult) => void;
}

export interface KernelRow extends KernelLockStat {
  readonly program: string;
  readonly cpus: number;
  readonly locks: readonly LockChoice[];
  readonly rounds: number;
  readonly ofRounds: number;
  readonly phase: Phase | null;
  /** System calls a second, of the rounds in the phase of most. */
  readonly throughput: Sample;
  readonly perCpu: readonly number[];
  readonly minShare: number;
  readonly jain: number;
  /** Calls a second by name in the median round, most first. */
  readonly calls: readonly { readonly name: string; readonly perSecond: number }[];
}

export interface KernelResult {
  readonly rows: readonly KernelRow[];
  readonly pingPongNs: Sample | null;
  readonly load: number;
  readonly seconds: number;
  readonly interrupted: boolean;
}

export const variantText = (locks: readonly LockChoice[]): string =>
  locks.length === 0 ? 'own' : locks.map(({ lock, algorithm }) => `${lock}=${algorithm}`).join(',');

interface Variant {
  readonly program: KernelProgram;
  readonly cpus: number;
  readonly locks: readonly LockChoice[];
  readonly done: { readonly phase: Phase | null; readonly rate: Rate }[];
  recorded: KernelLockStat;
}

export async function runKernel(options: KernelOptions): Promise<KernelResult> {
  const { programs, cpus, variants, rounds, milliseconds, withLockStat, signal, onProgress, onPart } = options;
  const load = hostLoad();
  const startedAt = performance.now();
  const trips: number[] = [];
  const all = programs.flatMap((program) =>
    cpus.flatMap((count) =>
      variants.map((locks): Variant => ({ program, cpus: count, locks, done: [], recorded: nothingRecorded })),
    ),
  );
  const run = async (one: Variant, stamped: boolean): Promise<Rate> => {
    const { program, locks } = one;
    onProgress(
      (performance.now() - startedAt) / 1000,
      `${program.name} on ${plural(one.cpus, 'CPU')}, ${variantText(locks)}`,
    );
    const { name: _, text, mayFail } = program;
    const withStat = { withLockStat: stamped, mayFail, signal };
    return await measure({ text: text(one.cpus), cpus: one.cpus, milliseconds, locks, ...withStat });
  };
  const resultNow = (interrupted: boolean): KernelResult => ({
    rows: all.filter(({ done }) => done.length > 0).map(rowOf),
    pingPongNs: trips.length === 0 ? null : sampleOf(trips),
    load,
    seconds: (performance.now() - startedAt) / 1000,
    interrupted,
  });
  for (let round = 0; round < rounds; round++) {
    for (const one of all) {
      if (signal.aborted) break;
      const trip = one.cpus > 1 ? await pingPong() : null;
      if (trip !== null) trips.push(trip);
      const rate = await run(one, false);
      // What the signal cut short does not count.
      if (signal.aborted) break;
      one.done.push({ phase: phaseOf(trip), rate });
      onPart?.(resultNow(true));
    }
  }
  for (const one of withLockStat ? all : []) {
    if (signal.aborted) break;
    const { recorded } = await run(one, true);
    if (!signal.aborted) one.recorded = recorded;
  }
  return resultNow(signal.aborted);
}

function rowOf({ program, cpus, locks, done, recorded }: Variant): KernelRow {
  const phase = majority(done.map((one) => one.phase));
  const counted = done.filter((one) => one.phase === phase).map((one) => one.rate);
  const rates = counted.map((rate) => rate.total);
  const middle = counted[medianIndex(rates)];
  const perCpu = middle?.perCpu ?? [];
  const calls = [...(middle?.calls ?? [])].map(([name, perSecond]) => ({ name, perSecond }));
  return {
    program: program.name,
    cpus,
    locks,
    rounds: counted.length,
    ofRounds: done.length,
    phase,
    throughput: sampleOf(rates),
    perCpu,
    minShare: minShare(perCpu),
    jain: jainIndex(perCpu),
    calls: calls.sort((a, b) => b.perSecond - a.perSecond),
    ...recorded,
  };
}
