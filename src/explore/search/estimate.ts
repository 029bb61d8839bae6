/** About how many executions dpor has before it: from random ways down its tree, the same ones each time. */
import { Runner } from '../run/runner.ts';
import { Descent } from '../strategies/descent.ts';
import { Footprints } from '../strategies/footprint.ts';
import type { Subject } from '../subject/subject.ts';

export interface Estimate {
  readonly executions: number;
  /** Its standard error, as a share of it. */
  readonly error: number;
}

const DESCENTS = 1_000;
const MOST_STEPS = 100_000;

/** Undefined when no way down came to an end. Leaves the machine anywhere. */
export function estimateOf(subject: Subject, seed: number): Estimate | undefined {
  const descent = new Descent(seed, subject.cpus, new Footprints(subject.machine, subject.watched));
  const runner = new Runner(subject, []);
  let [count, steps, sum, squares] = [0, 0, 0, 0];
  while (count < DESCENTS && steps < MOST_STEPS) {
    steps += runner.run(descent, count)?.steps ?? 0;
    count++;
    sum += descent.weight;
    squares += descent.weight ** 2;
  }
  if (sum === 0 || !Number.isFinite(squares)) return undefined;
  const executions = sum / count;
  const variance = Math.max(0, squares / count - executions ** 2);
  return { executions, error: Math.sqrt(variance / count) / executions };
}
