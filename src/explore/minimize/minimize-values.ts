/**
 * Minimiser pass over the values of choices, towards 0. Each is lowered by itself, over again until none can be. Where
 * there are few ways to a smaller sum those are all tried, for two choices may only change together.
 */
import { type Turn, turnsOf, valuesOf } from '../../recording/turns.ts';
import type { Attempts } from './attempts.ts';
import { type Reproduces, type TryTurns, turnsPass } from './try-turns.ts';

/** Ways to a smaller sum that are tried; where there are more, none is. */
const FEW_WAYS = 300;

/** The sum of the values that are chosen. */
export const sumOfValues = (moves: ArrayLike<number>): number => sum(valuesOf(moves));

/** Whether there are more ways to a smaller sum than are tried. */
export function hasManyWays(moves: ArrayLike<number>): boolean {
  const total = sumOfValues(moves);
  return total > 0 && waysOf(valuesOf(moves).length, total - 1) > FEW_WAYS;
}

/** True when something is simpler than before. */
export async function lowerValues(attempts: Attempts<Uint16Array>, reproduces: Reproduces): Promise<boolean> {
  if (sumOfValues(attempts.best) === 0) return false;
  const before = attempts.better;
  const tryTurns = turnsPass(attempts, reproduces, 'lower values');
  do while (await lowerEach(attempts, tryTurns));
  while (await lowerSum(attempts, tryTurns));
  return attempts.better !== before;
}

/** One after the other, the lowest value first. */
async function lowerEach(attempts: Attempts<Uint16Array>, tryTurns: TryTurns): Promise<boolean> {
  const before = attempts.better;
  for (let i = 0; i < valuesOf(attempts.best).length; i++) {
    const values = valuesOf(attempts.best);
    for (let lower = 0; lower < (values[i] as number); lower++) {
      if (await tryTurns(withValues(attempts.best, values.with(i, lower)))) break;
    }
  }
  return attempts.better !== before;
}

/** All together: the smallest sum first. */
async function lowerSum(attempts: Attempts<Uint16Array>, tryTurns: TryTurns): Promise<boolean> {
  const { length } = valuesOf(attempts.best);
  const most = sumOfValues(attempts.best) - 1;
  if (hasManyWays(attempts.best)) return false;
  for (let total = 0; total <= most; total++) {
    for (const values of divisions(total, length)) {
      if (await tryTurns(withValues(attempts.best, values))) return true;
    }
  }
  return false;
}

/** The turns with other values, in order. */
function withValues(moves: Uint16Array, values: readonly number[]): Turn[] {
  let at = 0;
  return turnsOf(moves).map((turn) => ({ ...turn, values: values.slice(at, (at += turn.values.length)) }));
}

/** How many lists of so many numbers have a sum of at most so much: the binomial of their sum over the length. */
function waysOf(length: number, most: number): number {
  let ways = 1;
  for (let i = 1; i <= length && ways <= FEW_WAYS; i++) ways = (ways * (most + i)) / i;
  return ways;
}

/** Every list of so many numbers with this sum, the lowest first number first. */
function* divisions(total: number, length: number): Generator<number[]> {
  if (length <= 1) return yield length === 1 ? [total] : [];
  for (let first = 0; first <= total; first++) {
    for (const rest of divisions(total - first, length - 1)) yield [first, ...rest];
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
