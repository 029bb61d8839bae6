/**
 * Structured clone (HTML, 2.7), as V8 and Node have it. Containers are copied here, for they may hold ports and shared
 * memory, which are not copied; everything else is the engine's own to copy, or to refuse in its own words.
 *
 * Shared buffers are handed over as they are: who compares them across agents compares the memory. In Node each agent has
 * an object of its own over it; what one puts on that as a property, none other sees. Here it would: it is looked for.
 */
import { types } from 'node:util';
import { running } from '../agent.ts';
import { OwnFault } from '../error.ts';
import type { End } from './channel.ts';
import { current } from './current.ts';

/** What a message is on its way: a graph of its own, in which ends of channels stand for ports. */
export interface Packed {
  readonly root: unknown;
  readonly ends: readonly End[];
}

export interface Ports {
  /** The end that an object is the port of; undefined of an object that is no port. */
  endOf(object: object): End | undefined;
  /** Objects that no message can hold, though they look like any other: promises of the language. */
  isOpaque(object: object): boolean;
}

/** What code of the program has thrown that a message asked for what it holds. */
class Theirs {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
}

/** Asks the program's object, which may have a getter. */
function asked(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch (error) {
    throw new Theirs(error);
  }
}

/** Packs a message; what is transferred is taken from the sender. Throws what postMessage throws. */
export function pack(value: unknown, transfer: readonly unknown[], ports: Ports, source?: End): Packed {
  try {
    return packedWith(value, transfer, ports, source);
  } catch (error) {
    if (error instanceof Theirs) throw error.error;
    if (isOfClone(error)) throw error;
    const fault = new OwnFault(error);
    if (running.agent !== undefined) current().refused(fault);
    throw fault;
  }
}

/** Whether the engine, or Node, would say so too: of what cannot be copied, or is too deep or too large. */
function isOfClone(error: unknown): boolean {
  return error instanceof DOMException || error instanceof RangeError || (error instanceof Error && 'code' in error);
}

function packedWith(value: unknown, transfer: readonly unknown[], ports: Ports, source: End | undefined): Packed {
  const buffers = new Set<ArrayBuffer>();
  const ends = new Map<object, End>();
  for (const one of transfer) {
    const end = typeof one === 'object' && one !== null ? ports.endOf(one) : undefined;
    if (end !== undefined) {
      if (end === source) throw cloneError('Transfer list contains source port');
      if (ends.has(one as object)) throw cloneError('Transfer list contains duplicate MessagePort');
      if (end.owner === undefined || end.isClosed || end.isClosing)
        throw cloneError('MessagePort in transfer list is already detached');
      ends.set(one as object, end);
    } else if (one instanceof ArrayBuffer) {
      if (buffers.has(one)) throw cloneError('Transfer list contains duplicate ArrayBuffer');
      buffers.add(one);
    } else throw codeError(TypeError, 'ERR_INVALID_TRANSFER_OBJECT', 'Found invalid object in transferList');
  }
  const leaf = (object: object): unknown => {
    const end = ends.get(object);
    if (end !== undefined) return new InTransit(end);
    if (ports.endOf(object) !== undefined) {
      const text = 'Object that needs transfer was found in message but not listed in transferList';
      throw codeError(TypeError, 'ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST', text);
    }
    if (ports.isOpaque(object)) throw cloneError(`#<${nameOf(object)}> could not be cloned.`);
    return undefined;
  };
  const root = new Copier(leaf).copy(value);
  for (const buffer of buffers) structuredClone(buffer, { transfer: [buffer] });
  return { root, ends: [...ends.values()] };
}

/** The message as its receiver has it. Each end becomes a port of its own. */
export function unpack({ root, ends }: Packed, portOf: (end: End) => object): { value: unknown; ports: object[] } {
  if (ends.length === 0) return { value: root, ports: [] };
  const ports = new Map(ends.map((end) => [end, portOf(end)]));
  const value = new Copier((object) => (object instanceof InTransit ? ports.get(object.end) : undefined)).copy(root);
  return { value, ports: [...ports.values()] };
}

/** The same message once more: one to each of several receivers. */
export function repack(packed: Packed): Packed {
  return { root: new Copier(() => undefined).copy(packed.root), ends: packed.ends };
}

class InTransit {
  readonly end: End;
  constructor(end: End) {
    this.end = end;
  }
}

/** What was handed over as it is. */
const handedOver = new Set<object>();

/** Names of the properties of such objects, which agents share here and nowhere else; all are forgotten then. */
export function sharedProperties(): string[] {
  const found: string[] = [];
  if (handedOver.size === 0) return found;
  for (const object of handedOver) {
    const name = object instanceof SharedArrayBuffer ? 'buffer' : 'memory';
    for (const key of Reflect.ownKeys(object)) found.push(`${name}.${String(key)}`);
  }
  handedOver.clear();
  return found;
}

/** A shared buffer, or a WebAssembly.Memory over one. */
function isSharedMemory(value: object): boolean {
  return (
    value instanceof SharedArrayBuffer ||
    (value instanceof WebAssembly.Memory && types.isSharedArrayBuffer(value.buffer))
  );
}

export function cloneError(message: string): Error {
  return new DOMException(message, 'DataCloneError');
}

export function codeError(Type: new (message: string) => Error, code: string, message: string): Error {
  return Object.assign(new Type(message), { code });
}

class Copier {
  readonly #seen = new Map<object, unknown>();
  /** What an object becomes that is not to be looked into. */
  readonly #leaf: (object: object) => unknown;

  constructor(leaf: (object: object) => unknown) {
    this.#leaf = leaf;
  }

  copy(value: unknown): unknown {
    if (typeof value === 'function') throw cloneError(`${textOf(value)} could not be cloned.`);
    if (typeof value !== 'object' || value === null) return typeof value === 'symbol' ? structuredClone(value) : value;
    const seen = this.#seen.get(value);
    if (seen !== undefined) return seen;
    return this.#leaf(value) ?? this.#copyObject(value);
  }

  #made<T extends object>(value: object, made: T): T {
    this.#seen.set(value, made);
    return made;
  }

  #copyObject(value: object): unknown {
    // Whatever it is asked, the program answers.
    if (types.isProxy(value)) return structuredClone(value);
    if (isSharedMemory(value)) {
      handedOver.add(value);
      return value;
    }
    if (ArrayBuffer.isView(value)) return this.#copyView(value);
    if (types.isMap(value)) {
      const map = this.#made(value, new Map());
      for (const [key, one] of Array.from(mapEntries(value))) map.set(this.copy(key), this.copy(one));
      return map;
    }
    if (types.isSet(value)) {
      const set = this.#made(value, new Set());
      for (const one of Array.from(setValues(value))) set.add(this.copy(one));
      return set;
    }
    if (types.isNativeError(value))
      return this.#made(
        value,
        copyError(value, (cause) => this.copy(cause)),
      );
    if (Array.isArray(value))
      return this.#copyOwn(value, this.#made(value, Object.assign([], { length: value.length })));
    if (isNative(value)) return this.#made(value, structuredClone(value));
    return this.#copyOwn(value, this.#made(value, {}));
  }

  /** A view over memory that is copied with everything else, so that two views of one buffer stay so. */
  #copyView(value: ArrayBufferView): unknown {
    const { buffer, byteOffset } = value;
    const copied = this.copy(buffer) as ArrayBuffer;
    if (value instanceof DataView) return this.#made(value, new DataView(copied, byteOffset, value.byteLength));
    const Type = (globalThis as unknown as Record<string, new (b: ArrayBuffer, o: number, n: number) => object>)[
      (value as Uint8Array)[Symbol.toStringTag]
    ];
    return this.#made(value, new Type!(copied, byteOffset, (value as Uint8Array).length));
  }

  /** Own enumerable properties of strings, in order; a getter is asked. */
  #copyOwn(from: object, to: object): object {
    for (const key of Object.keys(from)) {
      if (!Object.hasOwn(from, key)) continue;
      const value = this.copy(asked(from, key));
      Object.defineProperty(to, key, { value, writable: true, enumerable: true, configurable: true });
    }
    return to;
  }
}

function asText(value: unknown): string {
  try {
    return String(value);
  } catch (error) {
    throw new Theirs(error);
  }
}

const textOf = (f: Function): string => asText(f);

function nameOf(object: object): string {
  const maker = asked(object, 'constructor');
  return typeof maker === 'function' ? asText(asked(maker, 'name')) : 'Object';
}

const mapEntries = (map: object): Iterable<[unknown, unknown]> => Reflect.apply(Map.prototype.entries, map, []);
const setValues = (set: object): Iterable<unknown> => Reflect.apply(Set.prototype.values, set, []);

/** Objects of the engine, or of nobody that can be copied property by property. */
function isNative(value: object): boolean {
  return (
    types.isAnyArrayBuffer(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    types.isPromise(value) ||
    types.isArgumentsObject(value) ||
    types.isGeneratorObject(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isModuleNamespaceObject(value) ||
    types.isKeyObject(value) ||
    value instanceof WebAssembly.Memory ||
    value instanceof WebAssembly.Module ||
    value instanceof WeakRef ||
    value instanceof Blob
  );
}

/** Name, message, stack and cause; the engine knows which names there are. */
function copyError(error: Error, copy: (value: unknown) => unknown): Error {
  const own = (key: string): unknown => Object.getOwnPropertyDescriptor(error, key)?.value;
  const [name, message] = [asked(error, 'name'), asked(error, 'message')];
  const plain = Object.assign(new Error(), { name });
  const made = structuredClone(plain);
  const put = (key: string, value: unknown) =>
    Object.defineProperty(made, key, { value, writable: true, enumerable: false, configurable: true });
  if (own('message') !== undefined) put('message', asText(message));
  put('stack', asked(error, 'stack'));
  if (Object.hasOwn(error, 'cause')) put('cause', copy(own('cause')));
  return made;
}
