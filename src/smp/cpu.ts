/** One x86 CPU on a real thread: attaches to RAM, runs until the machine stops, and hands back what it saw. */
import { attach, store, wake_waiters } from '../machine/bus.ts';
import { MachineFault, MachineStopped } from '../machine/fault.ts';
import { chooseLocks } from '../machine/chosen-locks.ts';
import { machine } from '../machine/map.ts';
import { onWarning } from '../machine/warning.ts';
import { listenToLocks, listenToReturns } from '../machine/trace.ts';
import { takeTicks } from '../machine/tick.ts';
import { cpu_main } from '../kernel/cpu-loop.ts';
import { time_passes, timer_interrupt } from '../kernel/interrupt.ts';
import { chosenClasses } from '../boot/lock-choice.ts';
import type { CpuResult, CpuTask } from './cpu-job.ts';
import { LockRecorder } from './lock-recorder.ts';
import type { CpuEvidence } from '../check/evidence/bug-report.ts';
import { Witness } from './witness.ts';
import { Returns } from './returns.ts';

/** No search chooses when. */
const tick = (): void => timer_interrupt(0);

/** Runs the CPU to the end. Throws, after stopping the machine, when it is ourselves who failed. */
export function runCpu(task: CpuTask): CpuResult {
  const { memory, cpu, spinTurns, seed, locks, holders, demands, ticks } = task;
  Error.stackTraceLimit = 40;
  attach(memory, cpu, spinTurns, seed);
  chooseLocks(chosenClasses(locks, memory, cpu));
  const recorder = holders === null ? undefined : new LockRecorder(holders, cpu);
  listenToLocks(recorder);
  const witness = new Witness(memory, cpu);
  onWarning((kind, what, address) => witness.warning(kind, what, address));
  const returns = demands === null ? undefined : new Returns(memory, demands);
  listenToReturns(returns);
  takeTicks(memory, cpu, { handler: tick, idle: time_passes, every: ticks, seed });
  const fault = runToEnd(witness);
  takeTicks(memory, cpu, undefined);
  const looks = returns === undefined ? null : { looks: returns.looks, asked: returns.asked, broken: returns.broken };
  return { fault, warnings: witness.warnings, lockStat: recorder?.finished() ?? null, looks };
}

/** What the kernel did that stopped the machine; null when the machine was stopped from outside. */
function runToEnd(witness: Witness): CpuEvidence | null {
  try {
    cpu_main();
    return null;
  } catch (error) {
    if (error instanceof MachineStopped) return null;
    store(machine.stop, 1);
    wake_waiters(machine.stop);
    if (!(error instanceof MachineFault)) throw error;
    const { kind, what, address, stack = '' } = error;
    return witness.describe(kind, what, address, stack);
  }
}
