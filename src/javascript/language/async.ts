/** Async functions: a body that is left at each await and gone on with by a job. */
import type { Operation, Running } from '../operation.ts';
import { effect } from './access.ts';
import { Await, type Mode } from './markers.ts';
import { newPromise, resolved } from './promise/constructor.ts';
import { performThen, reject, resolveInto } from './promise/promise.ts';

/** Runs a body to its first await; gives the promise of its end. */
export function* runAsync(it: Running): Running {
  const promise = newPromise();
  yield* advance(it, promise, 'next', undefined);
  return promise;
}

function* advance(it: Running, promise: object, mode: Exclude<Mode, 'return'>, value: unknown): Running {
  let result: IteratorResult<unknown>;
  try {
    result = it[mode](value);
    while (!result.done) {
      const given: unknown = result.value;
      let back: unknown;
      try {
        if (given instanceof Await) {
          effect();
          performThen(
            yield* resolved(given.value),
            (v) => advance(it, promise, 'next', v),
            (e) => advance(it, promise, 'throw', e),
          );
          return undefined;
        }
        back = yield given as Operation;
      } catch (error) {
        result = it.throw(error);
        continue;
      }
      result = it.next(back);
    }
  } catch (error) {
    reject(promise, error);
    return undefined;
  }
  return yield* resolveInto(promise, result.value);
}
