/** What programs call of promises: then, catch, finally, and what makes them but for the combinators. */
import type { Running } from '../../operation.ts';
import { invoke, shown } from '../call.ts';
import { construct } from '../construct.ts';
import { addMethods, getProperty, languageFunction } from '../internal.ts';
import { isObject } from '../primordials.ts';
import type { Callable } from '../stamps.ts';
import { AgentPromise, capabilityOf, executorFor, promisePrototype, promiseResolve } from './making.ts';
import { isPromise, performThen, unnamed } from './promise.ts';

function* speciesOf(promise: object): Running {
  const c = yield* getProperty(promise, 'constructor');
  if (c === undefined) return AgentPromise;
  if (!isObject(c)) throw new TypeError('The .constructor property is not an object');
  const species = yield* getProperty(c, Symbol.species);
  if (species === undefined || species === null) return AgentPromise;
  if (typeof species !== 'function') throw new TypeError('object.constructor[Symbol.species] is not a constructor');
  return species;
}

/** Calls what was given to finally, waits for what it gives, and ends as the promise ended. */
function* afterwards(last: unknown, c: unknown, end: () => unknown): Running {
  const promise = yield* promiseResolve(c, yield* invoke(last, undefined, []));
  const then = yield* getProperty(promise, 'then');
  const ending = languageFunction('', 0, function* (): Running {
    yield* [];
    return end();
  });
  return yield* invoke(then, promise, [ending]);
}

const incompatible = (name: string, self: unknown): TypeError =>
  new TypeError(`Method Promise.prototype.${name} called on incompatible receiver ${shown(self)}`);

addMethods(promisePrototype, [
  [
    'then',
    2,
    function* (fulfilled, rejected): Running {
      if (!isPromise(this)) throw incompatible('then', this);
      const capability = yield* capabilityOf(yield* speciesOf(this));
      performThen(this, { f: fulfilled, capability }, { f: rejected, capability });
      return capability.promise;
    },
  ],
  [
    'catch',
    1,
    function* (rejected): Running {
      return yield* invoke(yield* getProperty(this, 'then'), this, [undefined, rejected]);
    },
  ],
  [
    'finally',
    1,
    function* (last): Running {
      if (!isObject(this)) throw incompatible('finally', this);
      const c = yield* speciesOf(this);
      const then = yield* getProperty(this, 'then');
      if (typeof last !== 'function') return yield* invoke(then, this, [last, last]);
      const fulfilled = unnamed((value) => afterwards(last, c, () => value));
      const rejected = unnamed((reason) =>
        afterwards(last, c, () => {
          throw reason;
        }),
      );
      return yield* invoke(then, this, [fulfilled, rejected]);
    },
  ],
]);

addMethods(AgentPromise, [
  [
    'resolve',
    1,
    function* (value): Running {
      if (!isObject(this)) throw new TypeError('PromiseResolve called on non-object');
      return yield* promiseResolve(this, value);
    },
  ],
  [
    'reject',
    1,
    function* (reason): Running {
      const capability = yield* capabilityOf(this);
      yield* capability.reject(reason);
      return capability.promise;
    },
  ],
  [
    'withResolvers',
    0,
    function* (): Running {
      const functions: { resolve: unknown; reject: unknown } = { resolve: undefined, reject: undefined };
      if (typeof this !== 'function') throw new TypeError(`${shown(this)} is not a constructor`);
      const promise = yield* construct(
        this as unknown as Callable,
        [executorFor(functions)],
        this as unknown as Callable,
        -1,
      );
      return { promise, resolve: functions.resolve, reject: functions.reject };
    },
  ],
  [
    'try',
    1,
    function* (f, ...args): Running {
      const capability = yield* capabilityOf(this);
      try {
        yield* capability.resolve(yield* invoke(f, undefined, args));
      } catch (error) {
        yield* capability.reject(error);
      }
      return capability.promise;
    },
  ],
]);
