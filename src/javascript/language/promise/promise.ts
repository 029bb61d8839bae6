/**
 * The promise of agents (ECMA-262, 27.2): its jobs are those of the agent that runs, and can be left. This file holds
 * the operations of the specification on what a promise is inside; what programs see of it is in constructor.ts.
 */
import { type Job, running } from '../../agent.ts';
import type { Running } from '../../operation.ts';
import { effect } from '../access.ts';
import { invoke } from '../call.ts';
import { ended } from '../flow.ts';
import { getProperty } from '../internal.ts';
import { isObject } from '../primordials.ts';
import { Return, stampBody, type Body, type Callable } from '../stamps.ts';
import { run } from '../sync.ts';

/** Who is told of the end: a promise, by the functions that its constructor handed out or directly. */
export interface Capability {
  readonly promise: object;
  resolve(value: unknown): Running;
  reject(reason: unknown): Running;
}

/** What happens with a value when its turn comes: a function of the program with its capability, or one of the language. */
type Handler = { readonly f: unknown; readonly capability: Capability | undefined } | ((value: unknown) => Running);

interface Reaction {
  readonly fulfilled: Handler;
  readonly rejected: Handler;
}

interface State {
  status: 'pending' | 'fulfilled' | 'rejected';
  value: unknown;
  handled: boolean;
  reactions: Reaction[];
}

class PromiseStamp extends (Return as unknown as new (object: object) => object) {
  #state: State = { status: 'pending', value: undefined, handled: false, reactions: [] };
  static state(object: unknown): State | undefined {
    return isObject(object) && #state in object ? object.#state : undefined;
  }
}

export const isPromise = (value: unknown): value is object => PromiseStamp.state(value) !== undefined;
const stateOf = (promise: object): State => PromiseStamp.state(promise) as State;

/** Makes a promise of an object. */
export function becomePromise<T extends object>(object: T): T {
  return new PromiseStamp(object) as T;
}

/** For who prints one. */
export function promiseState(promise: object): { readonly status: string; readonly value: unknown } | undefined {
  return PromiseStamp.state(promise);
}

function enqueue(job: Job): void {
  effect();
  running.agent?.enqueue(job);
}

export function fulfill(promise: object, value: unknown): void {
  settle(stateOf(promise), 'fulfilled', value);
}

export function reject(promise: object, reason: unknown): void {
  const state = stateOf(promise);
  const { handled } = state;
  settle(state, 'rejected', reason);
  if (!handled) running.agent?.rejected(promise, reason);
}

function settle(state: State, status: 'fulfilled' | 'rejected', value: unknown): void {
  const { reactions } = state;
  state.status = status;
  state.value = value;
  state.reactions = [];
  for (const one of reactions) enqueue(() => react(one[status], status, value));
}

/** NewPromiseReactionJob. */
function* react(handler: Handler, status: 'fulfilled' | 'rejected', value: unknown): Running {
  if (typeof handler === 'function') return yield* handler(value);
  const { f, capability } = handler;
  let result = value;
  let failed = status === 'rejected';
  if (typeof f === 'function') {
    try {
      result = yield* invoke(f, undefined, [value]);
      failed = false;
    } catch (error) {
      result = error;
      failed = true;
    }
  }
  if (capability === undefined) return undefined;
  return yield* failed ? capability.reject(result) : capability.resolve(result);
}

/** PerformPromiseThen. */
export function performThen(promise: object, fulfilled: Handler, rejected: Handler): void {
  const state = stateOf(promise);
  const { status, value } = state;
  const reaction = { fulfilled, rejected };
  if (status === 'pending') state.reactions.push(reaction);
  else {
    if (status === 'rejected' && !state.handled) running.agent?.handled(promise);
    enqueue(() => react(reaction[status], status, value));
  }
  state.handled = true;
}

/** What a resolve function does the first time. */
export function* resolveInto(promise: object, resolution: unknown): Running {
  if (resolution === promise) {
    reject(promise, new TypeError('Chaining cycle detected for promise #<Promise>'));
    return undefined;
  }
  if (!isObject(resolution)) {
    fulfill(promise, resolution);
    return undefined;
  }
  let then: unknown;
  try {
    then = yield* getProperty(resolution, 'then');
  } catch (error) {
    reject(promise, error);
    return undefined;
  }
  if (typeof then === 'function') enqueue(() => adopt(promise, resolution, then));
  else fulfill(promise, resolution);
  return undefined;
}

/** NewPromiseResolveThenableJob. */
function* adopt(promise: object, thenable: object, then: unknown): Running {
  const { resolve, reject: rejectIt } = resolvingFunctions(promise);
  try {
    return yield* invoke(then, thenable, [resolve, rejectIt]);
  } catch (error) {
    return yield* invoke(rejectIt, undefined, [error]);
  }
}

/** CreateResolvingFunctions: only the first call of either counts. */
export function resolvingFunctions(promise: object): { resolve: Callable; reject: Callable } {
  let resolved = false;
  const resolve = unnamed(function* (value): Running {
    if (resolved) return undefined;
    resolved = true;
    effect();
    return yield* resolveInto(promise, value);
  });
  const rejectIt = unnamed((reason) => {
    if (!resolved) {
      resolved = true;
      effect();
      reject(promise, reason);
    }
    return ended(undefined);
  });
  return { resolve, reject: rejectIt };
}

/** A function without a name, of one parameter. */
export function unnamed(body: Body): Callable {
  const f = {
    ''(this: unknown, value: unknown, ...more: unknown[]) {
      return run(body, this, [value, ...more]);
    },
  }[''] as unknown as Callable;
  stampBody(f, body);
  return f;
}
