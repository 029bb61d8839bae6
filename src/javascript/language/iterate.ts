/** for-of, spreading and array patterns. */
import type { Running } from '../operation.ts';
import { iterables, sources } from '../texts.ts';
import { name } from './access.ts';
import { method0 } from './call.ts';
import { asRunning, flow } from './flow.ts';
import { getProperty } from './internal.ts';
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
import { isObject } from './primordials.ts';

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

/** What an object pattern takes from: nothing but a check. */
export function from(value: unknown, property: string | null, site: number): unknown {
  if (value !== undefined && value !== null) return value;
  const what = property === null ? '' : `property '${property}' of `;
  throw new TypeError(`Cannot destructure ${what}'${sources.get(site) ?? String(value)}' as it is ${String(value)}.`);
}

/** The strings of a tagged template. */
export const strings = (all: TemplateStringsArray): TemplateStringsArray => all;
