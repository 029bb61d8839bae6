/** Iterators, opened, asked and closed by code that can be left. */
import type { Running } from '../operation.ts';
import { iterables } from '../texts.ts';
import { invoke } from './call.ts';
import { getProperty } from './internal.ts';
import { memory } from './memory.ts';
import { arrayIteratorNext, arrayIteratorPrototype, arrayValues, isArray, isObject, isView } from './primordials.ts';
import type { Opened } from './opened.ts';
import { sharedElements } from './shared-elements.ts';

/** An array that is gone through as arrays are: nothing of the program runs. */
export function isPlainArray(xs: unknown): xs is unknown[] {
  return isArray(xs) && xs[Symbol.iterator] === arrayValues && arrayIteratorPrototype.next === arrayIteratorNext;
}

/** Something native of which an iteration runs nothing of the program and touches nothing shared. */
export function isPlain(xs: unknown): boolean {
  return isPlainArray(xs) || typeof xs === 'string';
}

export function notIterable(xs: unknown, site: number, how = ''): TypeError {
  const text = iterables.get(site) ?? `${typed(xs)} is not iterable (cannot read property Symbol(Symbol.iterator))`;
  return new TypeError(how === '' ? text : text.replace('is not iterable', `is not ${how}iterable`));
}

/** A value with its type, as the engine has it there. */
function typed(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'object null';
  if (typeof value === 'object') return 'object';
  return `${typeof value} ${String(value)}`;
}

/** GetIterator. */
export function* openIterator(xs: unknown, site: number): Running<Opened> {
  if (xs === undefined || xs === null) throw notIterable(xs, site);
  const method = yield* getProperty(xs, Symbol.iterator);
  if (typeof method !== 'function') throw notIterable(xs, site);
  if (isView(xs) && memory.current.isShared(xs, 0)) return sharedElements(xs as Uint8Array, site);
  const it = yield* invoke(method, xs, [], site);
  if (!isObject(it)) throw new TypeError('Result of the Symbol.iterator method is not an object');
  return { it, next: yield* getProperty(it, 'next') };
}

/** One step: the result object, checked. */
export function* askIterator({ it, next }: Opened, ...args: unknown[]): Running<object> {
  const result = yield* invoke(next, it, args);
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return result;
}

/** IteratorClose after a completion that is no throw. */
export function* closeIterator({ it }: Opened): Running {
  const method = yield* getProperty(it, 'return');
  if (method === undefined || method === null) return undefined;
  const result = yield* invoke(method, it, []);
  if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
  return undefined;
}

/** IteratorClose after a throw, which stays the one that counts. */
export function* abandonIterator({ it }: Opened): Running {
  try {
    const method = yield* getProperty(it, 'return');
    if (method !== undefined && method !== null) yield* invoke(method, it, []);
  } catch {
    // The first failure is the one to tell.
  }
  return undefined;
}

/** All that is left of it, or at most `most` and then closed. */
export function* collect(xs: unknown, most: number, site: number): Running<unknown[]> {
  if (isPlainArray(xs) && most < 0) return [...xs];
  const opened = yield* openIterator(xs, site);
  const all: unknown[] = [];
  while (most < 0 || all.length < most) {
    const result = yield* askIterator(opened);
    if (yield* getProperty(result, 'done')) return all;
    all.push(yield* getProperty(result, 'value'));
  }
  yield* closeIterator(opened);
  return all;
}
