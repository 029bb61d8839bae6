/**
 * The interleaving of an execution as text, for 80 columns: turn by turn the accesses that matter, with what they found and
 * left, where they stand and the line of source; what lies between is counted.
 *
 * A line holds step, access, place and source where there is room for all of them in every line; else place and source stand
 * in a line of their own below.
 */
import type { Frame } from '../check/evidence/call-chain.ts';
import type { ToldCall, ToldTurn } from '../explore/replay/interleaving.ts';
import type { ToldMove } from '../explore/replay/told-move.ts';
import { ENORESTART, ERESTARTSYS } from '../kernel/abi.ts';
import { errorName } from '../scenario/constants.ts';
import { accessText, type ValueText } from './access-text.ts';
import { grouped, plural } from './table.ts';
import { wrapped } from './wrap.ts';

const MOST_TURNS = 12;
const WIDTH = 80;
const MARGIN = 9;
/** So much of a line of source says something. */
const LEAST_SOURCE = 24;

export interface InterleavingNotes {
  /** Follows the number of switches. */
  readonly note?: string;
  /** What the last move shows. */
  readonly end?: string | undefined;
}

/** What stands in a turn: an access, or the way into a system call or out of it. */
type Item = { readonly move: ToldMove } | { readonly call: ToldCall };

/** A line before its parts are put under one another. */
interface Row {
  readonly step: number;
  readonly what: string;
  readonly where: string;
  readonly source: string;
}

export function interleavingLines(
  turns: readonly ToldTurn[],
  text: ValueText,
  notes: InterleavingNotes = {},
): string[] {
  const { note = '', end } = notes;
  const heading = `interleaving with ${plural(Math.max(0, turns.length - 1), 'context switch').replace(/hs$/, 'hes')}`;
  const cut = turns.length > MOST_TURNS;
  const [head, tail] = cut ? [turns.slice(0, MOST_TURNS / 2), turns.slice(-MOST_TURNS / 2)] : [turns, []];
  const layout = layoutOf([...head, ...tail].flatMap(({ shown }) => shown.map((move) => rowOf(move, text))));
  const lines = (some: readonly ToldTurn[]): string[] => some.flatMap((turn) => turnLines(turn, text, layout));
  return [
    `${heading}${note}:`,
    ...lines(head),
    ...(cut ? [`  … ${turns.length - MOST_TURNS} turns …`, ...lines(tail)] : []),
    ...(end === undefined ? [] : wrapped(`${' '.repeat(MARGIN)}^ ${end}`)),
  ];
}

interface Layout {
  readonly what: number;
  readonly where: number;
  /** Whether place and source have room behind the access. */
  readonly wide: boolean;
}

function layoutOf(rows: readonly Row[]): Layout {
  const what = Math.max(0, ...rows.map((row) => row.what.length));
  const where = Math.max(0, ...rows.map((row) => row.where.length));
  return { what, where, wide: MARGIN + what + 2 + where + 2 + LEAST_SOURCE <= WIDTH };
}

const fit = (line: string): string => (line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line.trimEnd());

function rowOf(move: ToldMove, text: ValueText): Row {
  const { step, blamed, blamedSource } = move;
  const where = blamed === undefined ? '' : short(blamed);
  return { step, what: accessText(move, text), where, source: blamedSource ?? '' };
}

/** `copy_process:85`; the file is named where the bug is told. */
const short = (frame: Frame): string => `${frame.function}:${frame.line}`;

function turnLines(turn: ToldTurn, text: ValueText, layout: Layout): string[] {
  const { cpu, first, length, told } = turn;
  const lines: string[] = [];
  let task: string | null | undefined;
  let callers = '';
  let done = first - 1;
  const fold = (to: number): void => {
    if (to > done) lines.push(`${' '.repeat(MARGIN)}(+${plural(to - done, 'step')})`);
    done = Math.max(done, to);
  };
  const head = (now: string | null): void => {
    if (now === task && task !== undefined) return;
    task = now;
    lines.push(fit(`  CPU#${cpu}${now === null ? '' : ` ${now}`}`));
  };
  head(told[0]?.task ?? null);
  for (const item of itemsOf(turn)) {
    if ('call' in item) {
      fold(item.call.step);
      head(item.call.task);
      lines.push(fit(`${' '.repeat(MARGIN)}${callText(item.call)}`));
      continue;
    }
    const { move } = item;
    fold(move.step - 1);
    head(move.task);
    const chain = chainText(move);
    if (chain !== callers && chain !== '') lines.push(fit(`${' '.repeat(MARGIN)}in ${chain}`));
    callers = chain;
    lines.push(...rowLines(rowOf(move, text), layout));
    done = move.step;
  }
  fold(first + length - 1);
  return lines;
}

/** In the order they came; a call that is left in the same turn with nothing to show between is one line. */
function itemsOf({ shown, calls }: ToldTurn): Item[] {
  const items: Item[] = [...shown.map((move) => ({ move })), ...calls.map((call) => ({ call }))];
  // What a CPU does behind a move, before the next one.
  const at = (item: Item): number => ('move' in item ? item.move.step : item.call.step + 0.5);
  const sorted = items.sort((a, b) => at(a) - at(b));
  return sorted.filter((item, i) => {
    const next = sorted[i + 1];
    const isEnter = 'call' in item && item.call.result === null;
    return !(isEnter && next !== undefined && 'call' in next && next.call.text === item.call.text);
  });
}

function callText({ text, line, result }: ToldCall): string {
  const at = `line ${line}: ${text}`;
  if (result === null) return `calls    ${at}`;
  return isRestart(result) ? `waits in ${at}` : `returned ${at} -> ${errorName(result) ?? result}`;
}

/** The task sleeps, and makes the call again. */
const isRestart = (result: number): boolean => result <= -ERESTARTSYS && result >= -ENORESTART;

/** Who called the function, of a module: its own functions only. */
function chainText({ callers, at }: ToldMove): string {
  if (callers.length === 0 || at === undefined || at.file.startsWith('src/')) return '';
  return `${at.function}, called by ${callers.map(short).join(', by ')}`;
}

function rowLines({ step, what, where, source }: Row, { what: width, where: placeWidth, wide }: Layout): string[] {
  const begin = `${grouped(step).padStart(MARGIN - 2)}  `;
  if (wide) return [fit(`${begin}${what.padEnd(width)}  ${where.padEnd(placeWidth)}  ${source}`)];
  const rest = `${where}  ${source}`.trim();
  return [fit(`${begin}${what}`), ...(rest === '' ? [] : [fit(`${' '.repeat(MARGIN + 2)}${rest}`)])];
}
