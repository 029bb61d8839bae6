/** Minimiser passes over turns: the stretches in which one CPU goes on. */
import { type Turn, turnsOf } from '../../recording/turns.ts';
import type { Attempts } from './attempts.ts';
import { ddmin } from './ddmin.ts';
import { joined, type Reproduces, turnsPass } from './try-turns.ts';

/** Keeps only the first turns, 1, 2, 4, ... of them: often the end needs no switches at all. */
export async function shortenEnd(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'let the end go as it goes');
  const turns = turnsOf(attempts.best);
  for (let count = 1; count < turns.length; count *= 2) if (await tryTurns(turns.slice(0, count))) return;
}

/** Leaves out turns: what their CPUs did in them they do in their next turn, or have done in the one before. */
export async function dropTurns(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'leave out turns');
  let turns = turnsOf(attempts.best);
  const without = async (from: number, to: number): Promise<boolean> => {
    if (!(await tryTurns(later(turns, from, to))) && !(await tryTurns(earlier(turns, from, to)))) return false;
    turns = turnsOf(attempts.best);
    return true;
  };
  await ddmin(() => turns.length, without);
}

function later(turns: readonly Turn[], from: number, to: number): Turn[] {
  const result = [...turns.slice(0, from), ...turns.slice(to)];
  // The last of them first, so that the values of a CPU keep their order.
  for (const turn of turns.slice(from, to).toReversed()) {
    const next = result.findIndex(({ cpu }, i) => i >= from && cpu === turn.cpu);
    if (next >= 0) result[next] = joined(turn, result[next] as Turn);
  }
  return result;
}

function earlier(turns: readonly Turn[], from: number, to: number): Turn[] {
  const result = [...turns.slice(0, from), ...turns.slice(to)];
  for (const turn of turns.slice(from, to)) {
    const before = result.findLastIndex(({ cpu }, i) => i < from && cpu === turn.cpu);
    if (before >= 0) result[before] = joined(result[before] as Turn, turn);
  }
  return result;
}

/** Changes the order of two neighbours, which may bring turns of one CPU together. */
export async function swapTurns(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'swap turns');
  for (let i = 0; i + 1 < turnsOf(attempts.best).length; ) {
    const turns = turnsOf(attempts.best);
    const [a, b] = [turns[i] as Turn, turns[i + 1] as Turn];
    if (await tryTurns([...turns.slice(0, i), b, a, ...turns.slice(i + 2)])) i = Math.max(0, i - 1);
    else i++;
  }
}
