/** What a stress run is given, and what comes of it. */
import type { FaultCounts, Faults } from '../boot/faults.ts';
import type { LockChoice } from '../boot/lock-choice.ts';
import type { Statistics } from '../boot/statistics.ts';
import type { BugReport } from '../check/evidence/bug-report.ts';
import type { KnownReport, Verdict } from '../check/evidence/ledger.ts';
import type { Engine } from '../machine/engine.ts';
import type { ProgramImage } from '../scenario/image.ts';

export interface StressOptions {
  readonly scenario: string;
  readonly image: ProgramImage;
  readonly cpus: number;
  /** How long to run; without it the program's own end ends the run. */
  readonly durationMs: number | undefined;
  readonly seed: number;
  readonly ramBytes?: number | undefined;
  /** What runs the kernel; by default WebAssembly, where the host has memory that it can share and it is not another file that plays the CPUs. */
  readonly engine?: Engine | undefined;
  /** What fails on purpose; what is drawn follows from the seed. */
  readonly faults?: Faults | undefined;
  /** How often interrupts come: `rate:P` of boot/ticks.ts. */
  readonly ticks?: string | undefined;
  /** Kernel locks that follow another algorithm. */
  readonly locks?: readonly LockChoice[] | undefined;
  /** Where a vmcore goes when a bug is found; none is written without it. */
  readonly dumpDirectory?: string | undefined;
  /** The file that plays a CPU, when it is not our own. */
  readonly worker?: URL | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told what came of it before anything is written. */
  readonly onResult?: ((result: StressResult) => void) | undefined;
}

export interface Progress {
  readonly seconds: number;
  readonly syscalls: number;
  readonly checks: number;
  readonly bugs: number;
}

export interface AlwaysLooks {
  /** Looks at returns from system calls, and pauses that were asked for because a property looked broken there. */
  readonly looks: number;
  readonly asked: number;
  /** Properties that read more than one word that changes: broken ones are known for certain only at a pause. */
  readonly atPauses: readonly string[];
}

export interface StressResult {
  readonly scenario: string;
  /** Which program it was: its hash. */
  readonly program: string;
  readonly profile: string;
  readonly engine: Engine;
  readonly cpus: number;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly bugs: readonly BugReport[];
  readonly known: readonly KnownReport[];
  /** Times that all CPUs stood still and every invariant was checked. */
  readonly checks: number;
  /** The program's `always` properties and how they were looked at; null when it has none. */
  readonly always: AlwaysLooks | null;
  readonly seconds: number;
  readonly syscalls: number;
  readonly statistics: Statistics;
  /** Kernel locks that followed another algorithm. */
  readonly locks: readonly LockChoice[];
  /** What was to fail on purpose, and how often it did; null for nothing. */
  readonly faults: (Faults & FaultCounts) | null;
  /** How often interrupts were to come, and how many did; null for none that were asked for. */
  readonly ticks: { readonly setting: string; readonly taken: number } | null;
  /** What every CPU was doing when the machine stalled. */
  readonly cpuStates: readonly string[];
  readonly dump: string | null;
  /** Why there is no dump although one was to be written. */
  readonly dumpTrouble: string | null;
  readonly interrupted: boolean;
}
