/**
 * A stress run: boots a machine with a scenario, lets its CPUs run on real threads, makes them stand still now and
 * then to check every invariant, and ends with a verdict.
 *
 * The ways it ends: time or iterations are up, the caller aborts, a CPU faults, a checker finds something, the
 * watchdog sees a stall. All of them collect the CPUs in bounded time and report what was found.
 */
import { countFaults } from '../boot/faults.ts';
import { countTicks } from '../boot/ticks.ts';
import { readStatistics } from '../boot/statistics.ts';
import { verdictOn } from '../check/evidence/ledger.ts';
import { readsOneWord } from '../check/still/property-glance.ts';
import { programHash } from '../scenario/image-hash.ts';
import { printProperty } from '../scenario/print-property.ts';
import type { CpuResult } from './cpu-job.ts';
import { writeDump } from './dump.ts';
import { Run } from './run.ts';
import type { AlwaysLooks, StressOptions, StressResult } from './stress-result.ts';

/** Our own defect: a worker died of something that is no fault of the modelled kernel. */
export class MachineDefect extends Error {
  readonly dump: string | null;
  constructor(cause: unknown, dump: string | null) {
    super(`a CPU thread failed: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`);
    this.dump = dump;
  }
}

const COLLECT_MS = 3_000;

function alwaysLooks({ options, found: { looks, asked } }: Run): AlwaysLooks | null {
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
    run.found.addLooks(cpu, looks);
    for (const evidence of fault ? [fault, ...warnings] : warnings) run.found.addEvidence(evidence);
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
  const { ledger } = run.found;
  const cutOff = ledger.hasBugs;
  const defect = takeResults(run, settled);
  if (defect !== null && !cutOff)
    throw new MachineDefect(defect, writeDump(options, run.memory, 'a CPU thread failed').dump);
  if (ended && !ledger.hasBugs) run.lastCheck();
  run.checkExpectations();
  const { bugs, known } = ledger;
  const statistics = readStatistics(run.console.view);
  const result: StressResult = {
    scenario: options.scenario,
    program: programHash(options.image),
    profile: options.image.profile,
    engine: run.engine,
    cpus: options.cpus,
    seed: options.seed,
    verdict: verdictOn(bugs, ended),
    bugs,
    known,
    checks: run.checks,
    always: alwaysLooks(run),
    seconds,
    syscalls: statistics.byCpu.reduce((a, b) => a + b, 0),
    statistics,
    locks: options.locks ?? [],
    faults: options.faults === undefined ? null : { ...options.faults, ...countFaults(run.console.view) },
    ticks: options.ticks === undefined ? null : { setting: options.ticks, taken: countTicks(run.console.view) },
    cpuStates: run.cpuStates,
    dump: null,
    dumpTrouble: null,
    interrupted: run.aborted,
  };
  options.onResult?.(result);
  return bugs.length > 0 ? { ...result, ...writeDump(options, run.memory, bugs[0]?.title ?? '') } : result;
}
