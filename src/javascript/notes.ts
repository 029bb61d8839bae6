/**
 * What setup() gives. Threads share nothing of it but its shared buffers, so each agent is given a copy of all else, as by
 * postMessage. What an agent writes into its copy is a note for finished(), which is given one object with the notes of
 * all of them, one agent's behind the other's: so the object does not depend on who wrote first, and nobody reads others'.
 */
import { types } from 'node:util';

/** Something that no thread can be given. */
export class NotesError extends Error {
  override readonly name = 'NotesError';
}

type Copies = Map<object, object>;
type Plain = Record<PropertyKey, unknown>;

export class Notes {
  readonly #base: unknown;
  readonly #copies: Copies[] = [];

  /** Throws NotesError when it holds what no thread can be given. */
  constructor(base: unknown) {
    this.#base = base;
    void copyOf(base, new Map());
  }

  /** What the next agent is given. */
  copy(): unknown {
    const copies: Copies = new Map();
    this.#copies.push(copies);
    return copyOf(this.#base, copies);
  }

  /** What finished() is given. */
  all(): unknown {
    const results: Copies = new Map();
    const all = copyOf(this.#base, results);
    for (const copies of this.#copies) {
      for (const [base, copy] of copies) if (base !== copy) add(base, copy, results.get(base) as object, { copies, results });
    }
    return all;
  }
}

function copyOf(value: unknown, copies: Copies): unknown {
  if (typeof value === 'function') throw new NotesError(`a function, ${value.name === '' ? 'one without a name' : value.name}`);
  if (typeof value === 'symbol') throw new NotesError('a symbol');
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy = emptyOf(value);
  copies.set(value, copy);
  if (copy === value) return copy;
  if (Array.isArray(value)) for (const [i, one] of value.entries()) (copy as unknown[])[i] = copyOf(one, copies);
  else if (value instanceof Map) {
    for (const [key, one] of value) (copy as Map<unknown, unknown>).set(copyOf(key, copies), copyOf(one, copies));
  } else if (value instanceof Set) for (const one of value) (copy as Set<unknown>).add(copyOf(one, copies));
  else if (isPlain(value)) for (const key of Object.keys(value)) (copy as Plain)[key] = copyOf((value as Plain)[key], copies);
  return copy;
}

/** Its like with nothing in it; what is shared, or cannot be written to, itself; of what has no parts a copy. */
function emptyOf(value: object): object {
  if (Array.isArray(value)) return [];
  if (value instanceof Map) return new Map<unknown, unknown>();
  if (value instanceof Set) return new Set<unknown>();
  if (isPlain(value)) return {};
  if (types.isSharedArrayBuffer(value)) return value;
  if (ArrayBuffer.isView(value)) return types.isSharedArrayBuffer(value.buffer) ? value : structuredClone(value);
  if (value instanceof WebAssembly.Memory || value instanceof WebAssembly.Module) return value;
  if (types.isAnyArrayBuffer(value) || types.isDate(value) || types.isRegExp(value) || types.isNativeError(value))
    return structuredClone(value);
  if (types.isBoxedPrimitive(value)) return structuredClone(value);
  throw new NotesError(`an instance of ${nameOf(value)}`);
}

function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  return above === null || above === Object.prototype;
}

function nameOf(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class';
}

interface Maps {
  readonly copies: Copies;
  readonly results: Copies;
}

/** Adds to a result what a copy has beyond its base. */
function add(base: object, copy: object, result: object, maps: Maps): void {
  if (Array.isArray(base)) addElements(base, copy as unknown[], result as unknown[], maps);
  else if (base instanceof Map) {
    for (const [key, value] of copy as Map<unknown, unknown>) {
      const before = [...base].find(([one]) => isCopy(key, one, maps.copies));
      if (before === undefined) (result as Map<unknown, unknown>).set(key, value);
      else if (!isCopy(value, before[1], maps.copies)) (result as Map<unknown, unknown>).set(inResult(before[0], maps), value);
    }
  } else if (base instanceof Set) {
    for (const value of copy as Set<unknown>) {
      if (![...base].some((one) => isCopy(value, one, maps.copies))) (result as Set<unknown>).add(value);
    }
  } else if (isPlain(base)) addProperties(base as Plain, copy as Plain, result as Plain, maps);
  else if (ArrayBuffer.isView(base) && !(base instanceof DataView)) {
    addProperties(base as unknown as Plain, copy as Plain, result as Plain, maps);
  }
}

/** Whether a value of a copy is what was there before. */
function isCopy(value: unknown, base: unknown, copies: Copies): boolean {
  return Object.is(value, typeof base === 'object' && base !== null ? copies.get(base) : base);
}

const inResult = (base: unknown, { results }: Maps): unknown =>
  typeof base === 'object' && base !== null ? results.get(base) : base;

function addElements(base: readonly unknown[], copy: readonly unknown[], result: unknown[], { copies }: Maps): void {
  for (const [i, one] of base.entries()) if (!isCopy(copy[i], one, copies)) result[i] = copy[i];
  result.push(...copy.slice(base.length));
}

function addProperties(base: Plain, copy: Plain, result: Plain, { copies }: Maps): void {
  for (const key of Object.keys(copy)) {
    if (!(Object.hasOwn(base, key) && isCopy(copy[key], base[key], copies))) result[key] = copy[key];
  }
  for (const key of Object.keys(base)) if (!Object.hasOwn(copy, key)) delete result[key];
}
