/** Rates of a program on a running machine: system calls by name between two moments, after a warm-up. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RamView } from '../src/check/view.ts';
import { assembleText } from '../src/scenario/assemble.ts';
import { bootMachine } from '../src/smp/boot.ts';
import { Console } from '../src/smp/console.ts';
import { Gang } from '../src/smp/gang.ts';
import { readStatistics } from '../src/smp/statistics.ts';

export interface Rate {
  /** Calls a second by name, all of which succeeded. */
  readonly calls: ReadonlyMap<string, number>;
  readonly total: number;
  /** Calls of the slowest CPU over those of the fastest. */
  readonly fairness: number;
}

export interface MeasureOptions {
  readonly text: string;
  readonly cpus: number;
  readonly milliseconds: number;
}

const WARM_UP_MS = 400;

/** Boots a machine for the program, lets it warm up, measures, and throws it away. Throws when a call fails. */
export async function measure({ text, cpus, milliseconds }: MeasureOptions): Promise<Rate> {
  const image = assembleText(`cpus ${cpus}\n${text}`, 'bench.prog');
  const memory = bootMachine({ profile: image.profile, cpus, code: image.code, rodata: image.rodata });
  const view = new RamView(memory);
  const console = new Console(memory);
  const gang = new Gang(memory, cpus);
  await gang.started(console);
  await sleep(WARM_UP_MS);
  const before = readStatistics(view);
  const startedAt = performance.now();
  await sleep(milliseconds);
  const after = readStatistics(view);
  const seconds = (performance.now() - startedAt) / 1000;
  console.stop();
  const settled = await gang.collect(3_000);
  for (const result of settled) {
    if (result.status === 'rejected') throw result.reason;
    if (result.value.fault) throw new Error(`${result.value.fault.kind}: ${result.value.fault.what}`);
  }
  const failing = after.calls.filter((call) => call.errors > 0).map((call) => `${call.name} ${call.errors} times`);
  if (failing.length > 0) throw new Error(`calls that are measured failed: ${failing.join(', ')}`);
  const old = new Map(before.calls.map((call) => [call.name, call.calls]));
  const calls = new Map(after.calls.map((call) => [call.name, (call.calls - (old.get(call.name) ?? 0)) / seconds]));
  const perCpu = after.byCpu.map((count, cpu) => count - (before.byCpu[cpu] ?? 0));
  const total = perCpu.reduce((a, b) => a + b, 0) / seconds;
  return { calls, total, fairness: Math.min(...perCpu) / Math.max(...perCpu, 1) };
}
