/** Async generators (ECMA-262, 27.6): requests wait in a queue until the body comes to them. */
import type { Operation, Running } from '../operation.ts';
import { effect } from './access.ts';
import { prototypeFor } from './construct.ts';
import { addMethods, tag } from './internal.ts';
import { Await, Give, Leave, type Mode, type Resumption } from './markers.ts';
import { createObject, defineProperty, getPrototypeOf, isObject } from './primordials.ts';
import { newCapability, resolved } from './promise/constructor.ts';
import { type Capability, performThen } from './promise/promise.ts';
import { type Callable, Return } from './stamps.ts';

interface Request extends Resumption {
  readonly capability: Capability;
}

interface State {
  readonly it: Running;
  status: 'start' | 'yield' | 'executing' | 'draining' | 'completed';
  delegated: boolean;
  readonly queue: Request[];
}

class GeneratorStamp extends (Return as unknown as new (object: object) => object) {
  #state: State;
  constructor(object: object, state: State) {
    super(object);
    this.#state = state;
  }
  static add(object: object, state: State): void {
    void new GeneratorStamp(object, state);
  }
  static state(object: unknown): State | undefined {
    return isObject(object) && #state in object ? object.#state : undefined;
  }
}

const native = getPrototypeOf(async function* () {}) as { prototype: object; constructor: unknown };
const asyncIteratorPrototype = getPrototypeOf(native.prototype) as object;
export const asyncFunctionPrototype = getPrototypeOf(async () => {}) as object;
export const asyncGeneratorFunctionPrototype = createObject(Function.prototype) as object;
export const asyncGeneratorPrototype = createObject(asyncIteratorPrototype) as object;

export function makeAsyncGenerator(it: Running, f: Callable): object {
  const object = createObject(prototypeFor(f, asyncGeneratorPrototype)) as object;
  GeneratorStamp.add(object, { it, status: 'start', delegated: false, queue: [] });
  return object;
}

function* ask(object: unknown, mode: Mode, value: unknown): Running {
  const capability = newCapability();
  const state = GeneratorStamp.state(object);
  if (state === undefined) {
    yield* capability.reject(new TypeError(`${mode} method called on incompatible receiver ${String(object)}`));
    return capability.promise;
  }
  effect();
  if (mode === 'throw' && state.status === 'start') state.status = 'completed';
  if (mode !== 'return' && state.status === 'completed') {
    if (mode === 'throw') yield* capability.reject(value);
    else yield* capability.resolve({ value: undefined, done: true });
    return capability.promise;
  }
  state.queue.push({ mode, value, capability });
  if (mode === 'return' && (state.status === 'start' || state.status === 'completed')) yield* awaitReturn(state);
  else if (state.status === 'start' || state.status === 'yield') yield* resume(state, mode, value);
  return capability.promise;
}

/** Goes on in the body with a request: the value of a return is awaited first. */
function* resume(state: State, mode: Mode, value: unknown): Running {
  const { status } = state;
  state.status = 'executing';
  if (mode === 'return' && status === 'yield')
    return yield* awaiting(
      value,
      (v) => enter(state, 'return', v),
      (e) => enter(state, 'throw', e),
    );
  return yield* enter(state, mode, value);
}

/** Into the body, at the yield where it stands. */
function enter(state: State, mode: Mode, value: unknown): Running {
  return state.delegated ? advance(state, 'next', { mode, value } satisfies Resumption) : advance(state, mode, value);
}

function* awaiting(value: unknown, fulfilled: (v: unknown) => Running, rejected: (e: unknown) => Running): Running {
  let promise: object;
  try {
    promise = yield* resolved(value);
  } catch (error) {
    return yield* rejected(error);
  }
  performThen(promise, fulfilled, rejected);
  return undefined;
}

/** Runs the body to where it waits or gives something. */
function* advance(state: State, mode: Mode, value: unknown): Running {
  const { it } = state;
  state.delegated = false;
  let result: IteratorResult<unknown>;
  try {
    result = it[mode](value);
    while (!result.done) {
      const given: unknown = result.value;
      if (given instanceof Await) {
        effect();
        return yield* awaiting(
          given.value,
          (v) => advance(state, 'next', v),
          (e) => advance(state, 'throw', e),
        );
      }
      if (given instanceof Give) {
        if (!given.delegated)
          return yield* awaiting(
            given.value,
            (v) => yielded(state, v),
            (e) => advance(state, 'throw', e),
          );
        state.delegated = true;
        return yield* yielded(state, given.value);
      }
      if (given instanceof Leave) {
        result = it.return(given.value);
        continue;
      }
      let back: unknown;
      try {
        back = yield given as Operation;
      } catch (error) {
        result = it.throw(error);
        continue;
      }
      result = it.next(back);
    }
  } catch (error) {
    state.status = 'draining';
    yield* (state.queue.shift() as Request).capability.reject(error);
    return yield* drain(state);
  }
  state.status = 'draining';
  yield* (state.queue.shift() as Request).capability.resolve({ value: result.value, done: true });
  return yield* drain(state);
}

/** The body gave a value: the first request has it, and the next one goes on at once. */
function* yielded(state: State, value: unknown): Running {
  yield* (state.queue.shift() as Request).capability.resolve({ value, done: false });
  state.status = 'yield';
  const next = state.queue[0];
  return next === undefined ? undefined : yield* resume(state, next.mode, next.value);
}

/** The body ended: what still waits is answered. */
function* drain(state: State): Running {
  for (;;) {
    const next = state.queue[0];
    if (next === undefined) {
      state.status = 'completed';
      return undefined;
    }
    if (next.mode === 'return') return yield* awaitReturn(state);
    state.queue.shift();
    if (next.mode === 'throw') yield* next.capability.reject(next.value);
    else yield* next.capability.resolve({ value: undefined, done: true });
  }
}

function* awaitReturn(state: State): Running {
  state.status = 'draining';
  const { value } = state.queue[0] as Request;
  return yield* awaiting(
    value,
    function* (v): Running {
      yield* (state.queue.shift() as Request).capability.resolve({ value: v, done: true });
      return yield* drain(state);
    },
    function* (e): Running {
      yield* (state.queue.shift() as Request).capability.reject(e);
      return yield* drain(state);
    },
  );
}

addMethods(asyncGeneratorPrototype, [
  [
    'next',
    1,
    function* (value): Running {
      return yield* ask(this, 'next', value);
    },
  ],
  [
    'return',
    1,
    function* (value): Running {
      return yield* ask(this, 'return', value);
    },
  ],
  [
    'throw',
    1,
    function* (value): Running {
      return yield* ask(this, 'throw', value);
    },
  ],
]);
tag(asyncGeneratorPrototype, 'AsyncGenerator');
defineProperty(asyncGeneratorPrototype, 'constructor', { value: asyncGeneratorFunctionPrototype, configurable: true });
defineProperty(asyncGeneratorFunctionPrototype, 'constructor', { value: native.constructor, configurable: true });
defineProperty(asyncGeneratorFunctionPrototype, 'prototype', { value: asyncGeneratorPrototype, configurable: true });
tag(asyncGeneratorFunctionPrototype, 'AsyncGeneratorFunction');
