/** The counters that CPUs keep in RAM, added up: calls by type, share of each CPU, locks by contention. */
import type { RamView } from '../check/evidence/view.ts';
import { cpu_area, cpuAddress, machine } from '../machine/map.ts';
import { cpu_data, cpuDataAddress, NR_SYSCALLS_COUNTED } from '../kernel/layout.ts';
import { lockClassNames } from '../kernel/locks.ts';
import { syscallNames } from '../kernel/syscall-numbers.ts';

export interface CallStatistics {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

export interface LockStatistics {
  readonly name: string;
  readonly acquisitions: number;
  readonly contentions: number;
}

export interface Statistics {
  readonly calls: readonly CallStatistics[];
  readonly byCpu: readonly number[];
  readonly locks: readonly LockStatistics[];
}

/** The sum of counters, which have no sign. */
function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value >>> 0;
  return total;
}

/** Calls that a CPU has made. */
function callsOf(view: RamView, cpu: number): number {
  const first = (cpuDataAddress(cpu) + cpu_data.syscalls) >> 2;
  return sum(view.words.subarray(first, first + NR_SYSCALLS_COUNTED));
}

/** Calls of all CPUs. */
export function countSyscalls(view: RamView): number {
  let count = 0;
  for (let cpu = 0; cpu < view.word(machine.ncpus); cpu++) count += callsOf(view, cpu);
  return count;
}

export function readStatistics(view: RamView): Statistics {
  const cpus = Array.from({ length: view.word(machine.ncpus) }, (_, cpu) => cpu);
  const over = (address: (cpu: number) => number): number => sum(cpus.map((cpu) => view.word(address(cpu))));
  const numbers = Array.from({ length: NR_SYSCALLS_COUNTED }, (_, nr) => nr);
  const calls = numbers
    .map((nr) => ({
      name: syscallNames[nr] ?? `call ${nr}`,
      calls: over((cpu) => cpuDataAddress(cpu) + cpu_data.syscalls + 4 * nr),
      errors: over((cpu) => cpuDataAddress(cpu) + cpu_data.failures + 4 * nr),
    }))
    .filter((call) => call.calls > 0)
    .sort((a, b) => b.calls - a.calls);
  const locks = lockClassNames
    .map((name, lock) => ({
      name,
      acquisitions: over((cpu) => cpuAddress(cpu) + cpu_area.lock_acquired + 4 * lock),
      contentions: over((cpu) => cpuAddress(cpu) + cpu_area.lock_contended + 4 * lock),
    }))
    .filter((lock) => lock.acquisitions > 0)
    .sort((a, b) => b.contentions - a.contentions || b.acquisitions - a.acquisitions);
  return { calls, byCpu: cpus.map((cpu) => callsOf(view, cpu)), locks };
}
