/** An interleaving in turns: the stretches of moves in which one CPU goes on. */
import { CHOICE, cpuOf, kindOf, valueOf } from '../stepped/move.ts';

export interface Turn {
  readonly cpu: number;
  /** Moves that it makes in a row. */
  readonly length: number;
  /** The values that are chosen for it in them, in order. */
  readonly values: readonly number[];
}

/** The turns of an interleaving, neighbours of different CPUs. */
export function turnsOf(moves: ArrayLike<number>): Turn[] {
  const turns: Turn[] = [];
  let begin = 0;
  for (let i = 1; i <= moves.length; i++) {
    const cpu = cpuOf(moves[begin] as number);
    if (i < moves.length && cpuOf(moves[i] as number) === cpu) continue;
    turns.push({ cpu, length: i - begin, values: valuesOf(moves, begin, i) });
    begin = i;
  }
  return turns;
}

/** Context switches: how often a move is made by another CPU than the one before. */
export function switchesOf(moves: ArrayLike<number>): number {
  let switches = 0;
  for (let i = 1; i < moves.length; i++) if (cpuOf(moves[i] as number) !== cpuOf(moves[i - 1] as number)) switches++;
  return switches;
}

/** The values that are chosen, in order. */
export function valuesOf(moves: ArrayLike<number>, from = 0, to = moves.length): number[] {
  const values: number[] = [];
  for (let i = from; i < to; i++) if (kindOf(moves[i] as number) === CHOICE) values.push(valueOf(moves[i] as number));
  return values;
}
