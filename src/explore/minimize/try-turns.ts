/** What the minimiser's passes over interleavings share: a list of turns is tried as a wish. */
import type { Turn } from '../../recording/turns.ts';
import type { Attempts } from './attempts.ts';

/** Performs a wish (strategies/wish.ts): the moves as made, up to the bug; undefined when it did not show. */
export type Reproduces = (wish: readonly Turn[]) => Promise<Uint16Array | undefined>;

/** What a pass calls to try turns: true when that was simpler. */
export type TryTurns = (turns: readonly Turn[]) => Promise<boolean>;

/** Two turns of one CPU as one. */
export const joined = (a: Turn, b: Turn): Turn => ({
  cpu: a.cpu,
  length: a.length + b.length,
  values: [...a.values, ...b.values],
});

/** Neighbours of one CPU become one turn; of the last turn one move is enough, for the CPU goes on by itself. */
function normalized(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const before = merged.at(-1);
    if (before?.cpu === turn.cpu) merged[merged.length - 1] = joined(before, turn);
    else merged.push(turn);
  }
  const last = merged.pop();
  return last === undefined ? [] : [...merged, { ...last, length: 1 }];
}

const keyOf = ({ cpu, length, values }: Turn): string =>
  values.length === 0 ? `${cpu}x${length}` : `${cpu}x${length}=${values.join()}`;

/** Tries turns as a wish, each different list once. */
export function turnsPass(attempts: Attempts<Uint16Array>, reproduces: Reproduces, name: string): TryTurns {
  const attempt = attempts.pass(name);
  return async (turns) => {
    const wish = normalized(turns);
    return await attempt(wish.map(keyOf).join(' '), () => reproduces(wish));
  };
}
