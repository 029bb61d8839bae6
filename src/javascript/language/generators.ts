/**
 * Generators of the program. Their bodies yield operations of the agent and, as Give, what the program yields; the object
 * that the program holds takes the two apart, so its `next` can be left as any function can.
 */
import type { Operation, Running } from '../operation.ts';
import { effect } from './access.ts';
import { invoke } from './call.ts';
import { prototypeFor } from './construct.ts';
import { addMethods, getProperty, tag } from './internal.ts';
import { askIterator, openIterator } from './iterators.ts';
import { Give, Leave, type Mode, type Resumption } from './markers.ts';
import type { Opened } from './opened.ts';
import { createObject, defineProperty, isObject, iteratorPrototype } from './primordials.ts';
import { type Callable, Return } from './stamps.ts';

interface State {
  readonly it: Running;
  begun: boolean;
  done: boolean;
  running: boolean;
  /** It stands in a yield*, which is told how it is gone on with. */
  delegated: boolean;
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

export const generatorPrototype = createObject(iteratorPrototype) as object;
/** Object.getPrototypeOf(function* () {}) of the program. */
export const generatorFunctionPrototype = createObject(Function.prototype) as object;

/** The object that a call of a generator function gives. */
export function makeGenerator(it: Running, f: Callable): object {
  const object = createObject(prototypeFor(f, generatorPrototype)) as object;
  GeneratorStamp.add(object, { it, begun: false, done: false, running: false, delegated: false });
  return object;
}

function* resume(object: unknown, mode: Mode, value: unknown): Running {
  const state = GeneratorStamp.state(object);
  if (state === undefined) throw new TypeError(`${mode} method called on incompatible receiver ${String(object)}`);
  if (state.running) throw new TypeError('Generator is already running');
  if (!state.begun && mode !== 'next') state.done = true;
  if (state.done) {
    if (mode === 'throw') throw value;
    return { value: mode === 'return' ? value : undefined, done: true };
  }
  effect();
  state.running = true;
  try {
    return yield* drive(state, mode, value);
  } catch (error) {
    state.done = true;
    throw error;
  } finally {
    state.running = false;
  }
}

/** To the next thing it gives, or its end. */
function* drive(state: State, mode: Mode, value: unknown): Running {
  const { it } = state;
  let result: IteratorResult<unknown>;
  if (state.delegated) result = it.next({ mode, value } satisfies Resumption);
  else result = state.begun || mode === 'next' ? it[mode](value) : it.next();
  state.begun = true;
  for (;;) {
    if (result.done) {
      state.done = true;
      return { value: result.value, done: true };
    }
    const given = result.value;
    if (given instanceof Give) {
      state.delegated = given.delegated;
      return given.delegated ? given.value : { value: given.value, done: false };
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
}

addMethods(generatorPrototype, [
  [
    'next',
    1,
    function* (value): Running {
      return yield* resume(this, 'next', value);
    },
  ],
  [
    'return',
    1,
    function* (value): Running {
      return yield* resume(this, 'return', value);
    },
  ],
  [
    'throw',
    1,
    function* (value): Running {
      return yield* resume(this, 'throw', value);
    },
  ],
]);
tag(generatorPrototype, 'Generator');
defineProperty(generatorPrototype, 'constructor', { value: generatorFunctionPrototype, configurable: true });
defineProperty(generatorFunctionPrototype, 'constructor', { value: function* () {}.constructor, configurable: true });
defineProperty(generatorFunctionPrototype, 'prototype', { value: generatorPrototype, configurable: true });
tag(generatorFunctionPrototype, 'GeneratorFunction');

/** yield* of a generator: the inner iterator is asked as the outer one is. */
export function* giveAllOf(xs: unknown, site: number): Running {
  const opened = yield* openIterator(xs, site);
  let received: Resumption = { mode: 'next', value: undefined };
  for (;;) {
    const result = yield* forward(opened, received);
    if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
    if (yield* getProperty(result, 'done')) {
      const value = yield* getProperty(result, 'value');
      if (received.mode === 'return') yield new Leave(value) as unknown as Operation;
      return value;
    }
    received = (yield new Give(result, true) as unknown as Operation) as Resumption;
  }
}

function* forward(opened: Opened, { mode, value }: Resumption): Running {
  if (mode === 'next') return yield* askIterator(opened, value);
  const method = yield* getProperty(opened.it, mode);
  if (method !== undefined && method !== null) return yield* invoke(method, opened.it, [value]);
  if (mode === 'return') return { value, done: true };
  const close = yield* getProperty(opened.it, 'return');
  if (close !== undefined && close !== null) yield* invoke(close, opened.it, []);
  throw new TypeError("The iterator does not provide a 'throw' method.");
}
