/** Minimiser passes over turns: the stretches in which one CPU steps. */
import { type Run, runsOf } from '../../recording/decisions.ts';
import type { Attempts } from './attempts.ts';
import { ddmin } from './ddmin.ts';
import type { Reproduces } from './minimize.ts';

/** Neighbours of one CPU become one turn; of the last turn one step is enough, for the CPU goes on by itself. */
function normalized(turns: readonly Run[]): Run[] {
  const merged: Run[] = [];
  for (const turn of turns) {
    const before = merged.at(-1);
    if (before?.cpu === turn.cpu) merged[merged.length - 1] = { cpu: turn.cpu, length: before.length + turn.length };
    else merged.push(turn);
  }
  const last = merged.pop();
  return last === undefined ? [] : [...merged, { cpu: last.cpu, length: 1 }];
}

/** What a pass calls to try turns: true when that was simpler. */
export type TryTurns = (turns: readonly Run[]) => Promise<boolean>;

/** Tries turns as a wish, each different list once. */
export function turnsPass(attempts: Attempts<Uint16Array>, reproduces: Reproduces, name: string): TryTurns {
  const attempt = attempts.pass(name);
  return async (turns) => {
    const wish = normalized(turns);
    const key = wish.map(({ cpu, length }) => `${cpu}x${length}`).join(' ');
    return await attempt(key, () => reproduces(decisionsOf(wish)));
  };
}

function decisionsOf(turns: readonly Run[]): Uint16Array {
  const decisions = new Uint16Array(turns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const { cpu, length } of turns) decisions.fill(cpu, at, (at += length));
  return decisions;
}

/** Keeps only the first turns, 1, 2, 4, ... of them: often the end needs no switches at all. */
export async function shortenEnd(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'let the end go as it goes');
  const turns = runsOf(attempts.best);
  for (let count = 1; count < turns.length; count *= 2) if (await tryTurns(turns.slice(0, count))) return;
}

/** Leaves out turns: what their CPUs did in them they do in their next turn, or have done in the one before. */
export async function dropTurns(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'leave out turns');
  let turns = runsOf(attempts.best);
  const without = async (from: number, to: number): Promise<boolean> => {
    if (!(await tryTurns(later(turns, from, to))) && !(await tryTurns(earlier(turns, from, to)))) return false;
    turns = runsOf(attempts.best);
    return true;
  };
  await ddmin(() => turns.length, without);
}

function later(turns: readonly Run[], from: number, to: number): Run[] {
  const result = [...turns.slice(0, from), ...turns.slice(to)];
  for (const { cpu, length } of turns.slice(from, to)) {
    const next = result.findIndex((turn, i) => i >= from && turn.cpu === cpu);
    if (next >= 0) result[next] = { cpu, length: length + (result[next] as Run).length };
  }
  return result;
}

function earlier(turns: readonly Run[], from: number, to: number): Run[] {
  const result = [...turns.slice(0, from), ...turns.slice(to)];
  for (const { cpu, length } of turns.slice(from, to)) {
    const before = result.findLastIndex((turn, i) => i < from && turn.cpu === cpu);
    if (before >= 0) result[before] = { cpu, length: length + (result[before] as Run).length };
  }
  return result;
}

/** Changes the order of two neighbours, which may bring turns of one CPU together. */
export async function swapTurns(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<void> {
  const tryTurns = turnsPass(attempts, reproduces, 'swap turns');
  for (let i = 0; i + 1 < runsOf(attempts.best).length; ) {
    const turns = runsOf(attempts.best);
    const [a, b] = [turns[i] as Run, turns[i + 1] as Run];
    if (await tryTurns([...turns.slice(0, i), b, a, ...turns.slice(i + 2)])) i = Math.max(0, i - 1);
    else i++;
  }
}
