/** Rates of the kernel with several choices of locks: tables, CSV, JSON. */
import type { Contention, ContentionKey } from '../lab/kernel/lock-stat.ts';
import { type KernelResult, type KernelRow, variantText } from '../lab/kernel/run.ts';
import { busyWarnings, isNoisy, NOISY } from '../lab/real/machine-facts.ts';
import { statLines } from './lab-text.ts';
import { csvField } from './lab-csv.ts';
import { fixed, plural } from '../base/numbers.ts';
import { bar, count, range, time } from './quantity.ts';
import { table } from './table.ts';
import { wrapped } from './wrap.ts';

export const kernelSortKeys = ['none', 'throughput', 'fairness', 'name'] as const;
export type KernelSort = (typeof kernelSortKeys)[number];

/** What it was measured on. */
export interface KernelFacts {
  readonly what: 'syscalls' | 'scenario';
  readonly profile: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
}

const BAR = 6;

const nameOf = ({ program, locks }: KernelRow): string => `${program} ${variantText(locks)}`;

function ordered(rows: readonly KernelRow[], sort: KernelSort): KernelRow[] {
  if (sort === 'throughput') return rows.toSorted((a, b) => b.throughput.median - a.throughput.median);
  if (sort === 'fairness') return rows.toSorted((a, b) => b.minShare - a.minShare);
  return sort === 'name' ? rows.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)) : [...rows];
}

function warningsOf({ rows, load }: KernelResult, { cores }: KernelFacts): string[] {
  const warnings = busyWarnings(load, cores);
  const most = Math.max(0, ...rows.map((row) => row.cpus));
  if (most > cores)
    warnings.push(`${most} CPUs on ${plural(cores, 'core')}: they take turns, and FIFO locks wait for the scheduler`);
  const noisy = rows.filter(({ throughput }) => isNoisy(throughput));
  if (noisy.length > 0)
    warnings.push(`noisy: rounds of ${plural(noisy.length, 'row')} spread by more than ${100 * NOISY} %`);
  const phases = new Set(rows.map((row) => row.phase).filter((phase) => phase !== null));
  if (phases.size > 1) warnings.push('near and far rows are not to be compared; far ones have a *');
  return warnings;
}

/** What is printed of each row besides its rate. */
export interface KernelViews {
  readonly stat: boolean;
  readonly contention: ContentionKey | null;
}

export function kernelText(result: KernelResult, facts: KernelFacts, sort: KernelSort, views: KernelViews): string {
  const { rows, pingPongNs, interrupted } = result;
  const head = [
    `${facts.processor}, ${plural(facts.cores, 'core')}, Node ${facts.node}, ${facts.profile}`,
    ...(pingPongNs === null ? [] : [`a cache line goes to the other core and back in ${time(pingPongNs.median)}`]),
    ...warningsOf(result, facts).map((one) => `! ${one}`),
  ].flatMap((line) => wrapped(line));
  const blocks = [head, rateLines(rows, sort), ...rows.flatMap((row) => detailBlocks(row, facts, views))];
  if (interrupted) blocks.push(['interrupted: this is what was measured until then']);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function rateLines(rows: readonly KernelRow[], sort: KernelSort): string[] {
  const best = Math.max(...rows.map((row) => row.throughput.median));
  const own = (row: KernelRow): KernelRow | undefined =>
    rows.find((one) => one.program === row.program && one.cpus === row.cpus && one.locks.length === 0);
  const choices = [...new Set(rows.map((row) => variantText(row.locks)))];
  const letterOf = (row: KernelRow): string =>
    row.locks.length === 0 ? 'own' : String.fromCharCode(64 + choices.indexOf(variantText(row.locks)));
  const cells = ordered(rows, sort).map((row) => {
    const { throughput, cpus, phase, minShare, jain } = row;
    const base = own(row);
    const alike = base?.phase === phase && base !== row;
    return [
      `${row.program}${phase === 'far' ? '*' : ''}`,
      String(cpus),
      letterOf(row),
      count(throughput.median),
      bar(throughput.median / best, BAR),
      range(throughput, row.rounds),
      alike && base !== undefined ? fixed(throughput.median / base.throughput.median, 2) : '',
      fixed(minShare, 2),
      fixed(jain, 2),
    ];
  });
  return table(
    [['calls a second', 'CPUs', 'locks', 'median', '', 'range', 'to own', 'least', 'Jain'], ...cells],
    1,
  ).concat(choices.flatMap((text, i) => (i === 0 ? [] : [`${String.fromCharCode(64 + i)}: ${text}`])));
}

/** Most calls that a scenario's row lists. */
const MOST_CALLS = 8;
const MOST_CLASSES = 8;

const MOST_CONTENTIONS = 12;

/** As perf lock contention has it. */
function contentionLines(all: readonly Contention[], by: ContentionKey): string[] {
  if (all.length === 0) return ['nobody waited'];
  const rows = all
    .slice(0, MOST_CONTENTIONS)
    .map(({ contended, waitTotal, waitMax, lockClass, name }) => [
      name,
      lockClass,
      count(contended),
      time(waitTotal),
      time(waitMax),
      time(waitTotal / contended),
    ]);
  return table([[by, 'class', 'contended', 'total', 'max', 'mean'], ...rows], 2);
}

function detailBlocks(row: KernelRow, { what }: KernelFacts, { stat, contention }: KernelViews): string[][] {
  const title = `${row.program} on ${plural(row.cpus, 'CPU')}, locks ${variantText(row.locks)}`;
  const calls =
    what === 'syscalls'
      ? []
      : [[title, ...table(row.calls.slice(0, MOST_CALLS).map(({ name, perSecond }) => [name, count(perSecond)]))]];
  const waits =
    contention === null ? [] : [[`who waits, ${title}`, ...contentionLines(row.contention[contention], contention)]];
  if (!stat) return [...calls, ...waits];
  const classes = row.lockStat.slice(0, MOST_CLASSES);
  const points = classes
    .filter((one) => one.points.length > 0)
    .flatMap(({ name, points: all }) =>
      wrapped(`${name} waited for in ${all.map((one) => `${one.place} ${count(one.count)}`).join(', ')}`),
    );
  return [...calls, ...waits, [`lock_stat of ${title}`, ...statLines(classes), ...points]];
}

export function kernelJson(result: KernelResult, facts: KernelFacts, sort: KernelSort): string {
  const { rows, pingPongNs, load, seconds, interrupted } = result;
  const document = {
    schema: 'tasklock.bench/1',
    command: 'bench',
    what: facts.what,
    clock: 'real',
    profile: facts.profile,
    machine: {
      name: facts.processor,
      cores: facts.cores,
      node: facts.node,
      load,
      pingPongNs,
      warnings: warningsOf(result, facts),
    },
    rows: ordered(rows, sort).map(({ locks, ...row }) => ({
      ...row,
      locks: Object.fromEntries(locks.map(({ lock, algorithm }) => [lock, algorithm])),
    })),
    seconds: Number(seconds.toFixed(3)),
    interrupted,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

export function kernelCsv({ rows }: KernelResult, sort: KernelSort): string {
  const head = ['program', 'cpus', 'locks', 'rounds', 'phase', 'min', 'median', 'max', 'slowest_share', 'jain'];
  const lines = ordered(rows, sort).map((row) => [
    row.program,
    row.cpus,
    variantText(row.locks),
    row.rounds,
    row.phase,
    row.throughput.min,
    row.throughput.median,
    row.throughput.max,
    row.minShare,
    row.jain,
  ]);
  return `${[head, ...lines].map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`;
}
