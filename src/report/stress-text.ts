/** A stress run for a person: bugs first and whole, then what ran, then the verdict in one line. */
import { faultsText } from '../boot/faults.ts';
import type { StressResult } from '../smp/stress-result.ts';
import type { BugReport } from '../check/evidence/bug-report.ts';
import { fixed } from '../base/numbers.ts';
import { grouped, plural, table } from './table.ts';
import { wrapped } from './wrap.ts';

const MAX_ROWS = 12;
const MAX_BUGS = 8;

function bugLines(bug: BugReport): string[] {
  return ['='.repeat(78), `BUG: ${bug.title}`, ...bug.lines, ''];
}

function callTable({ statistics }: StressResult): string[] {
  const shown = statistics.calls.slice(0, MAX_ROWS);
  const rest = statistics.calls.slice(MAX_ROWS);
  const rows = shown.map(({ name, calls, errors }) => [name, grouped(calls), grouped(errors)]);
  const total = (pick: 'calls' | 'errors'): string => grouped(rest.reduce((sum, call) => sum + call[pick], 0));
  if (rest.length > 0) rows.push([plural(rest.length, 'other'), total('calls'), total('errors')]);
  return table([['system call', 'calls', 'errors'], ...rows]);
}

function cpuTable({ statistics, syscalls, seconds }: StressResult): string[] {
  const rows = statistics.byCpu.slice(0, MAX_ROWS).map((calls, cpu) => {
    const share = syscalls === 0 ? 0 : (100 * calls) / syscalls;
    return [`CPU#${cpu}`, grouped(calls), `${share.toFixed(1)} %`, grouped(calls / Math.max(seconds, 0.001))];
  });
  const left = statistics.byCpu.length - rows.length;
  const more = left > 0 ? [`(${plural(left, 'more CPU')})`] : [];
  return [...table([['CPU', 'calls', 'share', 'calls/s'], ...rows]), ...more];
}

function lockTable({ statistics }: StressResult): string[] {
  const rows = statistics.locks.slice(0, 8).map(({ name, acquisitions, contentions }) => {
    return [name, grouped(acquisitions), grouped(contentions), `${fixed((100 * contentions) / acquisitions, 2)} %`];
  });
  return table([['lock class', 'acquisitions', 'contentions', 'contended'], ...rows]);
}

/** The one line to copy that runs the same again. */
function againLine(result: StressResult): string {
  const { scenario, cpus, profile, seed, faults, ticks } = result;
  const failing = faults === null ? '' : ` --faults ${faults.setting}`;
  const sites = faults === null || faults.sites.length === 0 ? '' : ` --fault-sites ${faults.sites.join(',')}`;
  const ticking = ticks === null ? '' : ` --ticks ${ticks.setting}`;
  return `again: tasklock stress ${scenario} --cpus ${cpus} --profile ${profile} --seed ${seed}${failing}${sites}${ticking} --duration 10s`;
}

function faultLines({ faults }: StressResult): string[] {
  if (faults === null) return [];
  const { asked, failed } = faults;
  const expected = failed > 0 ? '; what the program expects is not judged' : '';
  return [`faults ${faultsText(faults)}: ${grouped(failed)} of ${grouped(asked)} that may fail did${expected}`];
}

const tickLines = ({ ticks }: StressResult): string[] =>
  ticks === null ? [] : [`ticks ${ticks.setting}: ${plural(ticks.taken, 'interrupt')}`];

/** At which moments the properties of the program were looked at: a short breach between them is not seen. */
function alwaysLines({ always }: StressResult): string[] {
  if (always === null) return [];
  const { looks, asked, atPauses } = always;
  const lines = [`always: looked at at ${plural(looks, 'return')} from system calls and at each pause`];
  if (atPauses.length > 0) {
    lines.push(`  certain only at a pause, ${grouped(asked)} of them asked for: ${atPauses.join('; ')}`);
  }
  return lines;
}

const pausesText = (checks: number): string =>
  checks === 1 ? 'at the one pause' : `at each of ${grouped(checks)} pauses`;

function verdictText(result: StressResult): string {
  const { bugs, verdict, checks, seconds } = result;
  if (verdict === 'bug') return `FAIL: ${plural(bugs.length, 'different bug')} in ${seconds.toFixed(1)} s`;
  if (verdict === 'inconclusive') {
    return 'INCONCLUSIVE: the programs did not come to their end in time; try --iterations N, after which they end';
  }
  const cut = result.interrupted ? ' (interrupted)' : '';
  return `PASS: every invariant held ${pausesText(checks)}, nothing was left at the end${cut}; a sample on real threads and not a proof`;
}

export function stressText(result: StressResult): string {
  const { bugs, known, syscalls, seconds } = result;
  const left = bugs.length - MAX_BUGS;
  const lines = [
    ...bugs.slice(0, MAX_BUGS).flatMap(bugLines),
    ...(left > 0
      ? [
          `and ${left} more: ${bugs
            .slice(MAX_BUGS)
            .map((bug) => bug.title)
            .join('; ')}`,
          '',
        ]
      : []),
    ...callTable(result),
    '',
    ...cpuTable(result),
    '',
    ...lockTable(result),
    '',
    ...known.flatMap((bug) => [`known: ${bug.title}`, `  ${bug.finding.id}, see docs/findings.md`]),
    `${plural(syscalls, 'system call')} in ${seconds.toFixed(1)} s, ${grouped(syscalls / Math.max(seconds, 0.001))} a second; seed ${result.seed}`,
    ...faultLines(result),
    ...tickLines(result).flatMap((line) => wrapped(line)),
    ...alwaysLines(result).flatMap((line) => wrapped(line)),
    ...wrapped(verdictText(result)),
    ...(result.dump ? [`dump: ${result.dump}`] : []),
    ...(bugs.length > 0 ? [againLine(result)] : []),
  ];
  return `${lines.join('\n')}\n`;
}
