/**
 * One x86 CPU on a real thread: attaches to RAM, runs until the machine stops, and hands back what it saw. What only some
 * runs need is read by those: there may be 64 of these threads, and each reads all of it anew.
 */
import { attach, store, wake_waiters } from '../machine/bus.ts';
import { MachineFault, MachineStopped } from '../machine/fault.ts';
import { chooseLocks } from '../machine/chosen-locks.ts';
import { machine } from '../machine/map.ts';
import { onWarning } from '../machine/warning.ts';
import { listenToLocks, listenToReturns } from '../machine/trace.ts';
import { takeTicks } from '../machine/tick.ts';
import type { CpuResult, CpuTask } from './cpu-job.ts';
import type { CpuEvidence } from '../check/evidence/bug-report.ts';
import { Witness } from './witness.ts';
import { instantiateUncut, type KernelCode } from '../boot/uncut.ts';

/** Runs the CPU to the end. Throws, after stopping the machine, when it is ourselves who failed. */
export async function runCpu(task: CpuTask): Promise<CpuResult> {
  const { memory, code, cpu, spinTurns, seed, locks, holders, demands, ticks } = task;
  Error.stackTraceLimit = 40;
  attach(memory, cpu, spinTurns, seed);
  chooseLocks(locks.length === 0 ? [] : (await import('../boot/lock-choice.ts')).chosenClasses(locks, memory, cpu));
  const recorder = holders === null ? undefined : new (await import('./lock-recorder.ts')).LockRecorder(holders, cpu);
  listenToLocks(recorder);
  const witness = new Witness(memory, cpu);
  onWarning((kind, what, address) => witness.warning(kind, what, address));
  const returns = demands === null ? undefined : new (await import('./returns.ts')).Returns(memory, demands);
  listenToReturns(returns);
  const listens = { locks: recorder !== undefined, returns: returns !== undefined };
  const { cpu_main, timer_interrupt, time_passes } =
    code === null
      ? await import('./reference-kernel.ts')
      : instantiateUncut({ code, cpu, ticks: ticks !== 0, listens });
  // No search chooses when.
  const handler = (): void => timer_interrupt(0);
  takeTicks(memory, cpu, { handler, idle: time_passes, every: ticks, seed });
  const fault = runToEnd(cpu_main, witness);
  takeTicks(memory, cpu, undefined);
  const looks = returns === undefined ? null : { looks: returns.looks, asked: returns.asked, broken: returns.broken };
  return { fault, warnings: witness.warnings, lockStat: recorder?.finished() ?? null, looks };
}

/** What the kernel did that stopped the machine; null when the machine was stopped from outside. */
function runToEnd(cpu_main: KernelCode['cpu_main'], witness: Witness): CpuEvidence | null {
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
