/** A run of the lock lab as tables for 80 columns: one for each load, then what was compared. */
import type { LabResult, Load, LockRow, LockStat, Phase, UncontendedRow } from '../lab/result.ts';
import { locks } from '../machine/locks/index.ts';
import { byLoad, type SortKey } from './lab-sort.ts';
import { fixed, plural } from '../base/numbers.ts';
import { bar, count, time } from './quantity.ts';
import { table } from './table.ts';
import { wrapped } from './wrap.ts';

const BAR = 6;

export function labText(result: LabResult, sort: SortKey, withStat: boolean): string {
  const blocks = [
    headLines(result),
    ...byLoad(result.rows, sort).map((rows) => loadLines(rows, withStat)),
    uncontendedLines(result.uncontended),
    nativeLines(result),
    modelCheckLines(result),
    result.interrupted ? ['interrupted: this is what was measured until then'] : [],
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function headLines({ machine }: LabResult): string[] {
  const { clock, name, cores, sockets, node, pingPongNs, warnings } = machine;
  const trip =
    pingPongNs === null
      ? []
      : [
          `a cache line goes to the other core and back in ${time(pingPongNs.median)} (${time(pingPongNs.min)} to ${time(pingPongNs.max)})`,
        ];
  const what =
    clock === 'real'
      ? `${name}, ${plural(cores, 'core')}, Node ${node}`
      : `modelled: ${name}, up to ${plural(cores, 'CPU')} on ${plural(sockets, 'socket')}; times are virtual`;
  return [what, ...trip, ...warnings.map((one) => `! ${one}`)].flatMap((line) => wrapped(line));
}

/** `readers`: whether some of the locks let readers share. */
function loadText({ cpus, insideNs, outsideNs, touch, writes }: Load, readers: boolean): string {
  const share = readers ? `, ${writes / 10} % writers where readers share` : '';
  const lines = plural(touch, 'line');
  return `${plural(cpus, 'CPU')}, ${time(insideNs)} inside, ${time(outsideNs)} outside, ${lines} written${share}`;
}

function loadLines(rows: readonly LockRow[], withStat: boolean): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const best = Math.max(...rows.map((row) => row.throughput.median));
  const readers = rows.some((row) => locks.some((lock) => lock.name === row.lock && lock.shape !== 'exclusive'));
  const model = first.transfers !== null;
  const head = ['lock', 'a sec', '', model ? 'lines' : '+-', 'least', 'Jain', 'p50', 'p90', 'p99', 'p99.9', 'max'];
  const lines = table([head, ...rows.map((row) => rowCells(row, best))], 1);
  if (rows.some((row) => row.phase === 'far')) lines.push('* far');
  return [
    ...wrapped(loadText(first.load, readers)),
    ...lines,
    ...(withStat ? ['', ...statLines(rows.map((row) => row.stat))] : []),
  ];
}

function rowCells(row: LockRow, best: number): string[] {
  const { transfers, throughput, fairness, latency, phase } = row;
  return [
    phase === 'far' ? `${row.lock}*` : row.lock,
    row.cutOff === true ? 'cut off' : count(throughput.median),
    bar(throughput.median / best, BAR),
    transfers === null ? spreadText(row) : fixed(transfers, 1),
    fixed(fairness.minShare, 2),
    fixed(fairness.jain, 2),
    ...[latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(time),
  ];
}

/** How far the rounds lie from their median: one alone lies nowhere. */
function spreadText({ rounds, throughput: { min, median, max } }: LockRow): string {
  if (rounds < 2) return '-';
  return median === 0 ? '0%' : `${fixed((100 * (max - min)) / (2 * median), 0)}%`;
}

/** The columns of /proc/lock_stat. */
export function statLines(stats: readonly LockStat[]): string[] {
  const head = ['lock_stat', 'con-b', 'cont', 'wait-', 'wait+', 'wait', 'acq-b', 'acq', 'hold-', 'hold+', 'hold'];
  const rows = stats.map((one) => [
    one.name,
    count(one.conBounces),
    count(one.contentions),
    time(one.waitMin),
    time(one.waitMax),
    time(one.waitTotal),
    count(one.acqBounces),
    count(one.acquisitions),
    time(one.holdMin),
    time(one.holdMax),
    time(one.holdTotal),
  ]);
  return table([head, ...rows], 1);
}

const ratio = (value: number, to: number | null): string => (to === null || to === 0 ? '' : fixed(value / to, 2));
const orNothing = (value: number | null): string => (value === null ? '' : fixed(value, 1));

function uncontendedLines(rows: readonly UncontendedRow[]): string[] {
  if (rows.length === 0) return [];
  const head = ['nobody contends, ns', 'wasm', 'ratio', 'js', 'ratio', 'by hand', 'native', 'ratio'];
  return table([
    head,
    ...rows.map(({ lock, ns, wasmNs, atomicsNs, nativeNs }) => [
      lock,
      orNothing(wasmNs),
      wasmNs === null ? '' : ratio(wasmNs, atomicsNs),
      fixed(ns, 1),
      ratio(ns, atomicsNs),
      orNothing(atomicsNs),
      orNothing(nativeNs),
      ratio(wasmNs ?? ns, nativeNs),
    ]),
  ]);
}

function nativeLines({ native = [], nativeMissing = null, rows }: LabResult): string[] {
  const missing = nativeMissing === null ? [] : wrapped(`no native code beside it: ${nativeMissing}`);
  if (native.length === 0) return missing;
  const head = ['a second', 'CPUs', 'inside', 'ours', 'native', 'ratio', 'least', 'native'];
  const cells = native.map((one) => {
    const own = rows.find((row) => row.lock === one.lock && JSON.stringify(row.load) === JSON.stringify(one.load));
    return [
      one.lock + phasesText(own, one.phase),
      String(one.load.cpus),
      time(one.load.insideNs),
      own === undefined ? '' : count(own.throughput.median),
      count(one.throughput.median),
      own === undefined ? '' : ratio(own.throughput.median, one.throughput.median),
      own === undefined ? '' : fixed(own.fairness.minShare, 2),
      fixed(one.minShare, 2),
    ];
  });
  return [...table([head, ...cells]), ...missing];
}

/** Where ours and the native code were not measured equally near to each other; of one CPU, or unmeasured, it is unknown. */
function phasesText(own: LockRow | undefined, native: Phase | null): string {
  if (own === undefined || own.phase === native) return '';
  return ` ${own.phase ?? '?'}, ${native ?? '?'}`;
}

const percent = (value = 0): string => `${fixed(100 * value, 0)} %`;

function modelCheckLines({ modelCheck: rows, rankAgreement = 1 }: LabResult): string[] {
  if (rows.length === 0) return [];
  const errors = rows.map(({ error }) => Math.max(error, 1 / error) - 1).sort((a, b) => a - b);
  const summary = `median error ${percent(errors[errors.length >> 1])}, worst ${percent(errors.at(-1))}; of the pairs that differ, ${percent(rankAgreement)} are ordered alike`;
  return [
    ...table([
      ['model beside real', 'CPUs', 'real', 'model', 'ratio of ratios'],
      ...rows.map((row) => [row.lock, String(row.cpus), count(row.real), count(row.model), fixed(row.error, 2)]),
    ]),
    ...wrapped(summary),
  ];
}
