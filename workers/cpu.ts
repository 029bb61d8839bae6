/** One x86 CPU on a real thread: attaches to RAM, runs until the machine stops, and hands back what it saw. */
import { attach, load, store, takeWarnings, this_cpu, wake_waiters } from '../src/machine/bus.ts';
import { MachineFault, MachineStopped } from '../src/machine/fault.ts';
import { cpu_area, machine } from '../src/machine/map.ts';
import { cpu_main } from '../src/kernel/cpu-loop.ts';
import type { CpuEvidence } from '../src/report/bug-report.ts';

export interface CpuTask {
  readonly memory: SharedArrayBuffer;
  readonly cpu: number;
}

export interface CpuResult {
  readonly fault: CpuEvidence | null;
  readonly warnings: readonly CpuEvidence[];
}

/** Locks held by this CPU, as it says itself. */
function held(): number[] {
  const area = this_cpu();
  return Array.from({ length: load(area + cpu_area.held_count) }, (_, i) => load(area + cpu_area.held + 4 * i));
}

function stopMachine(): void {
  store(machine.stop, 1);
  wake_waiters(machine.stop);
}

/** The evidence of a fault of the modelled kernel, or undefined for an exception that is our own defect. */
function evidence(error: unknown, cpu: number): CpuEvidence | undefined {
  if (!(error instanceof MachineFault)) return undefined;
  const task = load(this_cpu() + cpu_area.current);
  const { kind, what, address } = error;
  return { kind, what, address, cpu, stack: error.stack ?? '', task, held: held() };
}

/** Runs the CPU to the end. Throws, after stopping the machine, when it is ourselves who failed. */
export default function runCpu({ memory, cpu }: CpuTask): CpuResult {
  Error.stackTraceLimit = 40;
  attach(memory, cpu);
  try {
    cpu_main();
    return { fault: null, warnings: takeWarnings() };
  } catch (error) {
    if (error instanceof MachineStopped) return { fault: null, warnings: takeWarnings() };
    const fault = evidence(error, cpu);
    stopMachine();
    if (fault === undefined) throw error;
    return { fault, warnings: takeWarnings() };
  }
}
