/** One x86 CPU on a real thread: attaches to RAM, runs until the machine stops, and hands back what it saw. */
import { attach, store, wake_waiters } from '../src/machine/bus.ts';
import { MachineFault, MachineStopped } from '../src/machine/fault.ts';
import { chooseLocks } from '../src/machine/chosen-locks.ts';
import { machine } from '../src/machine/map.ts';
import { onWarning } from '../src/machine/warning.ts';
import { listenToLocks, listenToReturns } from '../src/machine/trace.ts';
import { cpu_main } from '../src/kernel/cpu-loop.ts';
import { chosenClasses, type LockChoice } from '../src/boot/lock-choice.ts';
import { type ClassRecord, LockRecorder } from '../src/smp/lock-recorder.ts';
import type { CpuEvidence } from '../src/check/evidence/bug-report.ts';
import type { Demands } from '../src/check/still/program-checks.ts';
import { Witness } from './evidence.ts';
import { type Looks, Returns } from './returns.ts';

export interface CpuTask {
  readonly memory: SharedArrayBuffer;
  readonly cpu: number;
  readonly spinTurns: number;
  /** Kernel locks that follow another algorithm. */
  readonly locks: readonly LockChoice[];
  /** Table of last holders, when lock_stat is to be recorded. */
  readonly holders: SharedArrayBuffer | null;
  /** The program's `always` properties, when it has any. */
  readonly demands: Demands | null;
}

export interface CpuResult {
  readonly fault: CpuEvidence | null;
  readonly warnings: readonly CpuEvidence[];
  /** lock_stat by class, when it was asked for. */
  readonly lockStat: readonly ClassRecord[] | null;
  /** What was looked at at returns from system calls, when the program has properties. */
  readonly looks: Looks | null;
}

/** Runs the CPU to the end. Throws, after stopping the machine, when it is ourselves who failed. */
export default function runCpu({ memory, cpu, spinTurns, locks, holders, demands }: CpuTask): CpuResult {
  Error.stackTraceLimit = 40;
  attach(memory, cpu, spinTurns);
  chooseLocks(chosenClasses(locks, memory, cpu));
  const recorder = holders === null ? undefined : new LockRecorder(holders, cpu);
  listenToLocks(recorder);
  const witness = new Witness(memory, cpu);
  onWarning((kind, what, address) => witness.warning(kind, what, address));
  const returns = demands === null ? undefined : new Returns(memory, demands);
  listenToReturns(returns);
  const fault = runToEnd(witness);
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
