/** Rates of a program on a running machine: system calls by name between two moments, after a warm-up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RamView } from '../../check/view.ts';
import { lockClassNames } from '../../kernel/locks.ts';
import { machine } from '../../machine/map.ts';
import { assembleText } from '../../scenario/assemble.ts';
import { bootMachine } from '../../smp/boot.ts';
import { Console } from '../../smp/console.ts';
import { Gang } from '../../smp/gang.ts';
import type { LockChoice } from '../../smp/lock-choice.ts';
import { type ClassRecord, holderTableBytes } from '../../smp/lock-recorder.ts';
import { readStatistics } from '../../smp/statistics.ts';
import type { LockStat } from '../result.ts';
import { type Contentions, contentionsOf } from './contention.ts';

export interface Rate {
  /** Calls a second by name. */
  readonly calls: ReadonlyMap<string, number>;
  readonly total: number;
  /** Calls of each CPU. */
  readonly perCpu: readonly number[];
  /** Calls of the slowest CPU over those of the fastest. */
  readonly fairness: number;
  /** lock_stat by class from boot on, when it was recorded; the most waited for first. */
  readonly lockStat: readonly LockStat[];
  readonly contention: Contentions;
}

export interface MeasureOptions {
  readonly text: string;
  readonly cpus: number;
  readonly milliseconds: number;
  readonly locks?: readonly LockChoice[];
  readonly withLockStat?: boolean;
  /** Whether calls may fail: in a mix of everything some are meant to. */
  readonly mayFail?: boolean;
}

const WARM_UP_MS = 400;

/** Boots a machine for the program, lets it warm up, measures, and throws it away. Throws when a call fails. */
export async function measure(options: MeasureOptions): Promise<Rate> {
  const { text, cpus, milliseconds, locks = [], withLockStat = false, mayFail = false } = options;
  const image = assembleText(`cpus ${cpus}\n${text}`, 'bench.prog');
  const memory = bootMachine({ profile: image.profile, cpus, locks, code: image.code, rodata: image.rodata });
  const view = new RamView(memory);
  const console = new Console(memory);
  const tableBytes = holderTableBytes(view.word(machine.ram_bytes));
  const gang = new Gang(memory, cpus, { locks, holders: withLockStat ? new SharedArrayBuffer(tableBytes) : null });
  await gang.started(console);
  await sleep(WARM_UP_MS);
  const before = readStatistics(view);
  const startedAt = performance.now();
  await sleep(milliseconds);
  const after = readStatistics(view);
  const seconds = (performance.now() - startedAt) / 1000;
  console.stop();
  const settled = await gang.collect(3_000);
  const recorded: (readonly ClassRecord[])[] = [];
  for (const result of settled) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value.fault) throw new Error(`${result.value.fault.kind}: ${result.value.fault.what}`);
    if (result.value.lockStat) recorded.push(result.value.lockStat);
  }
  const failing = after.calls.filter((call) => call.errors > 0).map((call) => `${call.name} ${call.errors} times`);
  if (failing.length > 0 && !mayFail) throw new Error(`calls that are measured failed: ${failing.join(', ')}`);
  const old = new Map(before.calls.map((call) => [call.name, call.calls]));
  const calls = new Map(after.calls.map((call) => [call.name, (call.calls - (old.get(call.name) ?? 0)) / seconds]));
  const perCpu = after.byCpu.map((count, cpu) => count - (before.byCpu[cpu] ?? 0));
  const total = perCpu.reduce((a, b) => a + b, 0) / seconds;
  const fairness = Math.min(...perCpu) / Math.max(...perCpu, 1);
  return { calls, total, perCpu, fairness, lockStat: lockStatOf(recorded), contention: contentionsOf(recorded, view) };
}

/** What all CPUs recorded, by class. */
function lockStatOf(recorded: readonly (readonly ClassRecord[])[]): LockStat[] {
  const stats = lockClassNames.map((name, lockClass): LockStat => {
    const own = recorded.flatMap((classes) => classes[lockClass] ?? []);
    const sum = (pick: (one: ClassRecord) => number): number => own.reduce((total, one) => total + pick(one), 0);
    const contentions = sum((one) => one.contentions);
    const places = new Map<string, number>();
    for (const one of own) {
      for (const [place, { contended }] of Object.entries(one.places)) {
        places.set(place, (places.get(place) ?? 0) + contended);
      }
    }
    const acquisitions = sum((one) => one.acquisitions);
    return {
      name,
      conBounces: sum((one) => one.conBounces),
      contentions,
      waitMin: contentions === 0 ? 0 : Math.min(...own.map((one) => one.waitMin)),
      waitMax: Math.max(0, ...own.map((one) => one.waitMax)),
      waitTotal: sum((one) => one.waitTotal),
      acqBounces: sum((one) => one.acqBounces),
      acquisitions,
      holdMin: acquisitions === 0 ? 0 : Math.min(...own.map((one) => one.holdMin)),
      holdMax: Math.max(0, ...own.map((one) => one.holdMax)),
      holdTotal: sum((one) => one.holdTotal),
      points: [...places]
        .map(([place, count]) => ({ place, count }))
        .sort((a, b) => b.count - a.count)
        .slice(0, MOST_POINTS),
      blockers: [],
    };
  });
  return stats.filter((one) => one.acquisitions > 0).sort((a, b) => b.waitTotal - a.waitTotal);
}

/** Contention points of a class, as /proc/lock_stat has them. */
const MOST_POINTS = 4;
