/**
 * Native functions that come to shared memory: by what they are, and not by what they are called. Those that are not
 * known here are taken to touch none of what they are given (a Map keeps a view, an array holds it).
 *
 *   own parts   set, fill, copyWithin, Buffer's copy and fill, encodeInto: what they write goes in parts
 *   elements    DataView's, Buffer's readInt32LE and such, at: an access of one element, which may tear
 *   slices      slice, Buffer's toString and utf8Slice and such: they get a copy of what they read, taken in parts
 *   readers     the rest of typed arrays and Buffer, decoders, constructors: the same of the whole view
 *   writers     Buffer's write and fill: what they have written to a copy is put there in parts
 *   changers    reverse, sort, swap16: they get a copy of the whole view, and it is put back in parts
 */
import { deserialize } from 'node:v8';
import type { Running } from '../operation.ts';
import type { Call } from './call.ts';
import { copyBuffer, copyWithin, encodeInto, fill, setElements } from './copies.ts';
import { bufferElement, dataViewElement, elementAt } from './fields.ts';
import { Grow } from './length.ts';
import { privately, putBack } from './parts.ts';
import { sliceBuffer, sliceElements, sliceText } from './slices.ts';
import { fillBuffer, writeText } from './texts.ts';
import { sharedView } from './views.ts';

type Way = (call: Call) => Running | undefined;

const ways = new Map<Function, Way>();

/** The call, when it comes to shared memory; undefined when it can be made as it is. */
export function bulk(
  f: Function,
  self: unknown,
  args: readonly unknown[],
  name: string,
  site: number,
): Running | undefined {
  return ways.get(f)?.({ f, self, args, name, site });
}

/** `new f(...args)` of a native constructor that reads what it is given; undefined when it reads nothing shared. */
export function bulkNew(f: Function, args: readonly unknown[], newTarget: Function, site: number): Running | undefined {
  if (!constructors.has(f) || sharedView(args[0]) === undefined) return undefined;
  const make = (...all: readonly unknown[]) => Reflect.construct(f, all, newTarget);
  return withCopies({ f: make, self: undefined, args, name: `new ${f.name}`, site });
}

const views: readonly Function[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];
const constructors = new Set<Function>(views);

/** The functions of a prototype that are named so, or all of them. */
function methods(prototype: object, pick: RegExp | readonly string[]): Function[] {
  const found: Function[] = [];
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const value = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    const isPicked = pick instanceof RegExp ? pick.test(name) : pick.includes(name);
    if (isPicked && typeof value === 'function') found.push(value);
  }
  return found;
}

function goes(way: Way, functions: readonly Function[]): void {
  for (const f of functions) ways.set(f, way);
}

/** With a copy of every shared view among `this` and the arguments. */
function withCopies(call: Call): Running | undefined {
  return [call.self, ...call.args].some(hasShared) ? copied(call, false) : undefined;
}

/** The same, and what was done to the copy of `this` is written back. */
function throughCopy(call: Call): Running | undefined {
  return sharedView(call.self) === undefined ? withCopies(call) : copied(call, true);
}

function hasShared(value: unknown): boolean {
  return (
    sharedView(value) !== undefined ||
    (Array.isArray(value) && value.some((element) => sharedView(element) !== undefined))
  );
}

function* copied({ f, self, args, name, site }: Call, isPutBack: boolean): Running {
  const shared = sharedView(self);
  const own = shared === undefined ? self : yield* privately(name, shared, site);
  const list: unknown[] = [];
  for (const arg of args) list.push(yield* copyOf(arg, name, site));
  const result = Reflect.apply(f, own, list);
  if (isPutBack && shared !== undefined) yield* putBack(name, shared, own as ArrayBufferView, site);
  return result === own ? self : result;
}

function* copyOf(value: unknown, name: string, site: number): Running {
  const shared = sharedView(value);
  if (shared !== undefined) return yield* privately(name, shared, site);
  if (!Array.isArray(value) || !hasShared(value)) return value;
  const list: unknown[] = [];
  for (const element of value) list.push(yield* copyOf(element, name, site));
  return list;
}

const typed = Object.getPrototypeOf(Int8Array.prototype) as object;
const TYPED_NO_ACCESS = /^(constructor|subarray|values|keys|entries|buffer)$/;
const BUFFER_NO_ACCESS = /^(constructor|subarray|slice|parent|offset)$/;
const ARRAY_NO_ACCESS = /^(constructor|values|keys|entries|push|unshift)$/;

goes(
  withCopies,
  methods(typed, /^/).filter(({ name }) => !TYPED_NO_ACCESS.test(name)),
);
goes(
  withCopies,
  methods(Array.prototype, /^/).filter(({ name }) => !ARRAY_NO_ACCESS.test(name)),
);
goes(
  withCopies,
  methods(Buffer.prototype, /^/).filter((f) => !BUFFER_NO_ACCESS.test(f.name)),
);
goes(throughCopy, methods(typed, ['reverse', 'sort']));
goes(throughCopy, methods(Buffer.prototype, /^(write|.*Write$|swap)/));
goes(writeText, methods(Buffer.prototype, /^(write|.*Write)$/));
goes(fillBuffer, [Buffer.prototype.fill]);
goes(sliceElements, methods(typed, ['slice']));
goes(sliceText, methods(Buffer.prototype, /^(toString|toLocaleString|.+Slice)$/));
ways.delete(Buffer.prototype.slice);
ways.delete(Buffer.prototype.subarray);
goes(setElements, methods(typed, ['set']));
goes(fill, methods(typed, ['fill']));
goes(copyWithin, methods(typed, ['copyWithin']));
goes(copyBuffer, [Buffer.prototype.copy]);
goes(elementAt, methods(typed, ['at']));
goes(dataViewElement, methods(DataView.prototype, /^[gs]et/));
goes(bufferElement, methods(Buffer.prototype, /^(read|write)(Big)?(UInt|Uint|Int|Float|Double)/));
goes(encodeInto, [TextEncoder.prototype.encodeInto]);
goes(withCopies, [
  TextDecoder.prototype.decode,
  deserialize,
  ...methods(Buffer, ['concat', 'compare', 'copyBytesFrom']),
  Array.from,
  String,
  JSON.stringify,
  Object.values,
  Object.entries,
  Object.assign,
]);
goes(
  (call) => (sharedView(call.args[0]) === undefined ? undefined : withCopies(call)),
  [Buffer.from, Object.getPrototypeOf(Int8Array).from],
);
goes(grow, methods(SharedArrayBuffer.prototype, ['grow']));
goes(sliceBuffer, methods(SharedArrayBuffer.prototype, ['slice']));

function grow({ f, self, args, site }: Call): Running | undefined {
  return self instanceof SharedArrayBuffer ? one(new Grow(self, () => Reflect.apply(f, self, args), site)) : undefined;
}

function* one(operation: Grow): Running {
  return yield operation;
}
