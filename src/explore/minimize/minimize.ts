/**
 * Makes an interleaving simpler: the same bug with the fewest context switches, and of those with the fewest steps.
 *
 * All that is known of the execution is a predicate. It is given a wish, follows it as far as that is possible (a step of
 * a CPU that has to wait is left out), goes on with the CPU that stepped last, or the lowest one that can, and answers
 * with the decisions as they were made when the same bug shows. Candidates are made of the answers, never of wishes, so
 * every turn has the length it really had.
 *
 * Passes from coarse to fine: let go of the end; leave out turns (minimize-turns.ts); then put zero, one and two
 * preemptions anywhere (minimize-place.ts). What is kept always has fewer switches, or as many and fewer steps.
 */
import { switchesOf } from '../../recording/decisions.ts';
import { Attempts, type AttemptOptions, type PassCount } from './attempts.ts';
import { placeSwitches } from './minimize-place.ts';
import { dropTurns, shortenEnd, swapTurns } from './minimize-turns.ts';
import { NotDeterministic } from '../search/search.ts';

/** Performs a wish: the decisions as made, up to the bug; undefined when it did not show. */
export type Reproduces = (wish: Uint16Array) => Promise<Uint16Array | undefined>;

export interface InterleavingSize {
  readonly switches: number;
  readonly steps: number;
}

export interface Minimized {
  readonly decisions: Uint16Array;
  readonly before: InterleavingSize;
  readonly after: InterleavingSize;
  /** Executions made, those that verify included. */
  readonly executions: number;
  readonly passes: readonly PassCount[];
  /** True when no placing of up to two preemptions gives fewer switches; false when not all were tried. */
  readonly exhausted: boolean;
}

const VERIFICATIONS = 2;

/** undefined when the decisions do not show the bug at all. Throws NotDeterministic when the result does not repeat. */
export async function minimizeDecisions(
  decisions: Uint16Array,
  reproduces: Reproduces,
  options: AttemptOptions,
): Promise<Minimized | undefined> {
  const first = await reproduces(decisions);
  if (first === undefined) return undefined;
  const attempts = new Attempts(first, isSimpler, { ...options, budget: options.budget - VERIFICATIONS });
  await shortenEnd(attempts, reproduces);
  for (let before = -1; before !== attempts.better; ) {
    before = attempts.better;
    await dropTurns(attempts, reproduces);
    await swapTurns(attempts, reproduces);
  }
  const exhausted = await placeSwitches(attempts, reproduces);
  const { best, made, passes } = attempts;
  const again = await reproduces(best);
  if (again === undefined || again.length !== best.length || again.some((move, i) => move !== best[i])) {
    throw new NotDeterministic('the minimised interleaving did not show the same bug again');
  }
  return {
    decisions: best,
    before: sizeOf(first),
    after: sizeOf(best),
    executions: made + VERIFICATIONS,
    passes,
    exhausted,
  };
}

function isSimpler(a: Uint16Array, b: Uint16Array): boolean {
  const difference = switchesOf(a) - switchesOf(b);
  return difference < 0 || (difference === 0 && a.length < b.length);
}

function sizeOf(decisions: Uint16Array): InterleavingSize {
  return { switches: switchesOf(decisions), steps: decisions.length };
}
