/** Searches of a kernel on both engines: what the first executions cost, start included, and how many there are later. */
import { fileURLToPath } from 'node:url';
import { sampleOf } from '../src/lab/sample.ts';
import { engines } from '../src/machine/engine.ts';
import { table } from '../src/report/table.ts';
import { short } from './rounds.ts';
import { type Cost, costOf } from './start.ts';

const MAIN = fileURLToPath(new URL('../bundle/main.js', import.meta.url));
const SCENARIOS = ['two-unshare-mm', 'clone-meets-unshare'];
const FIRST = 100;
/** By then both engines have compiled what they are going to. */
const WARM = 1000;

function searchOf(scenario: string, engine: string, checkers: string, executions: number): Cost {
  const about = ['--strategy', 'random', '--seed', '1', '--checkers', checkers, '--engine', engine, '--quiet'];
  return costOf([MAIN, 'explore', scenario, ...about, '--executions', String(executions)]);
}

const median = (values: readonly number[]): number => sampleOf(values).median;
const ms = (value: number): string => value.toFixed(0);

interface Measured {
  readonly wall: number;
  readonly cpu: number;
  /** Executions in a second of processor time, once the engine is warm. */
  readonly later: number;
}

/** Medians over rounds of both engines in turn, each search a process of its own. */
function measured(scenario: string, checkers: string, rounds: number, more: number): Measured[] {
  const costs = engines.map(() => ({ wall: [] as number[], cpu: [] as number[], later: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const [i, engine] of engines.entries()) {
      const first = searchOf(scenario, engine, checkers, FIRST);
      const warm = searchOf(scenario, engine, checkers, WARM);
      const all = searchOf(scenario, engine, checkers, WARM + more);
      costs[i]?.wall.push(first.wall);
      costs[i]?.cpu.push(first.cpu);
      costs[i]?.later.push((more / (all.cpu - warm.cpu)) * 1000);
    }
  }
  return costs.map(({ wall, cpu, later }) => ({ wall: median(wall), cpu: median(cpu), later: median(later) }));
}

export function kernelEngineTable(quick: boolean): string[] {
  const rows: string[][] = [];
  for (const scenario of quick ? SCENARIOS.slice(0, 1) : SCENARIOS) {
    for (const checkers of ['none', 'default']) {
      const [wasm, js] = measured(scenario, checkers, quick ? 3 : 7, quick ? 600 : 4000);
      if (wasm === undefined || js === undefined) continue;
      const pair = (part: keyof Measured, digits: (value: number) => string): string[] => [
        digits(wasm[part]),
        digits(js[part]),
        (wasm[part] / js[part]).toFixed(2),
      ];
      rows.push([`${scenario}, ${checkers}`, ...pair('wall', ms), ...pair('cpu', ms), ...pair('later', short)]);
    }
  }
  const heads = [`ms to the first ${FIRST}`, `their processor time, ms`, 'executions/s, warm'];
  return table([['random walk, wasm and js', ...heads.flatMap((head) => [head, '', 'ratio'])], ...rows]);
}
