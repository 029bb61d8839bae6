/**
 * How a call tells its caller, without making a generator for each, that it has to be gone on with: `flow.f` is 1 when
 * what it gave is an operation to yield, 2 when it is a Running to delegate to, 0 when it is the value.
 */
import type { Operation, Running } from '../operation.ts';

export const flow: { f: 0 | 1 | 2 } = { f: 0 };

/** Gives an operation to whoever called. */
export function asOperation(operation: Operation): Operation {
  flow.f = 1;
  return operation;
}

export function asRunning(it: Running): Running {
  flow.f = 2;
  return it;
}

/** For code of the language itself: goes on with what a call gave. */
export function* on(value: unknown): Running {
  const how = flow.f;
  if (how === 0) return value;
  flow.f = 0;
  return how === 1 ? yield value as Operation : yield* value as Running;
}

/** What ends at once, where something that can be left is asked for. */
export function* ended<T>(value: T): Running<T> {
  yield* [];
  return value;
}
