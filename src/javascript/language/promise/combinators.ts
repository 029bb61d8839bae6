/** Promise.all, allSettled, any and race (ECMA-262, 27.2.4). */
import type { Running } from '../../operation.ts';
import { invoke } from '../call.ts';
import { addMethods, getProperty } from '../internal.ts';
import { abandonIterator, askIterator, openIterator } from '../iterators.ts';
import type { Callable } from '../stamps.ts';
import { AgentPromise, capabilityOf } from './making.ts';
import { type Capability, unnamed } from './promise.ts';

/** What is kept while the promises end. */
interface Gathering {
  readonly capability: Capability;
  readonly values: unknown[];
  /** Those that have not ended, and one for the loop that asks for them. */
  left: number;
}

interface Way {
  /** What each `then` is given. */
  handlers(gathering: Gathering, index: number): readonly [unknown, unknown];
  /** When all have ended. */
  end?(gathering: Gathering): Running;
}

function combine(way: Way): (this: unknown, ...args: unknown[]) => Running {
  return function* (this: unknown, list: unknown): Running {
    const capability = yield* capabilityOf(this);
    try {
      const resolve = yield* getProperty(this, 'resolve');
      if (typeof resolve !== 'function') throw new TypeError('Promise resolve or reject function is not callable');
      yield* gather(way, { capability, values: [], left: 1 }, this, resolve, list);
    } catch (error) {
      yield* capability.reject(error);
    }
    return capability.promise;
  };
}

function* gather(way: Way, gathering: Gathering, c: unknown, resolve: unknown, list: unknown): Running {
  const opened = yield* openIterator(list, -1);
  for (let index = 0; ; index++) {
    const result = yield* askIterator(opened);
    if (yield* getProperty(result, 'done')) break;
    const value = yield* getProperty(result, 'value');
    try {
      gathering.values.push(undefined);
      const promise = yield* invoke(resolve, c, [value]);
      gathering.left++;
      const [fulfilled, rejected] = way.handlers(gathering, index);
      yield* invoke(yield* getProperty(promise, 'then'), promise, [fulfilled, rejected]);
    } catch (error) {
      yield* abandonIterator(opened);
      throw error;
    }
  }
  return yield* ended(way, gathering);
}

function* ended(way: Way, gathering: Gathering): Running {
  return --gathering.left === 0 && way.end !== undefined ? yield* way.end(gathering) : undefined;
}

/** A function that puts what it is given into its place, once. */
function keeper(
  way: Way,
  gathering: Gathering,
  index: number,
  once: { called: boolean },
  shape: (value: unknown) => unknown,
): Callable {
  return unnamed(function* (value): Running {
    if (once.called) return undefined;
    once.called = true;
    gathering.values[index] = shape(value);
    return yield* ended(way, gathering);
  });
}

const resolveOf = ({ capability }: Gathering): Callable => unnamed((value) => capability.resolve(value));
const rejectOf = ({ capability }: Gathering): Callable => unnamed((reason) => capability.reject(reason));

const all: Way = {
  handlers: (gathering, index) => [
    keeper(all, gathering, index, { called: false }, (value) => value),
    rejectOf(gathering),
  ],
  end: ({ capability, values }) => capability.resolve(values),
};

const allSettled: Way = {
  handlers(gathering, index) {
    const once = { called: false };
    return [
      keeper(allSettled, gathering, index, once, (value) => ({ status: 'fulfilled', value })),
      keeper(allSettled, gathering, index, once, (reason) => ({ status: 'rejected', reason })),
    ];
  },
  end: ({ capability, values }) => capability.resolve(values),
};

const any: Way = {
  handlers: (gathering, index) => [
    resolveOf(gathering),
    keeper(any, gathering, index, { called: false }, (reason) => reason),
  ],
  end: ({ capability, values }) => capability.reject(new AggregateError(values, 'All promises were rejected')),
};

const race: Way = { handlers: (gathering) => [resolveOf(gathering), rejectOf(gathering)] };

addMethods(AgentPromise, [
  ['all', 1, combine(all)],
  ['allSettled', 1, combine(allSettled)],
  ['any', 1, combine(any)],
  ['race', 1, combine(race)],
]);
