/** Code of a program that is run at once, where nobody else runs: finished(), and the model of operations. */
import { running } from './agent.ts';
import { invoke } from './language/call.ts';
import type { Running } from './operation.ts';
import type { WorldAgent } from './world/agent.ts';
import { HungError } from './world/hung.ts';

export interface Ended {
  readonly what: string;
  readonly details: readonly string[];
}

/** Runs code to its end, so that nothing could come between. Throws what it throws. */
export function alone(agent: WorldAgent, code: Running): unknown {
  const { agent: before } = running;
  running.agent = agent;
  try {
    for (let next = code.next(); ; ) {
      if (next.done === true) return next.value;
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

/** What finished() says; undefined when all is well. */
export function finishedOf(root: WorldAgent, finished: unknown, given: unknown): Ended | undefined {
  if (finished === undefined) return undefined;
  try {
    const result = alone(root, invoke(finished, undefined, [given]));
    if (result === false) return { what: 'the end is not as it should be', details: [] };
    return typeof result === 'string' ? { what: 'the end is not as it should be', details: [result] } : undefined;
  } catch (error) {
    if (error instanceof HungError)
      return { what: 'a loop goes round without end and comes to nothing shared', details: [] };
    return { what: `${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`, details: [] };
  }
}
