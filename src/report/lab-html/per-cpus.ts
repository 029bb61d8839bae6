/** What is shown for one number of CPUs: waiting times, shares, lock_stat. */
import type { LockRow } from '../../lab/result.ts';
import { count, time } from '../quantity.ts';
import { type Cell, cell, details, escape, tableHtml } from './html.ts';

const WIDTH = 1000;
const LEFT = 120;
const STEP = 26;
const QUANTILES = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
const NAMES = ['p50', 'p90', 'p99', 'p99.9', 'max'];

/** Waiting times on a scale of powers of ten: a line from the median to the longest, a dot for each quantile. */
export function latencyChart(rows: readonly LockRow[], seriesOf: (lock: string) => number): string {
  const most = Math.max(10, ...rows.map((row) => row.latency.max));
  const decades = Math.ceil(Math.log10(most));
  const bottom = 10 + rows.length * STEP;
  const x = (ns: number): number => LEFT + (Math.log10(Math.max(1, ns)) / decades) * (WIDTH - LEFT - 40);
  const grid = Array.from({ length: decades + 1 }, (_, i) => {
    const at = x(10 ** i).toFixed(1);
    return `<path class="grid" d="M${at} 6V${bottom}"/><text class="dim" x="${at}" y="${bottom + 18}" text-anchor="middle">${time(10 ** i)}</text>`;
  });
  const items = rows.map(({ lock, latency }, i) => {
    const y = 10 + i * STEP + 10;
    const dots = QUANTILES.map(
      (name, at) =>
        `<circle class="mark" cx="${x(latency[name]).toFixed(1)}" cy="${y}" r="${7 - at}"><title>${escape(`${lock}: ${NAMES[at]} ${time(latency[name])}`)}</title></circle>`,
    );
    return `<g class="s${seriesOf(lock)}" data-lock="${escape(lock)}"><text x="${LEFT - 12}" y="${y + 4}" text-anchor="end">${escape(lock)}</text><path class="range" d="M${x(latency.p50).toFixed(1)} ${y}H${x(latency.max).toFixed(1)}"/>${dots.join('')}</g>`;
  });
  const head = ['lock', ...NAMES];
  const table = rows.map(({ lock, latency }): Cell[] => [
    cell(lock),
    ...QUANTILES.map((name) => cell(time(latency[name]), latency[name])),
  ]);
  const chart = `<svg viewBox="0 0 ${WIDTH} ${bottom + 26}" role="img" aria-label="waiting times of each lock">${grid.join('')}${items.join('')}</svg>`;
  return `<div class="box">${chart}</div>${details('the same as a table', tableHtml(head, table))}`;
}

/** Acquisitions of each CPU against the one that had most. */
export function fairnessChart(rows: readonly LockRow[], seriesOf: (lock: string) => number): string {
  const items = rows.map(({ lock, perCpu, fairness }, i) => {
    const y = 8 + i * 34;
    const most = Math.max(1, ...perCpu);
    const width = (WIDTH - LEFT - 330) / Math.max(1, perCpu.length);
    const bars = perCpu.map((own, cpu) => {
      const height = (own / most) * 26;
      return `<rect class="fill" x="${(LEFT + cpu * width).toFixed(1)}" y="${(y + 26 - height).toFixed(1)}" width="${Math.max(1, width - 1).toFixed(1)}" height="${height.toFixed(1)}"><title>${escape(`${lock}, CPU#${cpu}: ${count(own)}`)}</title></rect>`;
    });
    const text = `slowest ${fairness.minShare.toFixed(2)} of fastest, Jain ${fairness.jain.toFixed(2)}, longest ${time(fairness.longestWaitNs)}`;
    return `<g class="s${seriesOf(lock)}" data-lock="${escape(lock)}"><text x="${LEFT - 12}" y="${y + 20}" text-anchor="end">${escape(lock)}</text><path class="grid" d="M${LEFT} ${y + 26.5}H${WIDTH - 330}"/>${bars.join('')}<text class="dim" x="${WIDTH - 322}" y="${y + 20}">${escape(text)}</text></g>`;
  });
  return `<div class="box"><svg viewBox="0 0 ${WIDTH} ${12 + rows.length * 34}" role="img" aria-label="share of each CPU">${items.join('')}</svg></div>`;
}

/** The columns of /proc/lock_stat, to be sorted by any; then where CPUs waited. */
export function statTable(rows: readonly LockRow[]): string {
  const head = [
    'lock',
    'con-bounces',
    'contentions',
    'waittime-min',
    'waittime-max',
    'waittime-total',
    'acq-bounces',
    'acquisitions',
    'holdtime-min',
    'holdtime-max',
    'holdtime-total',
    'contention points',
  ];
  const body = rows.map(({ stat }): Cell[] => [
    cell(stat.name),
    cell(count(stat.conBounces), stat.conBounces),
    cell(count(stat.contentions), stat.contentions),
    cell(time(stat.waitMin), stat.waitMin),
    cell(time(stat.waitMax), stat.waitMax),
    cell(time(stat.waitTotal), stat.waitTotal),
    cell(count(stat.acqBounces), stat.acqBounces),
    cell(count(stat.acquisitions), stat.acquisitions),
    cell(time(stat.holdMin), stat.holdMin),
    cell(time(stat.holdMax), stat.holdMax),
    cell(time(stat.holdTotal), stat.holdTotal),
    cell(stat.points.map((point) => `${point.place} ${count(point.count)}`).join(', ')),
  ]);
  return `<div class="box">${tableHtml(head, body, true)}</div>`;
}
