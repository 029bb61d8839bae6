/**
 * Promises of native code: they are settled outside of the explored time, so what would follow one would come at no moment of
 * an execution, or never. To wait for one is refused. assert's that give one are done with the agent's own instead.
 */
import assert from 'node:assert';
import type { Operation, Running } from '../operation.ts';
import { runAsync } from '../language/async.ts';
import { invoke, nativePromises } from '../language/call.ts';
import { asRunning } from '../language/flow.ts';
import { wait } from '../language/markers.ts';
import { isObject } from '../language/primordials.ts';
import { type Callable, stampHandler } from '../language/stamps.ts';
import { codeError } from '../world/clone.ts';
import { refuse } from './refused.ts';

const { AssertionError } = assert;

for (const name of ['then', 'catch', 'finally'] as const)
  stampHandler(Promise.prototype[name] as Callable, (self, _args, site) => {
    const why =
      'a promise of native code would be settled outside of the explored time: give what is asked for it a stub';
    return refuse(why, (isObject(self) ? nativePromises.of(self) : undefined) ?? site);
  });

/** What a promise, or the one that a function gives, is rejected with; undefined of one that is not. */
function* rejectionOf(given: unknown): Running<{ readonly error: unknown } | undefined> {
  const promise = typeof given === 'function' ? yield* invoke(given, undefined, []) : given;
  if (!isObject(promise) || typeof (promise as { then?: unknown }).then !== 'function') {
    throw typeof given === 'function'
      ? codeError(
          TypeError,
          'ERR_INVALID_RETURN_VALUE',
          'Expected instance of Promise to be returned from the "promiseFn" function.',
        )
      : codeError(
          TypeError,
          'ERR_INVALID_ARG_TYPE',
          'The "promiseFn" argument must be of type function or an instance of Promise.',
        );
  }
  try {
    yield wait(promise) as unknown as Operation;
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Throws what assert would throw for an error that was thrown, with the words of a rejection. */
function judged(check: (thrown: () => never) => void, name: string, error: unknown): void {
  try {
    check(() => {
      throw error;
    });
  } catch (wrong) {
    if (wrong instanceof AssertionError && wrong !== error) {
      wrong.message = wrong.message.replace('unwanted exception', 'unwanted rejection');
      wrong.operator = name;
    }
    throw wrong;
  }
}

function* rejects([given, expected, message]: readonly unknown[]): Running {
  const found = yield* rejectionOf(given);
  if (found !== undefined) {
    const rest = [expected, message].filter((one) => one !== undefined) as [];
    return judged((thrown) => assert.throws(thrown, ...rest), 'rejects', found.error);
  }
  const isText = typeof expected === 'string';
  const name = isObject(expected) ? (expected as { name?: unknown }).name : undefined;
  const told = isText ? expected : message;
  const text = `Missing expected rejection${name === undefined || name === '' ? '' : ` (${String(name)})`}`;
  throw new AssertionError({
    message: `${text}${told === undefined || told === '' ? '.' : `: ${String(told)}`}`,
    operator: 'rejects',
    expected: isText ? undefined : expected,
  });
}

function* doesNotReject([given, ...rest]: readonly unknown[]): Running {
  const found = yield* rejectionOf(given);
  if (found === undefined) return undefined;
  return judged((thrown) => assert.doesNotThrow(thrown, ...(rest as [])), 'doesNotReject', found.error);
}

stampHandler(assert.rejects as Callable, (_self, args) => asRunning(runAsync(rejects(args))));
stampHandler(assert.doesNotReject as Callable, (_self, args) => asRunning(runAsync(doesNotReject(args))));
