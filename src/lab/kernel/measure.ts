/** Rates of a program on a running machine: system calls by name between two moments, after a warm-up. */
import { defaultEngine, type Engine } from '../../machine/engine.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { RamView } from '../../check/evidence/view.ts';
import { machine } from '../../machine/map.ts';
import { assembleText } from '../../scenario/assemble.ts';
import { bootMachine } from '../../boot/boot.ts';
import { Console } from '../../smp/console.ts';
import { Gang } from '../../smp/gang.ts';
import type { LockChoice } from '../../boot/lock-choice.ts';
import { type ClassRecord, holderTableBytes } from '../../smp/lock-recorder.ts';
import { readStatistics } from '../../boot/statistics.ts';
import { type KernelLockStat, lockStatOf, nothingRecorded } from './lock-stat.ts';

export interface Rate {
  /** Calls a second by name. */
  readonly calls: ReadonlyMap<string, number>;
  readonly total: number;
  /** Calls of each CPU. */
  readonly perCpu: readonly number[];
  /** From boot on, when it was recorded. */
  readonly recorded: KernelLockStat;
}

export interface MeasureOptions {
  readonly text: string;
  readonly cpus: number;
  readonly milliseconds: number;
  readonly locks?: readonly LockChoice[];
  readonly withLockStat?: boolean;
  /** Whether calls may fail: in a mix of everything some are meant to. */
  readonly mayFail?: boolean;
  /** What runs the kernel; by default WebAssembly where the host has it. */
  readonly engine?: Engine | undefined;
  /** Ends the measurement early. */
  readonly signal?: AbortSignal | undefined;
}

const WARM_UP_MS = 400;

/** Boots a machine for the program, lets it warm up, measures, and throws it away. Throws when a call fails. */
export async function measure(options: MeasureOptions): Promise<Rate> {
  const {
    text,
    cpus,
    milliseconds,
    locks = [],
    withLockStat = false,
    mayFail = false,
    engine = defaultEngine(),
    signal,
  } = options;
  const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => undefined);
  const image = assembleText(`cpus ${cpus}\n${text}`, 'bench.prog');
  const memory = bootMachine({ profile: image.profile, cpus, engine, locks, code: image.code, rodata: image.rodata });
  const view = new RamView(memory);
  const console = new Console(memory);
  const tableBytes = holderTableBytes(view.word(machine.ram_bytes));
  const gang = new Gang(memory, cpus, { locks, holders: withLockStat ? new SharedArrayBuffer(tableBytes) : null });
  await gang.started(console);
  await pause(WARM_UP_MS);
  const before = readStatistics(view);
  const startedAt = performance.now();
  await pause(milliseconds);
  const after = readStatistics(view);
  const seconds = (performance.now() - startedAt) / 1000;
  console.stop();
  const settled = await gang.collect(3_000);
  const records: (readonly ClassRecord[])[] = [];
  for (const result of settled) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value.fault) throw new Error(`${result.value.fault.kind}: ${result.value.fault.what}`);
    if (result.value.lockStat) records.push(result.value.lockStat);
  }
  const failing = after.calls.filter((call) => call.errors > 0).map((call) => `${call.name} ${call.errors} times`);
  if (failing.length > 0 && !mayFail) throw new Error(`calls that are measured failed: ${failing.join(', ')}`);
  const old = new Map(before.calls.map((call) => [call.name, call.calls]));
  const calls = new Map(after.calls.map((call) => [call.name, (call.calls - (old.get(call.name) ?? 0)) / seconds]));
  const perCpu = after.byCpu.map((count, cpu) => count - (before.byCpu[cpu] ?? 0));
  const total = perCpu.reduce((a, b) => a + b, 0) / seconds;
  return { calls, total, perCpu, recorded: withLockStat ? lockStatOf(records, view) : nothingRecorded };
}
