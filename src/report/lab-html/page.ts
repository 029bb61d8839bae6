/** A run of the lock lab as one page that needs nothing else. */
import type { LabResult, Load, LockRow } from '../../lab/result.ts';
import { fixed, plural } from '../../base/numbers.ts';
import { count, time } from '../quantity.ts';
import { cell, embedded, escape, tableHtml } from './html.ts';
import { fairnessChart, latencyChart, statTable } from './per-cpus.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { throughputChart } from './throughput.ts';

const loadName = ({ insideNs, outsideNs, touch, writes }: Load): string =>
  `${time(insideNs)} inside, ${time(outsideNs)} outside, ${plural(touch, 'line')} written, ${writes / 10} % writers`;

/** The whole page. */
export function labHtml(result: LabResult): string {
  const { rows, machine } = result;
  const names = [...new Set(rows.map((row) => row.lock))];
  const seriesOf = (lock: string): number => names.indexOf(lock) % 24;
  const groups = [...new Set(rows.map((row) => loadName(row.load)))];
  const cpus = [...new Set(rows.map((row) => row.load.cpus))].sort((a, b) => a - b);
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="icon" href="data:,">
<title>tasklock: lock lab</title><style>${style}</style></head><body><main>
<header><h1>Lock lab</h1><button type="button" id="theme">light / dark</button></header>
${headHtml(result)}
<div class="bar"><label>load ${selectHtml('load', groups)}</label><label>CPUs ${selectHtml('cpus', cpus.map(String), String(cpus.at(-1)))}</label></div>
<div class="legend" role="group" aria-label="locks to show">${names.map((name) => legendHtml(name, seriesOf(name))).join('')}</div>
${groups.map((group) => groupHtml(group, rows, seriesOf)).join('\n')}
<h2>Who held the lock, who waited</h2>
<div class="bar"><label>lock ${selectHtml('lock', names)}</label><span><button type="button" id="left" aria-label="earlier">&larr;</button> <button type="button" id="out" aria-label="zoom out">-</button> <button type="button" id="in" aria-label="zoom in">+</button> <button type="button" id="right" aria-label="later">&rarr;</button></span></div>
<div class="box"><canvas id="lanes" role="img" aria-label="time line: a lane for each CPU, hatched while it waits, solid while it holds the lock"></canvas><p id="says" class="dim" aria-live="polite"></p></div>
<noscript><p>The time line and the choices need scripts; all charts and tables are there without.</p></noscript>
${comparedHtml(result)}
<p class="dim">${machine.clock === 'model' ? 'Times are virtual: the same input gives the same page.' : 'Figures of near and far rounds are not to be compared.'}</p>
</main><script type="application/json" id="data">${embedded(rows.map(holdsOf))}</script><script>${script}</script></body></html>
`;
}

const holdsOf = ({ lock, load, timeline }: LockRow) => ({
  group: loadName(load),
  cpus: load.cpus,
  lock,
  holds: timeline.map(({ cpu, asked, got, released }) => [cpu, asked, got, released]),
});

function selectHtml(id: string, values: readonly string[], chosen = values[0]): string {
  const options = values.map((one) => `<option${one === chosen ? ' selected' : ''}>${escape(one)}</option>`);
  return `<select id="${id}">${options.join('')}</select>`;
}

const legendHtml = (name: string, series: number): string =>
  `<button type="button" aria-pressed="true" data-name="${escape(name)}"><span class="swatch s${series}"></span>${escape(name)}</button>`;

function headHtml({ machine, seconds, interrupted }: LabResult): string {
  const { clock, name, cores, sockets, node, pingPongNs, warnings } = machine;
  const what =
    clock === 'real'
      ? `${name}, ${plural(cores, 'core')}, Node ${node}, measured in ${seconds.toFixed(0)} s`
      : `modelled machine: ${name}, up to ${plural(cores, 'CPU')} on ${plural(sockets, 'socket')}`;
  const trip =
    pingPongNs === null
      ? ''
      : `<p class="dim">A cache line goes to the other core and back in ${time(pingPongNs.median)} (${time(pingPongNs.min)} to ${time(pingPongNs.max)}).</p>`;
  const all = interrupted ? [...warnings, 'interrupted: this is what was measured until then'] : warnings;
  const box =
    all.length === 0
      ? ''
      : `<div class="warn" role="note"><ul>${all.map((one) => `<li>${escape(one)}</li>`).join('')}</ul></div>`;
  return `<p>${escape(what)}</p>${trip}${box}`;
}

function groupHtml(group: string, rows: readonly LockRow[], seriesOf: (lock: string) => number): string {
  const own = rows.filter((row) => loadName(row.load) === group);
  const cpus = [...new Set(own.map((row) => row.load.cpus))].sort((a, b) => a - b);
  const parts = cpus.map((n) => {
    const some = own.filter((row) => row.load.cpus === n);
    const title = plural(n, 'CPU');
    return `<div data-cpus="${n}"><h2>Waiting times, ${title}</h2><p class="dim">From asking to having: median, 90, 99, 99.9 %, longest.</p>${latencyChart(some, seriesOf)}
<h2>Fairness, ${title}</h2><p class="dim">Acquisitions of each CPU against the one that had most.</p>${fairnessChart(some, seriesOf)}
<h2>lock_stat, ${title}</h2>${statTable(some)}</div>`;
  });
  return `<section class="group" data-group="${escape(group)}"><h2>Throughput</h2><p class="dim">${escape(group)}; acquisitions a second of all CPUs together.</p>${throughputChart(own, seriesOf)}${parts.join('\n')}</section>`;
}

const fixedCell = (value: number | null, digits: number) =>
  value === null || !Number.isFinite(value) ? cell('') : cell(fixed(value, digits), value);
const ratio = (value: number, to: number | null) => (to === null ? cell('') : fixedCell(value / to, 2));

function comparedHtml({ uncontended, modelCheck }: LabResult): string {
  const parts: string[] = [];
  if (uncontended.length > 0) {
    const rows = uncontended.map(({ lock, ns, wasmNs, atomicsNs, nativeNs }) => [
      cell(lock),
      fixedCell(wasmNs, 1),
      wasmNs === null ? cell('') : ratio(wasmNs, atomicsNs),
      fixedCell(ns, 1),
      ratio(ns, atomicsNs),
      fixedCell(atomicsNs, 1),
      fixedCell(nativeNs, 1),
      ratio(wasmNs ?? ns, nativeNs),
    ]);
    const head = ['lock', 'wasm, ns', 'ratio', 'js, ns', 'ratio', 'by hand, ns', 'native, ns', 'ratio'];
    parts.push(`<h2>Nobody contends</h2><div class="box">${tableHtml(head, rows, true)}</div>`);
  }
  if (modelCheck.length > 0) {
    const rows = modelCheck.map(({ lock, cpus, real, model, error }) => [
      cell(lock),
      cell(String(cpus), cpus),
      cell(count(real), real),
      cell(count(model), model),
      fixedCell(error, 2),
    ]);
    const head = ['lock', 'CPUs', 'real', 'model', 'ratio of ratios'];
    parts.push(`<h2>The model beside the real clock</h2><div class="box">${tableHtml(head, rows, true)}</div>`);
  }
  return parts.join('\n');
}
