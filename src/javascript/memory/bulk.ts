/**
 * Native functions that come to shared memory: by what they are, and not by what they are called. Those that are not
 * known here are taken to touch all that they are given (unknown.ts).
 *
 *   own parts   set, fill, copyWithin, Buffer's copy and fill, encodeInto: what they write goes in parts
 *   elements    DataView's, Buffer's readInt32LE and such, at: an access of one element, which may tear
 *   slices      slice, Buffer's toString and utf8Slice and such: they get a copy of what they read, taken in parts
 *   readers     the rest of typed arrays and Buffer, decoders, constructors: the same of the whole view
 *   writers     Buffer's write and fill: what they have written to a copy is put there in parts
 *   changers    reverse, sort, swap16: they get a copy of the whole view, and it is put back in parts
 *   blind       a Map keeps a view, an array holds it: nothing of it is looked at but by toString() and iterators, which
 *               see to it themselves (language/natives/coerced.ts)
 *
 * Where a length decides that may grow it is read first, in a step of its own.
 */
import { deserialize } from 'node:v8';
import { running } from '../agent.ts';
import { viewMethods } from '../language/primordials.ts';
import type { Operation, Running } from '../operation.ts';
import { blind } from './blind.ts';
import type { Call } from './call.ts';
import {
  throughCopy,
  throughOwnCopy,
  withCopies,
  withCopiesOfElements,
  withDeepCopies,
  withDirectCopies,
  withOwnCopy,
} from './copied.ts';
import { copyBuffer, copyWithin, encodeInto, fill, setElements } from './copies.ts';
import { bufferElement, dataViewElement, elementAt } from './fields.ts';
import { Grow, lengthAmong } from './length.ts';
import { made } from './places.ts';
import { assign, define, getDescriptor, getProperty, setProperty } from './properties.ts';
import { readers } from './readers.ts';
import { sliceBuffer, sliceElements, sliceText } from './slices.ts';
import { fillBuffer, writeText } from './texts.ts';
import { unknown } from './unknown.ts';
import { sharedView } from './views.ts';
import { instantiate, noGrowing } from './wasm.ts';

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
  const way = ways.get(f);
  if (way === nothing || !made.any) return undefined;
  const call = { f, self, args, name, site };
  if (way === undefined) return unknown(call);
  return made.growing ? behindLength(call, way) : way(call);
}

/** Knows the length, and then goes its way. */
function behindLength(call: Call, way: Way): Running | undefined {
  const length = lengthAmong([call.self, ...call.args], call.site);
  return length === undefined || way === grow ? way(call) : goesBehind(length, call, way);
}

function* goesBehind(length: Operation, call: Call, way: Way): Running {
  yield length;
  const code = way(call);
  if (code !== undefined) return yield* code;
  if (running.agent !== undefined) running.agent.effects++;
  return Reflect.apply(call.f, call.self, call.args);
}

/** The functions of a prototype that are named so, or all of them. */
function methods(home: object, pick: RegExp | readonly string[]): Function[] {
  const found: Function[] = [];
  for (const name of Object.getOwnPropertyNames(home)) {
    const value: unknown = Object.getOwnPropertyDescriptor(home, name)?.value;
    const isPicked = pick instanceof RegExp ? pick.test(name) : pick.includes(name);
    if (isPicked && typeof value === 'function') found.push(value);
  }
  return found;
}

function getters(home: object): Function[] {
  return Object.values(Object.getOwnPropertyDescriptors(home)).flatMap(({ get }) => (get === undefined ? [] : [get]));
}

function goes(way: Way, functions: readonly Function[]): void {
  for (const f of functions) ways.set(f, way);
}

/** Of those that come to nothing whatever they are given. */
const nothing: Way = () => undefined;
/** Of those that come to a length at most. */
const lengthOnly: Way = () => undefined;
const unlessOwn: Way = (call) => (sharedView(call.self) === undefined ? undefined : unknown(call));

const unlessDirect: Way = (call) =>
  call.args.some((arg) => sharedView(arg) !== undefined) ? unknown(call) : undefined;

const typed = Object.getPrototypeOf(Int8Array.prototype) as object;
const BUFFER_NO_ACCESS = /^(constructor|subarray|slice|parent|offset)$/;
const OF_LISTS = ['push', 'unshift', 'pop', 'shift', 'splice', 'values', 'entries'];

goes(nothing, blind);
goes(lengthOnly, [...getters(typed), ...getters(DataView.prototype), ...getters(SharedArrayBuffer.prototype)]);
goes(withOwnCopy, methods(Array.prototype, /^/));
goes(unlessOwn, methods(Array.prototype, OF_LISTS));
goes(withOwnCopy, [...methods(typed, /^/), viewMethods.toLocaleString]);
goes(lengthOnly, methods(typed, ['subarray', 'keys', 'entries', 'values']));
goes(nothing, [...methods(typed, ['constructor']), ...methods(Array.prototype, ['constructor', 'concat'])]);
goes(withCopies, methods(Array.prototype, ['join', 'toString', 'toLocaleString']));
goes(throughOwnCopy, [...methods(typed, ['reverse', 'sort']), ...methods(Array.prototype, ['reverse', 'sort'])]);
goes(
  withCopies,
  methods(Buffer.prototype, /^/).filter((f) => !BUFFER_NO_ACCESS.test(f.name)),
);
goes(throughCopy, methods(Buffer.prototype, /^(write|.*Write$|swap)/));
goes(writeText, methods(Buffer.prototype, /^(write|.*Write)$/));
goes(fillBuffer, [Buffer.prototype.fill]);
goes(sliceElements, methods(typed, ['slice']));
goes(sliceText, methods(Buffer.prototype, /^(toString|toLocaleString|.+Slice)$/));
goes(lengthOnly, [Buffer.prototype.slice, Buffer.prototype.subarray, ...getters(Buffer.prototype)]);
goes(setElements, methods(typed, ['set']));
goes(fill, [...methods(typed, ['fill']), ...methods(Array.prototype, ['fill'])]);
goes(copyWithin, [...methods(typed, ['copyWithin']), ...methods(Array.prototype, ['copyWithin'])]);
goes(copyBuffer, [Buffer.prototype.copy]);
goes(elementAt, [...methods(typed, ['at']), ...methods(Array.prototype, ['at'])]);
goes(dataViewElement, methods(DataView.prototype, /^[gs]et/));
goes(bufferElement, methods(Buffer.prototype, /^(read|write)(Big)?(UInt|Uint|Int|Float|Double)/));
goes(encodeInto, [TextEncoder.prototype.encodeInto]);
goes(withCopies, [
  TextDecoder.prototype.decode,
  deserialize,
  ...methods(Buffer, ['concat', 'compare', 'copyBytesFrom']),
  ...methods(Math, /^/),
  ...methods(String, /^/),
  ...methods(String.prototype, /^/),
  ...methods(Number, /^/),
  String,
  Number,
  BigInt,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  encodeURI,
  encodeURIComponent,
  decodeURI,
  decodeURIComponent,
  escape,
  unescape,
]);
goes(withDeepCopies, readers);
goes(withCopiesOfElements, [JSON.stringify]);
goes(withDirectCopies, [Object.values, Object.entries]);
goes(lengthOnly, [
  Object.keys,
  Object.getOwnPropertyNames,
  Object.hasOwn,
  Object.prototype.hasOwnProperty,
  Object.prototype.propertyIsEnumerable,
  Reflect.ownKeys,
  Reflect.has,
  Buffer.byteLength,
]);
goes(getProperty, [Reflect.get]);
goes(setProperty, [Reflect.set]);
goes(getDescriptor, [Object.getOwnPropertyDescriptor, Reflect.getOwnPropertyDescriptor]);
goes(define, [Object.defineProperty, Reflect.defineProperty]);
goes(assign, [Object.assign]);
goes(
  (call) => (sharedView(call.args[0]) === undefined ? undefined : withDirectCopies(call)),
  [Array.from, Buffer.from, Object.getPrototypeOf(Int8Array).from],
);
goes(grow, methods(SharedArrayBuffer.prototype, ['grow']));
goes(sliceBuffer, methods(SharedArrayBuffer.prototype, ['slice']));
goes(noGrowing, methods(WebAssembly.Memory.prototype, ['grow']));
goes(instantiate, methods(WebAssembly, ['instantiate']));
goes(unlessDirect, [Object.create, Object.setPrototypeOf, Reflect.setPrototypeOf]);

function grow({ f, self, args, site }: Call): Running | undefined {
  return self instanceof SharedArrayBuffer ? one(new Grow(self, () => Reflect.apply(f, self, args), site)) : undefined;
}

function* one(operation: Grow): Running {
  return yield operation;
}
