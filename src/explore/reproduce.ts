/** The predicate of the minimiser on the stepped machine. */
import { createObservers } from '../check/checkers.ts';
import type { Reproduces } from './minimize.ts';
import { Runner } from './runner.ts';
import { Replay } from './strategies/replay.ts';
import type { Subject } from './subject.ts';

/** Milliseconds after which the event loop may look for signals. */
const BREATH_MS = 50;

/** Performs wishes on a subject, and looks for the bug of this title with these checkers. */
export function reproducer(subject: Subject, checkers: readonly string[], title: string): Reproduces {
  const runner = new Runner(subject, createObservers(checkers));
  let breathedAt = performance.now();
  return async (wish) => {
    if (performance.now() - breathedAt > BREATH_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      breathedAt = performance.now();
    }
    const outcome = runner.run(new Replay(wish, false), 0);
    const bug = outcome?.bugs.find((one) => one.title === title);
    return bug === undefined ? undefined : runner.decisions.slice(0, bug.step);
  };
}
