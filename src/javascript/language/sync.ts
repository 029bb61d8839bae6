/**
 * Code that cannot be left: native code calls a function of the program. What it does then is one step with the rest, and
 * where it reached shared memory is kept, since what could have happened between is not explored.
 */
import { running } from '../agent.ts';
import type { Running } from '../operation.ts';
import { flow } from './flow.ts';
import { apply } from './primordials.ts';
import type { Body, Info } from './stamps.ts';

/** Runs to the end in place. Throws what the code throws, and for an operation that would have to wait. */
export function sync(it: Running): unknown {
  const { agent } = running;
  let result = it.next();
  while (!result.done) {
    const operation = result.value;
    if (agent === undefined) throw new Error('no agent runs');
    let value: unknown;
    try {
      value = agent.perform(operation);
    } catch (error) {
      result = it.throw(error);
      continue;
    }
    result = it.next(value);
  }
  return result.value;
}

/**
 * A read or write of a property asks for an accessor of the program without running it: the first wrapper
 * called with as many arguments as an accessor has hands its body out instead.
 */
export const soft: { on: boolean; args: 0 | 1; taken: Running | undefined } = { on: false, args: 0, taken: undefined };

/** new.target of the construction that begins, for the body of that function. */
const target: { info: Info | undefined; value: unknown } = { info: undefined, value: undefined };

export function setTarget(info: Info | undefined, value: unknown): void {
  target.info = info;
  target.value = value;
}

export function takeTarget(info: Info): unknown {
  if (target.info !== info) return undefined;
  target.info = undefined;
  const { value } = target;
  target.value = undefined;
  return value;
}

/** What a wrapper does: native code called it, or reads or writes a property whose accessor it is. */
export function run(g: Body, self: unknown, args: ArrayLike<unknown>, newTarget?: unknown, info?: Info): unknown {
  if (soft.on) {
    soft.on = false;
    if (args.length === soft.args) {
      soft.taken = apply(g, self, args) as Running;
      return undefined;
    }
  }
  if (newTarget !== undefined) setTarget(info, newTarget);
  const { f } = flow;
  flow.f = 0;
  try {
    return sync(apply(g, self, args) as Running);
  } finally {
    flow.f = f;
  }
}
