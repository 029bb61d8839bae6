/** for await and yield* of async generators. */
import type { Operation, Running } from '../operation.ts';
import { invoke } from './call.ts';
import { asRunning } from './flow.ts';
import { getProperty, languageFunction } from './internal.ts';
import { askIterator, notIterable, openIterator } from './iterators.ts';
import { Await, Give, Leave, type Mode, type Resumption } from './markers.ts';
import type { Opened } from './opened.ts';
import { isObject } from './primordials.ts';
import { giveAllOf } from './generators.ts';
import { newCapability, resolved } from './promise/constructor.ts';
import { performThen } from './promise/promise.ts';

/** GetIterator, async: one of its own, or a sync one whose values are awaited. */
function* openAsync(xs: unknown, site: number): Running<Opened> {
  if (xs === undefined || xs === null) throw notIterable(xs, site, 'async ');
  const method = yield* getProperty(xs, Symbol.asyncIterator);
  if (method === undefined || method === null) {
    if (typeof (xs as Iterable<unknown>)[Symbol.iterator] !== 'function') throw notIterable(xs, site, 'async ');
    return fromSync(yield* openIterator(xs, site));
  }
  const it = yield* invoke(method, xs, [], site);
  if (!isObject(it)) throw new TypeError('Result of the Symbol.asyncIterator method is not an object');
  return { it, next: yield* getProperty(it, 'next') };
}

/** CreateAsyncFromSyncIterator. */
function fromSync(opened: Opened): Opened {
  const it: Record<string, unknown> = {};
  for (const mode of ['next', 'throw', 'return'] as const)
    it[mode] = languageFunction(mode, 1, (...args) => askSync(opened, mode, args));
  return { it, next: it.next };
}

function* askSync(opened: Opened, mode: Mode, args: unknown[]): Running {
  const capability = newCapability();
  try {
    const result = yield* resultOf(opened, mode, args);
    const done = Boolean(yield* getProperty(result, 'done'));
    const value = yield* getProperty(result, 'value');
    const promise = yield* resolved(value);
    performThen(
      promise,
      (v) => capability.resolve({ value: v, done }),
      (e) => capability.reject(e),
    );
  } catch (error) {
    yield* capability.reject(error);
  }
  return capability.promise;
}

function* resultOf(opened: Opened, mode: Mode, args: unknown[]): Running<object> {
  if (mode === 'next') return yield* askIterator(opened, ...args);
  const method = yield* getProperty(opened.it, mode);
  if (method === undefined || method === null) {
    if (mode === 'return') return { value: args[0], done: true };
    const close = yield* getProperty(opened.it, 'return');
    if (close !== undefined && close !== null) yield* invoke(close, opened.it, []);
    throw new TypeError("The iterator does not provide a 'throw' method.");
  }
  const result = yield* invoke(method, opened.it, args);
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return result;
}

/** What a for-await loop goes through; the emitted code does the awaiting. */
class AsyncIteration {
  value: unknown;
  open = false;
  threw = false;
  private readonly opened: Opened;
  constructor(opened: Opened) {
    this.opened = opened;
  }
  next(): unknown {
    this.open = false;
    return asRunning(invoke(this.opened.next, this.opened.it, []));
  }
  accept(result: unknown): boolean {
    if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
    const { done, value } = result as IteratorResult<unknown>;
    if (done) return false;
    this.value = value;
    this.open = true;
    return true;
  }
  failed(error: unknown): unknown {
    this.threw = true;
    return error;
  }
  close(): unknown {
    return asRunning(this.ask());
  }
  private *ask(): Running {
    const method = yield* getProperty(this.opened.it, 'return');
    if (method !== undefined && method !== null) return yield* invoke(method, this.opened.it, []);
    this.open = false;
    return undefined;
  }
  closed(result: unknown): void {
    if (!this.threw && !isObject(result)) throw new TypeError(`${String(result)} is not an object`);
  }
}

export function iterateAsync(xs: unknown, site: number): unknown {
  return asRunning(openIteration(xs, site));
}

function* openIteration(xs: unknown, site: number): Running {
  return new AsyncIteration(yield* openAsync(xs, site));
}

/** yield*, of a generator or an async one. */
export function giveAll(xs: unknown, isAsync: boolean, site: number): Running {
  return isAsync ? giveAllAsync(xs, site) : giveAllOf(xs, site);
}

function* giveAllAsync(xs: unknown, site: number): Running {
  const opened = yield* openAsync(xs, site);
  let received: Resumption = { mode: 'next', value: undefined };
  for (;;) {
    const asked = yield* askAsync(opened, received);
    const result = yield new Await(asked) as unknown as Operation;
    if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
    const done = yield* getProperty(result, 'done');
    const value = yield* getProperty(result, 'value');
    if (done) {
      if (received.mode === 'return') yield new Leave(value) as unknown as Operation;
      return value;
    }
    received = (yield new Give(value, true) as unknown as Operation) as Resumption;
  }
}

function* askAsync({ it, next }: Opened, { mode, value }: Resumption): Running {
  if (mode === 'next') return yield* invoke(next, it, [value]);
  const method = yield* getProperty(it, mode);
  if (method !== undefined && method !== null) return yield* invoke(method, it, [value]);
  if (mode === 'return') {
    const awaited = yield new Await(value) as unknown as Operation;
    return yield new Leave(awaited) as unknown as Operation;
  }
  const close = yield* getProperty(it, 'return');
  if (close !== undefined && close !== null) yield new Await(yield* invoke(close, it, [])) as unknown as Operation;
  throw new TypeError("The iterator does not provide a 'throw' method.");
}
