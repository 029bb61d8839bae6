/** How many steps the executions of a subject take behind its opening, from a few of them: the same answer wherever a search runs. */
import { Runner } from '../run/runner.ts';
import { patienceOf } from '../strategies/patience.ts';
import { Pct } from '../strategies/pct.ts';
import { RandomWalk } from '../strategies/random.ts';
import type { Strategy } from '../strategies/strategy.ts';
import type { Subject } from '../subject/subject.ts';

const EXECUTIONS = 64;
const MOST_STEPS = 100_000;

/**
 * The longest of some random executions, and of some that pct with this depth makes. At least 1. `mostSteps`: no further
 * one of each kind is begun behind so many steps. `executions`: of each kind, at most; a search of few is not worth more.
 */
export function lengthOf(
  subject: Subject,
  seed: number,
  depth: number,
  mostSteps = MOST_STEPS,
  executions = EXECUTIONS,
): number {
  const runner = new Runner(subject, [], subject.stepBound, true);
  const longest = (strategy: Strategy): number => {
    let most = 1;
    let steps = 0;
    for (let i = 0; i < Math.min(executions, EXECUTIONS) && steps < mostSteps; i++) {
      const outcome = runner.run(strategy, i);
      const taken = (outcome?.steps ?? 0) - (subject.opening?.length ?? 0);
      most = Math.max(most, taken);
      steps += taken;
      // It took long, and would again.
      if (subject.hasHung?.() === true) break;
    }
    return most;
  };
  const random = longest(new RandomWalk(seed));
  const patience = patienceOf(subject.stepBound);
  return Math.max(
    random,
    longest(new Pct({ seed, depth, rising: false, cpus: subject.cpus, steps: random, patience })),
  );
}
