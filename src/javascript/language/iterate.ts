/** for-of, spreading and array patterns. */
import type { Running } from '../operation.ts';
import { iterables, sources } from '../texts.ts';
import { get, name, nameOf } from './access.ts';
import { method0, method1 } from './call.ts';
import { asRunning, flow, on } from './flow.ts';
import { getProperty } from './internal.ts';
import { memory } from './memory.ts';
import {
  abandonIterator,
  askIterator,
  closeIterator,
  collect,
  isPlain,
  isPlainArray,
  openIterator,
} from './iterators.ts';
import type { Opened } from './opened.ts';
import { createObject, defineProperty, getPrototypeOf, isObject, isView, ownKeys } from './primordials.ts';
import { proxiedBy, proxies, trappedHas } from './proxies.ts';

const DONE = name('done');
const VALUE = name('value');

/** What a for-of loop goes through. `step` and `close` answer as flow.ts tells. */
export interface Iteration {
  value: unknown;
  step(): unknown;
  failed(error: unknown): unknown;
  close(): unknown;
}

class ArrayIteration implements Iteration {
  value: unknown;
  private at = 0;
  private readonly array: readonly unknown[];
  constructor(array: readonly unknown[]) {
    this.array = array;
  }
  step(): boolean {
    if (this.at >= this.array.length) {
      // An array that grows behind the end is not gone into again.
      this.at = Infinity;
      return false;
    }
    this.value = this.array[this.at++];
    return true;
  }
  failed(error: unknown): unknown {
    return error;
  }
  close(): void {}
}

class IteratorIteration implements Iteration {
  value: unknown;
  private done = false;
  private threw = false;
  private readonly opened: Opened;
  constructor(opened: Opened) {
    this.opened = opened;
  }

  step(): unknown {
    // Whatever fails from here to the value is the iterator's own failure: it is not closed then.
    this.done = true;
    if (DONE.a || VALUE.a) return asRunning(this.ask());
    const result = method0(this.opened.it, this.opened.next, -1);
    if (flow.f !== 0) {
      flow.f = 0;
      return asRunning(this.accept(result as Running));
    }
    if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
    const { done } = result as IteratorResult<unknown>;
    if (done) return false;
    this.value = (result as IteratorResult<unknown>).value;
    this.done = false;
    return true;
  }

  private *accept(running: Running): Running {
    const result = yield* running;
    if (!isObject(result)) throw new TypeError(`Iterator result ${String(result)} is not an object`);
    return yield* this.take(result);
  }

  private *ask(): Running {
    return yield* this.take(yield* askIterator(this.opened));
  }

  private *take(result: object): Running {
    if (yield* getProperty(result, 'done')) return false;
    this.value = yield* getProperty(result, 'value');
    this.done = false;
    return true;
  }

  failed(error: unknown): unknown {
    this.threw = true;
    return error;
  }

  close(): unknown {
    if (this.done) return undefined;
    this.done = true;
    return asRunning(this.threw ? abandonIterator(this.opened) : closeIterator(this.opened));
  }
}

export function iterate(xs: unknown, site: number): unknown {
  if (isPlainArray(xs)) return new ArrayIteration(xs);
  return asRunning(open(xs, site));
}

function* open(xs: unknown, site: number): Running {
  return new IteratorIteration(yield* openIterator(xs, site));
}

/** What an array pattern takes its elements from: at most `most` of them, all below 0. */
export function take(xs: unknown, most: number, site: number): unknown {
  return isPlain(xs) ? xs : asRunning(collect(xs, most, site));
}

/** What `...` spreads into an array. */
export function spread(xs: unknown, site: number): unknown {
  return isPlain(xs) ? xs : asRunning(collect(xs, -1, site));
}

/** What `...` spreads into arguments: the engine's messages are other ones. */
export function spreadArguments(xs: unknown, site: number): unknown {
  if (isPlain(xs)) return xs;
  if (xs === undefined || xs === null) throw new TypeError(`${iterables.get(site)} (cannot read property undefined)`);
  if (typeof (xs as Iterable<unknown>)[Symbol.iterator] !== 'function')
    throw new TypeError('Spread syntax requires ...iterable[Symbol.iterator] to be a function');
  return asRunning(collect(xs, -1, site));
}

/**
 * What an object pattern takes from: mostly nothing but a check. `keys` are those of the pattern, one behind the other,
 * or null when they are not known: of a view they are read one by one.
 */
export function from(value: unknown, property: string | null, site: number, keys: string | null): unknown {
  if (value === undefined || value === null) {
    const what = property === null ? '' : `property '${property}' of `;
    throw new TypeError(`Cannot destructure ${what}'${sources.get(site) ?? String(value)}' as it is ${String(value)}.`);
  }
  return isMemory(value) ? asRunning(taken(value, keys, site)) : value;
}

const isMemory = (value: unknown): value is object =>
  isObject(value) &&
  // A proxy would be asked for its prototype.
  (isView(value) || (proxiedBy(value) === undefined && value instanceof SharedArrayBuffer)) &&
  isSharedMemory(value);
const isSharedMemory = (value: object): boolean =>
  memory.current.isShared(value, 0) || memory.current.isShared(value, 'byteLength');

/** An object with those properties; with all that it has of its own when they are not known. */
function* taken(value: object, keys: string | null, site: number): Running {
  const object = value as Record<PropertyKey, unknown>;
  if (keys === null) return yield* whole(object, site);
  const made: Record<PropertyKey, unknown> = {};
  for (const key of keys.split(',')) put(made, key, yield* getAt(object, key, site));
  return made;
}

function* getAt(object: object, key: PropertyKey, site: number): Running {
  return yield* on(get(object, key, site));
}

const put = (made: object, key: PropertyKey, value: unknown): void => {
  defineProperty(made, key, { value, writable: true, enumerable: true, configurable: true });
};

/** Its own properties, each read. */
function* own(object: object, site: number): Running<object> {
  const made = createObject(getPrototypeOf(object)) as object;
  if (memory.current.isShared(object, 'byteLength')) yield* behindLength(object, site);
  for (const key of ownKeys(object)) put(made, key, yield* getAt(object, key, site));
  return made;
}

/** Those, and what a pattern may ask for besides. */
function* whole(object: object, site: number): Running {
  const made = yield* own(object, site);
  for (const key of ['length', 'byteLength', 'byteOffset', 'buffer']) {
    defineProperty(made, key, { value: yield* getAt(object, key, site), writable: true, configurable: true });
  }
  return made;
}

/** What `...` copies into an object. */
export function spreadObject(value: unknown, site: number): unknown {
  return isMemory(value) ? asRunning(own(value, site)) : value;
}

/** What for-in goes through: of a view that grows its length decides. */
export function spreadKeys(value: unknown, site: number): unknown {
  return isMemory(value) && memory.current.isShared(value, 'byteLength') ? asRunning(behindLength(value, site)) : value;
}

function* behindLength(value: object, site: number): Running {
  yield memory.current.read(value, 'byteLength', site);
  return value;
}

/** `key in object`: a proxy has its trap; of a view that grows its length decides. */
export function has(key: unknown, object: unknown, site: number): unknown {
  if (proxies.any && isObject(object)) {
    const trapped = trappedHas(nameOf(key), object);
    if (trapped !== undefined) return asRunning(trapped);
  }
  return isMemory(object) && memory.current.isShared(object, 'byteLength')
    ? asRunning(looking(key, object, site))
    : (key as PropertyKey) in (object as object);
}

function* looking(key: unknown, object: object, site: number): Running {
  return (key as PropertyKey) in ((yield* behindLength(object, site)) as object);
}

/** What becomes the prototype of a literal: what is read through it is not seen, so a view is named. */
export function above(value: unknown, site: number): unknown {
  return isMemory(value) ? method1(undefined, Object.create, value, site) : value;
}

/** The strings of a tagged template. */
export const strings = (all: TemplateStringsArray): TemplateStringsArray => all;
