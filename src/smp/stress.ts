/**
 * A stress run: boots a machine with a scenario, lets its CPUs run on real threads, makes them stand still now and
 * then to check every invariant, and ends with a verdict.
 *
 * The ways it ends: time or iterations are up, the caller aborts, a CPU faults, a checker finds something, the
 * watchdog sees a stall. All of them collect the CPUs in bounded time and report what was found.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileError } from '../base/whole-file.ts';
import { buildInfo } from '../base/build-info.ts';
import type { Finding } from '../check/evidence/finding.ts';
import { checkInvariants, checkNothingLeft } from '../check/still/invariants.ts';
import { type KnownFinding, knownFinding } from '../check/evidence/known-findings.ts';
import { checkExpectations, checkProperties } from '../check/still/program-checks.ts';
import { structInfo } from '../machine/struct.ts';
import { machine } from '../machine/map.ts';
import { writeNewVmcore } from '../machine/vmcore.ts';
import { kernel } from '../kernel/layout.ts';
import { type BugReport, reportEvidence, reportFinding } from '../check/evidence/bug-report.ts';
import { allCpuLines } from '../check/evidence/machine-state.ts';
import type { ProgramImage } from '../scenario/image.ts';
import { programHash } from '../scenario/image-hash.ts';
import { readsOneWord } from '../check/still/property-glance.ts';
import { printProperty } from '../scenario/print-property.ts';
import type { CpuResult } from '../../workers/cpu.ts';
import type { Looks } from '../../workers/returns.ts';
import { bootMachine } from '../boot/boot.ts';
import { Console } from './console.ts';
import { Gang } from './gang.ts';
import type { LockChoice } from '../boot/lock-choice.ts';
import { readStatistics, type Statistics } from '../boot/statistics.ts';
import { lockupLimitMs, type Stall, Watchdog } from './watchdog.ts';

export interface StressOptions {
  readonly scenario: string;
  readonly image: ProgramImage;
  readonly cpus: number;
  /** How long to run; without it the program's own end ends the run. */
  readonly durationMs: number | undefined;
  readonly seed: number;
  readonly ramBytes?: number | undefined;
  /** Kernel locks that follow another algorithm. */
  readonly locks?: readonly LockChoice[] | undefined;
  /** Where a vmcore goes when a bug is found; none is written without it. */
  readonly dumpDirectory?: string | undefined;
  /** The file that plays a CPU, when it is not our own. */
  readonly worker?: string | undefined;
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
  readonly cpus: number;
  readonly seed: number;
  readonly verdict: 'pass' | 'bug' | 'inconclusive';
  readonly bugs: readonly BugReport[];
  readonly known: readonly (BugReport & { readonly finding: KnownFinding })[];
  /** Times that all CPUs stood still and every invariant was checked. */
  readonly checks: number;
  /** The program's `always` properties and how they were looked at; null when it has none. */
  readonly always: AlwaysLooks | null;
  readonly seconds: number;
  readonly syscalls: number;
  readonly statistics: Statistics;
  /** Kernel locks that followed another algorithm. */
  readonly locks: readonly LockChoice[];
  /** What every CPU was doing when the machine stalled. */
  readonly cpuStates: readonly string[];
  readonly dump: string | null;
  /** Why there is no dump although one was to be written. */
  readonly dumpTrouble: string | null;
  readonly interrupted: boolean;
}

/** Our own defect: a worker died of something that is no fault of the modelled kernel. */
export class MachineDefect extends Error {
  readonly dump: string | null;
  constructor(cause: unknown, dump: string | null) {
    super(`a CPU thread failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
    this.dump = dump;
  }
}

const TICK_MS = 20;
const FIRST_CHECK_MS = 200;
const CHECK_EVERY_MS = 1_000;
/** Programs that loop for ever come to their end within this time, or the run says they did not. */
const WIND_DOWN_MS = 10_000;
const COLLECT_MS = 3_000;
/** Characters of a scenario in the name of a dump. */
const MOST_SLUG = 100;

class Run {
  readonly options: StressOptions;
  readonly console: Console;
  readonly gang: Gang;
  readonly memory: SharedArrayBuffer;
  readonly names: readonly string[];
  readonly bugs = new Map<string, BugReport>();
  readonly known = new Map<string, BugReport & { finding: KnownFinding }>();
  checks = 0;
  /** Looks at `always` properties at returns from system calls, and the pauses that were asked for there. */
  looks = 0;
  asked = 0;
  cpuStates: string[] = [];
  private readonly watchdog: Watchdog;
  private startedAt = performance.now();

  constructor(options: StressOptions) {
    const { image, cpus, ramBytes, locks = [] } = options;
    this.options = options;
    this.names = image.tasks.map((task) => task.name);
    const { profile, code, rodata } = image;
    this.memory = bootMachine({ profile, cpus, ramBytes, locks, code, rodata });
    this.console = new Console(this.memory);
    this.watchdog = new Watchdog(this.console);
    const { always, sharedNames, file } = image;
    const demands = always.length === 0 ? null : { always, sharedNames, file };
    this.gang = new Gang(this.memory, cpus, { locks, demands, worker: options.worker });
  }

  get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  get aborted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  add(report: BugReport): void {
    const finding = knownFinding(this.options.image.profile, report.title, report.lines);
    if (finding) this.known.set(report.title, { ...report, finding });
    else this.bugs.set(report.title, report);
  }

  private addFindings(findings: readonly Finding[]): void {
    for (const finding of findings) this.add(reportFinding(this.console.view, finding));
  }

  /** What a CPU found at its returns from system calls. */
  takeLooks(cpu: number, looks: Looks | null | undefined): void {
    if (looks === null || looks === undefined) return;
    this.looks += looks.looks;
    this.asked += looks.asked;
    for (const finding of looks.broken) {
      const report = reportFinding(this.console.view, finding);
      this.add({ ...report, cpu, lines: [`found at a return from a system call on CPU#${cpu}`, ...finding.details] });
    }
  }

  /** Runs until something ends it. True when the programs came to their own end. */
  async toTheEnd(): Promise<boolean> {
    await this.gang.started(this.console);
    this.startedAt = performance.now();
    this.watchdog.reset();
    const { durationMs = Number.POSITIVE_INFINITY } = this.options;
    let nextCheck = FIRST_CHECK_MS;
    let windDownAt: number | null = null;
    for (;;) {
      await sleep(TICK_MS);
      const elapsed = this.seconds * 1000;
      if (this.gang.someoneLeft) return false;
      if (this.console.finished()) return true;
      const stall = this.watchdog.check();
      if (stall) return this.stalled(stall);
      if (windDownAt === null && (elapsed >= durationMs || this.aborted)) {
        windDownAt = elapsed;
        this.console.windDown();
      }
      if (windDownAt !== null && elapsed - windDownAt > WIND_DOWN_MS) return false;
      if (elapsed >= nextCheck || this.console.pauseAsked()) {
        nextCheck = elapsed + CHECK_EVERY_MS;
        if (!(await this.pauseAndCheck())) return false;
      }
      this.options.onProgress?.({
        seconds: this.seconds,
        syscalls: this.console.countSyscalls().total,
        checks: this.checks,
        bugs: this.bugs.size,
      });
    }
  }

  /** Makes all CPUs stand still and checks everything. False when a bug was found or a CPU would not stand still. */
  private async pauseAndCheck(): Promise<boolean> {
    if (!(await this.console.freeze(lockupLimitMs(this.console.cpus)))) {
      return this.gang.someoneLeft ? false : this.stalled({ kind: 'lockup', cpu: this.console.unparkedCpu() });
    }
    this.check();
    if (this.bugs.size > 0) return false;
    await this.console.thaw();
    this.watchdog.reset();
    return true;
  }

  private check(): void {
    const { view } = this.console;
    this.checks++;
    this.addFindings(checkInvariants(view, this.console.running()));
    this.addFindings(checkProperties(view, this.options.image));
    this.checkExpectations();
  }

  /** An expectation that failed, however the run ended: it is written down in RAM. */
  checkExpectations(): void {
    this.addFindings(checkExpectations(this.console.view, this.options.image));
  }

  /** The check at the end, when every CPU has left. */
  lastCheck(): void {
    this.check();
    this.addFindings(checkNothingLeft(this.console.view));
  }

  private stalled(stall: Stall): false {
    const { view } = this.console;
    this.cpuStates = allCpuLines(view, this.names);
    // Everybody sleeps: nobody is inside the kernel.
    if (stall.kind === 'hung') this.addFindings(checkProperties(view, this.options.image));
    const title =
      stall.kind === 'hung'
        ? 'deadlock: every task sleeps and nobody can wake one in schedule'
        : 'deadlock: soft lockup, CPU makes no progress in cpu_main';
    const cpu = stall.kind === 'lockup' ? stall.cpu : -1;
    this.add({
      title,
      kind: 'deadlock',
      function: stall.kind === 'hung' ? 'schedule' : 'cpu_main',
      cpu,
      lines: this.cpuStates,
    });
    return false;
  }

  /** A dump, when one is asked for. A disk that does not take it is no reason to lose the rest. */
  dump(reason: string): Pick<StressResult, 'dump' | 'dumpTrouble'> {
    const { dumpDirectory, scenario, seed, image } = this.options;
    if (dumpDirectory === undefined) return { dump: null, dumpTrouble: null };
    const slug = scenario.replaceAll(/[^\w.-]/g, '_').slice(-MOST_SLUG);
    const name = join(dumpDirectory, `tasklock-${slug}-${seed}`);
    const { fields, base } = structInfo(kernel);
    const symbols = Object.fromEntries(fields.map((field) => [field.field, base + field.offset]));
    const ramBytes = this.console.view.word(machine.ram_bytes);
    const header = { build: buildInfo.buildId, profile: image.profile, reason, ramBytes, symbols };
    try {
      return { dump: writeNewVmcore(name, header, this.memory), dumpTrouble: null };
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return { dump: null, dumpTrouble: error.message };
    }
  }
}

function alwaysLooks({ options, looks, asked }: Run): AlwaysLooks | null {
  const { always } = options.image;
  if (always.length === 0) return null;
  const atPauses = always.filter((one) => !readsOneWord(one)).map((one) => printProperty(one.tree));
  return { looks, asked, atPauses };
}

/** What the CPUs brought back goes into the run; the first rejection, if we ourselves failed. */
function takeResults(run: Run, settled: readonly PromiseSettledResult<CpuResult>[]): unknown {
  let defect: unknown = null;
  for (const [cpu, result] of settled.entries()) {
    if (result.status === 'rejected') {
      defect ??= result.reason;
      continue;
    }
    const { fault, warnings, looks } = result.value;
    run.takeLooks(cpu, looks);
    for (const evidence of fault ? [fault, ...warnings] : warnings) {
      run.add(reportEvidence(run.console.view, evidence, run.names));
    }
  }
  return defect;
}

/**
 * Runs a scenario on real threads. Throws RangeError and GangError for a machine that cannot be, MachineDefect when
 * it is our own code that failed.
 */
export async function stress(options: StressOptions): Promise<StressResult> {
  const run = new Run(options);
  const ended = await run.toTheEnd();
  const { seconds } = run;
  run.console.stop();
  const settled = await run.gang.collect(COLLECT_MS);
  const cutOff = run.bugs.size > 0;
  const defect = takeResults(run, settled);
  if (defect !== null && !cutOff) throw new MachineDefect(defect, run.dump('a CPU thread failed').dump);
  if (ended && run.bugs.size === 0) run.lastCheck();
  run.checkExpectations();
  const bugs = [...run.bugs.values()];
  const statistics = readStatistics(run.console.view);
  const result: StressResult = {
    scenario: options.scenario,
    program: programHash(options.image),
    profile: options.image.profile,
    cpus: options.cpus,
    seed: options.seed,
    verdict: bugs.length > 0 ? 'bug' : ended ? 'pass' : 'inconclusive',
    bugs,
    known: [...run.known.values()],
    checks: run.checks,
    always: alwaysLooks(run),
    seconds,
    syscalls: statistics.byCpu.reduce((a, b) => a + b, 0),
    statistics,
    locks: options.locks ?? [],
    cpuStates: run.cpuStates,
    dump: null,
    dumpTrouble: null,
    interrupted: run.aborted,
  };
  options.onResult?.(result);
  return bugs.length > 0 ? { ...result, ...run.dump(bugs[0]?.title ?? '') } : result;
}
