/** What a thread is given to be one CPU, and what it hands back. */
import type { UncutCode } from '../boot/uncut.ts';
import type { LockChoice } from '../boot/lock-choice.ts';
import type { CpuEvidence } from '../check/evidence/bug-report.ts';
import type { Finding } from '../check/evidence/finding.ts';
import type { Demands } from '../check/still/program-checks.ts';
import type { ClassRecord } from './lock-recorder.ts';

/** What came of the looks at `always` properties at returns from system calls. */
export interface Looks {
  readonly looks: number;
  /** Times that all CPUs were made to stand still because something looked broken. */
  readonly asked: number;
  readonly broken: readonly Finding[];
}

export interface CpuTask {
  readonly memory: SharedArrayBuffer;
  /** The compiled kernel; null where the modules of src/kernel run as they stand. */
  readonly code: UncutCode | null;
  readonly cpu: number;
  readonly spinTurns: number;
  /** What the CPU chooses in programs follows from it. */
  readonly seed: number;
  /** Kernel locks that follow another algorithm. */
  readonly locks: readonly LockChoice[];
  /** Table of last holders, when lock_stat is to be recorded. */
  readonly holders: SharedArrayBuffer | null;
  /** The program's `always` properties, when it has any. */
  readonly demands: Demands | null;
  /** Accesses from one tick to the next, 0 for none: machine/tick.ts. */
  readonly ticks: number;
}

export interface CpuResult {
  readonly fault: CpuEvidence | null;
  readonly warnings: readonly CpuEvidence[];
  /** lock_stat by class, when it was asked for. */
  readonly lockStat: readonly ClassRecord[] | null;
  /** What was looked at at returns from system calls, when the program has properties. */
  readonly looks: Looks | null;
}
