/** The parts of a bug's screen that every command shows. */
import { columnLines, type Turn } from '../explore/interleaving.ts';
import { wrapped } from './wrap.ts';

const MOST_TURNS = 12;
const MOST_MOMENT = 24;

/** What every CPU was doing when the bug was seen. */
export function momentLines(moment: readonly string[]): string[] {
  const shown = moment.slice(0, MOST_MOMENT);
  const left = moment.length - shown.length;
  return [...shown.flatMap((line) => wrapped(`  ${line}`)), ...(left > 0 ? [`  and ${left} more lines`] : [])];
}

/** The interleaving as one column a CPU. `note` follows the number of switches. */
export function interleavingLines(turns: readonly Turn[], cpus: number, note = ''): string[] {
  const switches = Math.max(0, turns.length - 1);
  const heading = `interleaving with ${switches} context switch${switches === 1 ? '' : 'es'}${note}:`;
  return [heading, ...columnLines(turns, cpus, MOST_TURNS)];
}
