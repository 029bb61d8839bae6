import { at, put } from './memory.ts';
import { pct } from './pct.ts';
import { pos } from './pos.ts';
import { ENDS, INDEX, LAST_STEPS, LONGEST, MOST_ENDS, STEPS } from './places.ts';
import { randomWalk } from './random.ts';

/** Steps after which a slice ends, so that somebody may look at the clock. */
const MOST_STEPS = 400_000;

export const RANDOM_WALK = 0;
export const PCT = 1;
export const POS = 2;

/** Runs executions from `first` up to below `last`: the number of the first that was not, or that somebody has to be told of. */
export function sample(first: number, last: number, strategy: number): number {
  put(STEPS, 0);
  put(ENDS, 0);
  put(LONGEST, 0);
  for (let index = first; index < last; index++) {
    put(INDEX, index);
    const told = strategy === PCT ? pct(index) : strategy === POS ? pos(index) : randomWalk(index);
    if (told === 0) return index;
    put(STEPS, at(STEPS) + at(LAST_STEPS));
    if (at(LAST_STEPS) > at(LONGEST)) put(LONGEST, at(LAST_STEPS));
    if (at(STEPS) > MOST_STEPS || at(ENDS) === MOST_ENDS) return index + 1;
  }
  return last;
}
