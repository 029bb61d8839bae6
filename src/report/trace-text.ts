/** An execution move by move, a line each, for 80 columns. */
import type { ToldMove } from '../explore/replay/told-move.ts';
import { accessText, type ValueText } from './access-text.ts';

const WIDTH = 80;
/** Columns of what a CPU does, where its place is not too long for the rest. */
const WHAT = 40;

/** `  12  CPU#1  store HEAD = 0x1040 (was 0x1030)  push:24`: what is too long loses the end of what is done. */
export function traceLines(moves: readonly ToldMove[], text: ValueText): string[] {
  const digits = String(moves.at(-1)?.step ?? 0).length;
  const cpus = Math.max(0, ...moves.map(({ cpu }) => String(cpu).length));
  return moves.map((move) => {
    const { step, cpu, task, blamed } = move;
    const where = blamed === undefined ? '' : `${blamed.function}:${blamed.line}`;
    const begin = `${String(step).padStart(digits)}  ${`CPU#${cpu}`.padEnd(4 + cpus)}  ${whoText(task, blamed?.file)}`;
    const what = accessText(move, text);
    const room = WIDTH - begin.length - where.length - 2;
    const shown = what.length > room ? `${what.slice(0, Math.max(0, room - 1))}…` : what.padEnd(Math.min(WHAT, room));
    return cut(`${begin}${shown}  ${where}`.trimEnd());
  });
}

/** Of a kernel the task; of a module a CPU has one function, which the report names. */
const whoText = (task: string | null, file: string | undefined): string =>
  file?.startsWith('src/kernel/') === true ? `${(task ?? '-').padEnd(8)}  ` : '';

const cut = (line: string): string => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line);
