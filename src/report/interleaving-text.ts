/** The interleaving of an execution as text, one column a CPU. */
import type { Frame } from '../check/evidence/call-chain.ts';
import type { ToldMove, ToldTurn } from '../explore/replay/interleaving.ts';
import { valueOf } from '../stepped/move.ts';

const MOST_TURNS = 12;
const LANES = 76;

/** In 80 columns; `note` follows the number of switches. Long executions are cut in the middle. */
export function interleavingLines(turns: readonly ToldTurn[], cpus: number, note = ''): string[] {
  const switches = Math.max(0, turns.length - 1);
  const heading = `interleaving with ${switches} context switch${switches === 1 ? '' : 'es'}${note}:`;
  return [heading, ...columnLines(turns, cpus, MOST_TURNS)];
}

/** Each turn where it begins, what is chosen in it, and where it ends. */
function columnLines(turns: readonly ToldTurn[], cpus: number, most: number): string[] {
  const used = Array.from({ length: cpus }, (_, cpu) => cpu).filter((cpu) => turns.some((turn) => turn.cpu === cpu));
  const width = Math.max(18, Math.floor(LANES / Math.max(1, used.length)) - 2);
  const cell = (text: string): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
  const lines = (turn: ToldTurn): string[] =>
    turnTexts(turn).map((text) => `  ${used.map((cpu) => cell(cpu === turn.cpu ? text : '')).join('  ')}`.trimEnd());
  const shown =
    turns.length <= most
      ? turns.flatMap(lines)
      : [
          ...turns.slice(0, Math.floor(most / 2)).flatMap(lines),
          `  … ${turns.length - most} turns …`,
          ...turns.slice(-Math.ceil(most / 2)).flatMap(lines),
        ];
  return [`  ${used.map((cpu) => cell(`CPU#${cpu}`)).join('  ')}`.trimEnd(), ...shown];
}

function turnTexts({ first, length, from, to, told }: ToldTurn): string[] {
  const choices = told.filter(({ of }) => of > 0);
  const begin = from === undefined ? 'starts' : short(from);
  const texts = [...(choices[0]?.step === first ? [] : [begin]), ...choices.map(choiceText)];
  if (to === undefined || told.at(-1)?.step === first + length - 1) return texts;
  const end = short(to);
  return [...texts, begin === end ? `${length} steps` : `+${length - 1} to ${end}`];
}

const choiceText = ({ move, of, at }: ToldMove): string =>
  `chooses ${valueOf(move)} of ${of}${at === undefined ? '' : ` at ${short(at)}`}`;

/** `copy_process:85`; the file is named where the bug is told. */
function short(frame: Frame): string {
  return `${frame.function}:${frame.line}`;
}
