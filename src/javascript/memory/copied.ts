/**
 * Native functions that only read what they are given: they get copies of the shared views in it, which were taken in
 * parts. What holds them is copied as well, so far as it does.
 */
import { types } from 'node:util';
import type { Running } from '../operation.ts';
import type { Call } from './call.ts';
import { privately, putBack } from './parts.ts';
import { reached } from './reach.ts';
import { type SharedView, sharedView } from './views.ts';

/** With a copy of every shared view among `this` and the arguments, or in a list of them. */
export function withCopies(call: Call): Running | undefined {
  return [call.self, ...call.args].some((one) => hasShared(one)) ? copied(call, hasShared, false) : undefined;
}

/** The same, and what was done to the copy of `this` is written back. */
export function throughCopy(call: Call): Running | undefined {
  return sharedView(call.self) === undefined ? withCopies(call) : copied(call, hasShared, true);
}

/** With a copy of `this` alone: arguments are what the function looks for, or puts in. */
export function withOwnCopy(call: Call): Running | undefined {
  return sharedView(call.self) === undefined ? undefined : copied(call, () => false, false);
}

export function throughOwnCopy(call: Call): Running | undefined {
  return sharedView(call.self) === undefined ? undefined : copied(call, () => false, true);
}

/** With copies of the views themselves, and not of those that something else holds. */
export function withDirectCopies(call: Call): Running | undefined {
  return call.args.some(isShared) ? copied(call, isShared, false) : undefined;
}

/** With a copy of all that holds a shared view or buffer, however deep. */
export function withDeepCopies(call: Call): Running | undefined {
  return reached([call.self, ...call.args]).length > 0 ? copied(call, isReaching, false) : undefined;
}

/** The same for JSON, which has nothing to say of a buffer. */
export function withCopiesOfElements(call: Call): Running | undefined {
  return reached(call.args, false).length > 0 ? copied(call, isReachingElements, false) : undefined;
}

/** Lists in lists that are looked into. */
const MOST_DEEP = 4;

const isShared = (value: unknown): boolean => sharedView(value) !== undefined;
const hasShared = (value: unknown, depth = 0): boolean =>
  isShared(value) || (depth < MOST_DEEP && Array.isArray(value) && value.some((one) => hasShared(one, depth + 1)));
const isReaching = (value: unknown): boolean => reached([value]).length > 0;
const isReachingElements = (value: unknown): boolean => reached([value], false).length > 0;

type Wanted = (value: unknown) => boolean;

function* copied({ f, self, args, name, site }: Call, isWanted: Wanted, isPutBack: boolean): Running {
  const copier = new Copier(name, isWanted, site);
  const shared = sharedView(self);
  const own = shared === undefined ? yield* copier.copy(self) : yield* privately(name, shared, site);
  const list: unknown[] = [];
  for (const arg of args) list.push(yield* copier.copy(arg));
  const result = Reflect.apply(f, own, list);
  if (isPutBack && shared !== undefined) yield* putBack(name, shared, own as ArrayBufferView, site);
  return result === own ? self : result;
}

class Copier {
  readonly #name: string;
  readonly #site: number;
  readonly #isWanted: Wanted;
  readonly #copies = new Map<object, unknown>();

  constructor(name: string, isWanted: Wanted, site: number) {
    this.#name = name;
    this.#isWanted = isWanted;
    this.#site = site;
  }

  *copy(value: unknown): Running {
    if (typeof value !== 'object' || value === null || !this.#isWanted(value)) return value;
    if (this.#copies.has(value)) return this.#copies.get(value);
    const shared = sharedView(value);
    if (types.isSharedArrayBuffer(value)) return yield* this.#buffer(value);
    if (shared === undefined) return yield* this.#holder(value);
    const copy = yield* privately(this.#name, shared, this.#site);
    this.#copies.set(value, copy);
    return copy;
  }

  *#buffer(buffer: SharedArrayBuffer): Running {
    const bytes = yield* privately(this.#name, sharedView(new Uint8Array(buffer)) as SharedView, this.#site);
    const twin = this.#made(buffer, new SharedArrayBuffer(buffer.byteLength));
    new Uint8Array(twin).set(bytes as Uint8Array);
    return twin;
  }

  /** It is read as the program reads it: what it holds may be watched. */
  *#holder(value: object): Running {
    if (value instanceof Map) {
      const map = this.#made(value, new Map());
      for (const [key, one] of value) map.set(yield* this.copy(key), yield* this.copy(one));
      return map;
    }
    if (value instanceof Set) {
      const set = this.#made(value, new Set());
      for (const one of value) set.add(yield* this.copy(one));
      return set;
    }
    const isList = Array.isArray(value);
    const made = this.#made<object>(
      value,
      isList ? [] : (Object.create(Object.getPrototypeOf(value) as object) as object),
    );
    for (const key of Reflect.ownKeys(value)) {
      const own = Reflect.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      if ('value' in own) own.value = yield* this.copy(Reflect.get(value, key));
      Object.defineProperty(made, key, own);
    }
    return made;
  }

  #made<T extends object>(value: object, made: T): T {
    this.#copies.set(value, made);
    return made;
  }
}
