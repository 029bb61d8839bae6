/**
 * Makes an interleaving simpler: the same bug with the fewest context switches, of those with the lowest values of choices,
 * and of those with the fewest steps.
 *
 * All that is known of the execution is a predicate. It is given a wish, follows it as far as that is possible
 * (strategies/wish.ts), and answers with the moves as they were made when the same bug shows. Candidates are made of the
 * answers, never of wishes, so every turn has the length it really had.
 *
 * Passes from coarse to fine: let go of the end; leave out turns (minimize-turns.ts); put zero, one and two preemptions
 * anywhere (minimize-place.ts); lower the values (minimize-values.ts), after which preemptions may be put otherwise. What is
 * kept always has fewer switches, or as many and a smaller sum of values, or the same of both and fewer steps.
 *
 * Where the values are failures on purpose, they come first: a bug that needs none of them is another bug than one that
 * does, and so the values are lowered before anything else, and what is kept has fewer of them, or as many and fewer
 * switches.
 */
import { switchesOf, turnsOf, valuesOf } from '../../recording/turns.ts';
import { Attempts, type AttemptOptions, type PassCount } from './attempts.ts';
import { placeSwitches } from './minimize-place.ts';
import { dropTurns, shortenEnd, swapTurns } from './minimize-turns.ts';
import { hasManyWays, lowerValues, sumOfValues } from './minimize-values.ts';
import type { Reproduces } from './try-turns.ts';
import { NotDeterministic } from '../search/search.ts';

export interface InterleavingSize {
  readonly switches: number;
  /** The sum of the values chosen; absent where nothing is chosen. */
  readonly values?: number;
  readonly steps: number;
}

export interface Minimized {
  readonly decisions: Uint16Array;
  readonly before: InterleavingSize;
  readonly after: InterleavingSize;
  /** Executions made, those that verify included. */
  readonly executions: number;
  readonly passes: readonly PassCount[];
  readonly untried: Untried;
}

/**
 * What was left untried. `nothing`: no placing of up to two preemptions gives fewer switches, and no other choices a
 * smaller sum of values. `switches`, `values`: there are too many for all to be tried. `budget`: the executions were used
 * up, or it was told to stop.
 */
export type Untried = 'nothing' | 'switches' | 'values' | 'budget';

const VERIFICATIONS = 2;

/** `failuresFirst`: the values are failures on purpose. */
export type MinimizeControl = AttemptOptions & { readonly failuresFirst?: boolean | undefined };

/** undefined when the decisions do not show the bug at all. Throws NotDeterministic when the result does not repeat. */
export async function minimizeDecisions(
  decisions: Uint16Array,
  reproduces: Reproduces,
  options: MinimizeControl,
): Promise<Minimized | undefined> {
  const first = await reproduces(turnsOf(decisions));
  if (first === undefined) return undefined;
  const attempts = new Attempts(first, options.failuresFirst ? hasFewerFailures : isSimpler, {
    ...options,
    budget: options.budget - VERIFICATIONS,
  });
  await shortenEnd(attempts, reproduces);
  if (options.failuresFirst) await lowerValues(attempts, reproduces);
  for (let before = -1; before !== attempts.better; ) {
    before = attempts.better;
    await dropTurns(attempts, reproduces);
    await swapTurns(attempts, reproduces);
  }
  let placed = await placeSwitches(attempts, reproduces);
  while (await lowerValues(attempts, reproduces)) placed = await placeSwitches(attempts, reproduces);
  const { best, made, passes } = attempts;
  const again = await reproduces(turnsOf(best));
  if (again === undefined || again.length !== best.length || again.some((move, i) => move !== best[i])) {
    throw new NotDeterministic('the minimised interleaving did not show the same bug again');
  }
  return {
    decisions: best,
    before: sizeOf(first),
    after: sizeOf(best),
    executions: made + VERIFICATIONS,
    passes,
    untried: attempts.cut ? 'budget' : !placed ? 'switches' : hasManyWays(best) ? 'values' : 'nothing',
  };
}

function isSimpler(a: Uint16Array, b: Uint16Array): boolean {
  const difference = switchesOf(a) - switchesOf(b) || sumOfValues(a) - sumOfValues(b) || a.length - b.length;
  return difference < 0;
}

function hasFewerFailures(a: Uint16Array, b: Uint16Array): boolean {
  const difference = sumOfValues(a) - sumOfValues(b);
  return difference === 0 ? isSimpler(a, b) : difference < 0;
}

function sizeOf(moves: Uint16Array): InterleavingSize {
  const values = valuesOf(moves).length > 0 ? { values: sumOfValues(moves) } : {};
  return { switches: switchesOf(moves), ...values, steps: moves.length };
}
