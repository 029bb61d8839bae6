/** Throughput against CPUs: a line for each lock over a scale of doublings; bars where there is one number of CPUs. */
import type { LockRow } from '../../lab/result.ts';
import { plural } from '../../base/numbers.ts';
import { count } from '../quantity.ts';
import { axisSteps, cell, details, escape, spreadApart, tableHtml } from './html.ts';

const WIDTH = 1000;
const LEFT = 62;
const RIGHT = 150;
const TOP = 16;
const LABEL_GAP = 15;

/** `seriesOf` numbers the locks of the page, so that each has one colour everywhere. */
export function throughputChart(rows: readonly LockRow[], seriesOf: (lock: string) => number): string {
  const cpus = [...new Set(rows.map((row) => row.load.cpus))].sort((a, b) => a - b);
  const names = [...new Set(rows.map((row) => row.lock))];
  const chart = cpus.length > 1 ? lines(rows, cpus, names, seriesOf) : bars(rows, seriesOf);
  const head = ['lock', ...cpus.map((one) => `${plural(one, 'CPU')}, a second`)];
  const table = names.map((name) => [
    cell(name),
    ...cpus.map((one) => {
      const median = rows.find((row) => row.lock === name && row.load.cpus === one)?.throughput.median;
      return median === undefined ? cell('') : cell(count(median), median);
    }),
  ]);
  return `<div class="box">${chart}</div>${details('the same as a table', tableHtml(head, table))}`;
}

function lines(
  rows: readonly LockRow[],
  cpus: readonly number[],
  names: readonly string[],
  seriesOf: (lock: string) => number,
): string {
  const height = Math.max(340, names.length * LABEL_GAP + 60);
  const bottom = height - 40;
  const most = Math.max(...rows.map((row) => row.throughput.max));
  const steps = axisSteps(most);
  const top = Math.max(steps.at(-1) ?? 0, Number.MIN_VALUE);
  const [first = 1, last = 1] = [cpus[0], cpus.at(-1)];
  const x = (n: number): number => LEFT + (Math.log2(n / first) / Math.log2(last / first)) * (WIDTH - LEFT - RIGHT);
  const y = (rate: number): number => bottom - (rate / top) * (bottom - TOP);
  const grid = steps.map(
    (step) =>
      `<path class="grid" d="M${LEFT} ${y(step).toFixed(1)}H${WIDTH - RIGHT}"/><text class="dim" x="${LEFT - 8}" y="${(y(step) + 4).toFixed(1)}" text-anchor="end">${count(step)}</text>`,
  );
  const ticks = cpus.map(
    (n) =>
      `<path class="grid" d="M${x(n).toFixed(1)} ${TOP}V${bottom}"/><text class="dim" x="${x(n).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${n}</text>`,
  );
  const ends = names.map((name) =>
    rows.filter((row) => row.lock === name).toSorted((a, b) => a.load.cpus - b.load.cpus),
  );
  const labels = spreadApart(
    ends.map((own) => y(own.at(-1)?.throughput.median ?? 0)),
    LABEL_GAP,
    bottom + 4,
  );
  const curves = ends.map((own, i) => {
    const name = names[i] ?? '';
    const points = own.map((row) => `${x(row.load.cpus).toFixed(1)} ${y(row.throughput.median).toFixed(1)}`);
    const ranges = own
      .filter(({ throughput: { min, max } }) => max > min)
      .map(
        ({ load, throughput }) =>
          `M${x(load.cpus).toFixed(1)} ${y(throughput.min).toFixed(1)}V${y(throughput.max).toFixed(1)}`,
      );
    const marks = own.map((row) => {
      const title = `${name}, ${plural(row.load.cpus, 'CPU')}: ${count(row.throughput.median)} a second`;
      return `<circle class="mark" cx="${x(row.load.cpus).toFixed(1)}" cy="${y(row.throughput.median).toFixed(1)}" r="4"><title>${escape(title)}</title></circle>`;
    });
    const end = own.at(-1);
    const from =
      end === undefined
        ? ''
        : `M${(x(end.load.cpus) + 5).toFixed(1)} ${y(end.throughput.median).toFixed(1)}L${WIDTH - RIGHT + 22} ${labels[i]?.toFixed(1)}`;
    return `<g class="s${seriesOf(name)}" data-lock="${escape(name)}"><path class="curve s${seriesOf(name)}" d="M${points.join('L')}"/><path class="range" d="${ranges.join('')}"/>${marks.join('')}<path class="grid" d="${from}"/><text x="${WIDTH - RIGHT + 26}" y="${((labels[i] ?? 0) + 4).toFixed(1)}">${escape(name)}</text></g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="throughput of each lock against the number of CPUs">${grid.join('')}${ticks.join('')}<text class="dim" x="${LEFT}" y="${bottom + 34}">CPUs</text>${curves.join('')}</svg>`;
}

function bars(rows: readonly LockRow[], seriesOf: (lock: string) => number): string {
  const step = 26;
  const left = 120;
  const most = Math.max(...rows.map((row) => row.throughput.max), 1);
  const x = (rate: number): number => (rate / most) * (WIDTH - left - 100);
  const items = rows.map(({ lock, throughput: { min, median, max } }, i) => {
    const y = 8 + i * step;
    return `<g class="s${seriesOf(lock)}" data-lock="${escape(lock)}"><text x="${left - 8}" y="${y + 14}" text-anchor="end">${escape(lock)}</text><rect class="fill" x="${left}" y="${y}" width="${x(median).toFixed(1)}" height="18" rx="2"/><path class="grid" d="M${(left + x(min)).toFixed(1)} ${y + 9}H${(left + x(max)).toFixed(1)}"/><text x="${(left + x(max) + 8).toFixed(1)}" y="${y + 14}">${count(median)}</text></g>`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${16 + rows.length * step}" role="img" aria-label="throughput of each lock">${items.join('')}</svg>`;
}
