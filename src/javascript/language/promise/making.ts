/** `Promise` of agents: how promises are made, and who is told of their end. Its functions are in methods.ts and combinators.ts. */
import type { Running } from '../../operation.ts';
import { construct, prototypeFor } from '../construct.ts';
import { shown, invoke } from '../call.ts';
import { asRunning, ended } from '../flow.ts';
import { getProperty, tag } from '../internal.ts';
import { createObject, defineProperty } from '../primordials.ts';
import { type Callable, stampMaker } from '../stamps.ts';
import { sync } from '../sync.ts';
import {
  becomePromise,
  type Capability,
  isPromise,
  reject,
  resolveInto,
  resolvingFunctions,
  unnamed,
} from './promise.ts';

/** `Promise`, as agents have it. */
export const AgentPromise = {
  Promise: function (this: unknown, executor: unknown) {
    if (new.target === undefined) throw new TypeError("Promise constructor cannot be invoked without 'new'");
    return sync(make(executor, new.target));
  },
}.Promise as unknown as PromiseConstructor & Callable;

export const promisePrototype = createObject(Object.prototype) as object;
defineProperty(AgentPromise, 'prototype', {
  value: promisePrototype,
  writable: false,
  enumerable: false,
  configurable: false,
});
defineProperty(promisePrototype, 'constructor', { value: AgentPromise, writable: true, configurable: true });
tag(promisePrototype, 'Promise');
defineProperty(AgentPromise, Symbol.species, {
  get: {
    'get [Symbol.species]'(this: unknown) {
      return this;
    },
  }['get [Symbol.species]'],
  configurable: true,
});
stampMaker(AgentPromise, (args, newTarget) => asRunning(make(args[0], newTarget)));

function* make(executor: unknown, newTarget: Callable): Running {
  if (typeof executor !== 'function') throw new TypeError(`Promise resolver ${shown(executor)} is not a function`);
  const promise = becomePromise(createObject(prototypeFor(newTarget, promisePrototype)) as object);
  const functions = resolvingFunctions(promise);
  try {
    yield* invoke(executor, undefined, [functions.resolve, functions.reject]);
  } catch (error) {
    yield* invoke(functions.reject, undefined, [error]);
  }
  return promise;
}

/** A new promise of the language itself. */
export function newPromise(): object {
  return becomePromise(createObject(promisePrototype) as object);
}

/** A promise of the language with who settles it. */
export function newCapability(): Capability {
  const promise = newPromise();
  return {
    promise,
    resolve: (value) => resolveInto(promise, value),
    reject(reason) {
      reject(promise, reason);
      return ended(undefined);
    },
  };
}

/** NewPromiseCapability. */
export function* capabilityOf(c: unknown): Running<Capability> {
  if (c === AgentPromise) return newCapability();
  if (typeof c !== 'function') throw new TypeError(`${shown(c)} is not a constructor`);
  const functions: { resolve: unknown; reject: unknown } = { resolve: undefined, reject: undefined };
  const executor = executorFor(functions);
  const promise = (yield* construct(c as Callable, [executor], c as Callable, -1)) as object;
  if (typeof functions.resolve !== 'function' || typeof functions.reject !== 'function')
    throw new TypeError('Promise resolve or reject function is not callable');
  return {
    promise,
    resolve: (value) => invoke(functions.resolve, undefined, [value]),
    reject: (reason) => invoke(functions.reject, undefined, [reason]),
  };
}

export function executorFor(functions: { resolve: unknown; reject: unknown }): Callable {
  const f = unnamed(function* (resolve, rejectIt): Running {
    yield* [];
    if (functions.resolve !== undefined || functions.reject !== undefined)
      throw new TypeError('Promise executor has already been invoked with non-undefined arguments');
    functions.resolve = resolve;
    functions.reject = rejectIt;
    return undefined;
  });
  defineProperty(f, 'length', { value: 2, configurable: true });
  return f;
}

/** PromiseResolve. */
export function* promiseResolve(c: unknown, value: unknown): Running<object> {
  if (isPromise(value) && (yield* getProperty(value, 'constructor')) === c) return value;
  const capability = yield* capabilityOf(c);
  yield* capability.resolve(value);
  return capability.promise;
}

export const resolved = (value: unknown): Running<object> => promiseResolve(AgentPromise, value);
