/** A stress run as the JSON document that tools read; common fields as in docs/json.md. */
import { faultsText } from '../boot/faults.ts';
import type { SubjectIdentity } from '../explore/search/identity.ts';
import type { StressResult } from '../smp/stress-result.ts';
import type { BugReport } from '../check/evidence/bug-report.ts';
import { ranOn } from './bug-json.ts';

function bugJson(bug: BugReport, dump: string | null) {
  return {
    title: bug.title,
    kind: bug.kind,
    function: bug.function,
    cpus: bug.cpu < 0 ? [] : [bug.cpu],
    step: null,
    recording: null,
    switches: null,
    dump,
    report: bug.lines,
  };
}

function subjectOf({
  scenario: name,
  program: hash,
  cpus,
  profile,
  faults: failing,
  ticks: ticking,
}: StressResult): SubjectIdentity {
  const faults = failing === null ? {} : { faults: faultsText(failing) };
  const ticks = ticking === null ? {} : { ticks: ticking.setting };
  return { kind: 'scenario', name, path: null, hash, cpus, profile, mutant: null, settings: {}, ...faults, ...ticks };
}

export function stressJson(result: StressResult) {
  return {
    schema: 'tasklock.stress/1',
    command: 'stress',
    identity: ranOn(subjectOf(result)),
    scenario: result.scenario,
    profile: result.profile,
    mutant: null,
    engine: result.engine,
    cpus: result.cpus,
    seed: result.seed,
    verdict: result.verdict,
    bugs: result.bugs.map((bug) => bugJson(bug, result.dump)),
    known: result.known.map((bug) => ({ ...bugJson(bug, null), id: bug.finding.id, evidence: bug.finding.evidence })),
    executions: 1,
    steps: null,
    syscalls: result.syscalls,
    seconds: Number(result.seconds.toFixed(3)),
    complete: false,
    interrupted: result.interrupted,
    checks: result.checks,
    always: result.always,
    syscallsPerSecond: Math.round(result.syscalls / Math.max(result.seconds, 0.001)),
    perCpu: result.statistics.byCpu,
    calls: result.statistics.calls,
    locks: result.statistics.locks,
    lockChoices: Object.fromEntries(result.locks.map(({ lock, algorithm }) => [lock, algorithm])),
    ...(result.faults === null ? {} : { faults: result.faults }),
    ...(result.ticks === null ? {} : { ticks: result.ticks }),
    dump: result.dump,
  };
}
