/** Code of a program that is run at once, where nobody else runs: finished(), and the model of operations. */
import { running } from './agent.ts';
import { answered, type Ended } from './answer.ts';
import { isRefusal } from './error.ts';
import { invoke } from './language/call.ts';
import type { Running } from './operation.ts';
import type { WorldAgent } from './world/agent.ts';
import { HungError } from './world/hung.ts';

/** Operations of code that runs alone: a number, so that it is the same end on a busy machine as on any. */
const MOST = 1_000_000;

/** It performs more than that. */
export class TooLongError extends Error {}

/**
 * Runs code to its end, so that nothing could come between. Throws what it throws; HungError for a loop that waits, since
 * nobody else will write; TooLongError.
 */
export function alone(agent: WorldAgent, code: Running): unknown {
  const { agent: before } = running;
  running.agent = agent;
  agent.turns = 0;
  agent.recent.reread = undefined;
  try {
    for (let [next, n] = [code.next(), 0]; ; n++) {
      if (agent.hang !== undefined) throw agent.hang;
      if (next.done === true) return next.value;
      if (agent.reread !== undefined) throw agent.hung(agent.reread.site);
      if (n === MOST) throw new TooLongError();
      let result: unknown;
      try {
        result = agent.performAlone(next.value);
      } catch (error) {
        next = code.throw(error);
        continue;
      }
      next = code.next(result);
    }
  } finally {
    running.agent = before;
  }
}

/** What finished() says; undefined when all is well. `refuse`: it cannot be asked so. */
export function finishedOf(
  root: WorldAgent,
  finished: unknown,
  given: unknown,
  refuse: (why: string) => never,
): Ended | undefined {
  if (finished === undefined) return undefined;
  try {
    const result = alone(root, invoke(finished, undefined, [given]));
    if (typeof result === 'object' && result !== null && 'then' in result)
      return refuse('finished() gives a promise, and nobody waits for that: it has to say at once what is wrong');
    return answered(result);
  } catch (error) {
    if (isRefusal(error)) throw error;
    if (error instanceof TooLongError)
      return refuse(`finished() is not over after ${MOST} operations on shared memory: let it look at less`);
    if (error instanceof HungError) return { what: 'a loop goes round without end', details: [] };
    return { what: `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`, details: [] };
  }
}
