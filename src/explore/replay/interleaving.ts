/** An execution told in turns: which CPU stepped from where to where before another one did. */
import type { Frame } from '../../check/evidence/call-chain.ts';
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Moves } from '../../stepped/moves.ts';
import { Runner } from '../run/runner.ts';
import { Replay } from '../strategies/replay.ts';
import type { Subject } from '../subject/subject.ts';

export interface Turn {
  readonly cpu: number;
  /** Steps of the turn, and the number of its first, from 1. */
  readonly steps: number;
  readonly first: number;
  /** Where the CPU stood in front of the first of them and of the last. */
  readonly from: Frame | undefined;
  readonly to: Frame | undefined;
}

/** Replays the decisions and notes the turns. */
export function turnsOf(subject: Subject, decisions: Uint16Array): Turn[] {
  const turns: Turn[] = [];
  const replay = new Replay(decisions, true);
  let from: Frame | undefined;
  let to: Frame | undefined;
  let first = 1;
  const choose = (moves: Moves, step: number): Move => {
    const move = replay.choose(moves, step);
    const cpu = move < 0 ? -1 : cpuOf(move);
    const at = cpu < 0 ? undefined : subject.stack(cpu)[0];
    if (step > 0 && cpu !== cpuOf(decisions[step - 1] as Move)) close(step);
    if (step + 1 === first) from = at;
    to = at;
    return move;
  };
  const close = (step: number): void => {
    turns.push({ cpu: cpuOf(decisions[step - 1] as Move), steps: step - first + 1, first, from, to });
    first = step + 1;
  };
  const run = new Runner(subject, []).run(
    { begin: () => replay.begin(), choose, end: () => true, exhausted: false, facts: () => ({}) },
    0,
  );
  if (run !== undefined && run.steps >= first) close(run.steps);
  return turns;
}

const LANES = 76;

/** The turns as one column a CPU, in 80 columns: each line is one turn. Long executions are cut in the middle. */
export function columnLines(turns: readonly Turn[], cpus: number, most: number): string[] {
  const used = Array.from({ length: cpus }, (_, cpu) => cpu).filter((cpu) => turns.some((turn) => turn.cpu === cpu));
  const width = Math.max(18, Math.floor(LANES / Math.max(1, used.length)) - 2);
  const cell = (text: string): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
  const row = (turn: Turn, text: string): string =>
    `  ${used.map((cpu) => cell(cpu === turn.cpu ? text : '')).join('  ')}`.trimEnd();
  const lines = (turn: Turn): string[] => {
    const from = turn.from === undefined ? 'starts' : short(turn.from);
    if (turn.steps === 1 || turn.to === undefined) return [row(turn, from)];
    const to = short(turn.to);
    return [row(turn, from), row(turn, from === to ? `${turn.steps} steps` : `+${turn.steps - 1} to ${to}`)];
  };
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

/** `copy_process:85`; the file is named where the bug is told. */
function short(frame: Frame): string {
  return `${frame.function}:${frame.line}`;
}
