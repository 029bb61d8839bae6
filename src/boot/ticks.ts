/**
 * `--ticks`: when CPUs take a timer interrupt that nothing else makes them take. Written into the CPUs' own blocks before
 * they run (`armTicks`), where the stepped machine looks; real threads draw by the chance.
 */
import type { RamView } from '../check/evidence/view.ts';
import { cpu_area, cpuAddress, machine } from '../machine/map.ts';

/** A setting that there is not. */
export class TickError extends RangeError {}

const SETTING = /^(?:each(?::([1-9]\d?))?|rate:(0?\.\d{1,9}|0|1|1\.0*))$/;
/** Ticks that a CPU may be given by a draw in one execution: it has to end. */
const MOST_DRAWN = 64;

/** A setting that is one; undefined for `none`. Throws TickError. */
export function parseTicks(setting: string): string | undefined {
  if (setting === 'none') return undefined;
  if (SETTING.test(setting)) return setting;
  throw new TickError(
    `--ticks takes none, each, each:N with N from 1 to 99, or rate:P with P from 0 to 1, not "${setting}"`,
  );
}

/** The chance of `rate:P`; undefined of another setting. */
export const tickChanceOf = (setting: string): number | undefined =>
  setting.startsWith('rate:') ? Number(setting.slice('rate:'.length)) : undefined;

/** Ticks that a search may give each CPU. */
const mostOf = (setting: string): number =>
  tickChanceOf(setting) === undefined ? Number(SETTING.exec(setting)?.[1] ?? 1) : MOST_DRAWN;

/** Lets every CPU of a stepped machine take as many ticks as the setting says. */
export function armTicks(memory: ArrayBufferLike, setting: string): void {
  const words = new Int32Array(memory);
  for (let cpu = 0; cpu < (words[machine.ncpus >> 2] as number); cpu++) {
    words[(cpuAddress(cpu) + cpu_area.ticks_left) >> 2] = mostOf(setting);
  }
}

/** Ticks that came, on all CPUs, those among them that nobody chose. */
export function countTicks(view: RamView): number {
  let ticks = 0;
  for (let cpu = 0; cpu < view.word(machine.ncpus); cpu++) ticks += view.word(cpuAddress(cpu) + cpu_area.ticks_taken);
  return ticks;
}
