/** Functions that write shared memory element after element, done in parts (parts.ts). What is wrong, the engine says. */
import type { Running } from '../operation.ts';
import type { Call } from './call.ts';
import { inParts, privately } from './parts.ts';
import { type SharedView, sharedView, type TypedArray } from './views.ts';

/** %TypedArray%.prototype.set */
export function setElements(call: Call): Running | undefined {
  const target = sharedView(call.self);
  const source = sharedView(call.args[0]);
  return target === undefined && source === undefined ? undefined : setting(call, target, source);
}

function* setting(
  { f, self, args, name, site }: Call,
  target: SharedView | undefined,
  source: SharedView | undefined,
): Running {
  const offset = Math.trunc(Number(args[1])) || 0;
  const to = self as TypedArray;
  // An array, or what is like one, is read and converted before anything is written; so is a view of the same buffer.
  const overlaps = source !== undefined && source.buffer === target?.buffer;
  const from = yield* elements(overlaps ? undefined : source, args[0], to, name, site);
  const count = (from as TypedArray).length;
  if (offset < 0 || offset + count > to.length) return Reflect.apply(f, self, args);
  const spans = [
    ...(source === undefined || overlaps ? [] : [{ shared: source, first: 0, writes: false }]),
    ...(target === undefined ? [] : [{ shared: target, first: offset, writes: true }]),
  ];
  yield* inParts(name, count, spans, (a, b) => Reflect.apply(f, self, [from.subarray(a, b), offset + a]), site);
  return undefined;
}

function* elements(
  source: SharedView | undefined,
  given: unknown,
  to: TypedArray,
  name: string,
  site: number,
): Running<TypedArray> {
  if (source !== undefined) return source.view as TypedArray;
  const same = sharedView(given);
  if (same !== undefined) return (yield* privately(name, same, site)) as TypedArray;
  if (ArrayBuffer.isView(given) && !(given instanceof DataView)) return given as TypedArray;
  const like = Object(given) as ArrayLike<never>;
  const own = emptyLike(to, Math.max(0, Math.trunc(Number(like.length)) || 0));
  own.set(like);
  return own;
}

/** %TypedArray%.prototype.fill */
export function fill(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  return shared === undefined ? undefined : filling(call, shared);
}

function* filling({ f, self, args, name, site }: Call, shared: SharedView): Running {
  const to = self as TypedArray;
  const one = emptyLike(to, 1);
  Reflect.apply(f, one, [args[0]]);
  const [from, end] = range(args[1], args[2], to.length);
  const spans = [{ shared, first: from, writes: true }];
  const each = (a: number, b: number) => Reflect.apply(f, self, [one[0], from + a, from + b]);
  yield* inParts(name, Math.max(0, end - from), spans, each, site);
  return self;
}

/** %TypedArray%.prototype.copyWithin: from the end when it would overwrite what it has still to read. */
export function copyWithin(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  return shared === undefined ? undefined : copyingWithin(call, shared);
}

function* copyingWithin({ f, self, args, name, site }: Call, shared: SharedView): Running {
  const { length } = self as TypedArray;
  const [target] = range(args[0], undefined, length);
  const [from, end] = range(args[1], args[2], length);
  const count = Math.max(0, Math.min(end - from, length - target));
  const each = (a: number, b: number) => Reflect.apply(f, self, [target + a, from + a, from + b]);
  const spans = [
    { shared, first: from, writes: false },
    { shared, first: target, writes: true },
  ];
  yield* inParts(name, count, spans, each, site, from < target);
  return self;
}

/** Buffer.prototype.copy(target, targetStart, start, end) */
export function copyBuffer(call: Call): Running | undefined {
  const source = sharedView(call.self);
  const target = sharedView(call.args[0]);
  return source === undefined && target === undefined ? undefined : copyingBuffer(call, source, target);
}

function* copyingBuffer(
  { f, self, args, name, site }: Call,
  source: SharedView | undefined,
  target: SharedView | undefined,
): Running {
  const from = self as Uint8Array;
  const to = args[0] as Uint8Array;
  const [start, begin, end] = [args[1] ?? 0, args[2] ?? 0, args[3] ?? from.length].map(
    (n) => Math.trunc(Number(n)) || 0,
  );
  const count = Math.min((end ?? 0) - (begin ?? 0), from.length - (begin ?? 0), to.length - (start ?? 0));
  // Nothing to copy, or something to complain of.
  if (count <= 0 || (start ?? 0) < 0 || (begin ?? 0) < 0) return Reflect.apply(f, self, args);
  const spans = [
    ...(source === undefined ? [] : [{ shared: source, first: begin ?? 0, writes: false }]),
    ...(target === undefined ? [] : [{ shared: target, first: start ?? 0, writes: true }]),
  ];
  const each = (a: number, b: number) =>
    Reflect.apply(f, self, [to, (start ?? 0) + a, (begin ?? 0) + a, (begin ?? 0) + b]);
  yield* inParts(name, count, spans, each, site, from.buffer === to.buffer && from.byteOffset < to.byteOffset);
  return count;
}

/** TextEncoder.prototype.encodeInto: what it writes is known before, so it is written in parts. */
export function encodeInto(call: Call): Running | undefined {
  const shared = sharedView(call.args[1]);
  return shared === undefined ? undefined : encoding(call, shared);
}

function* encoding({ f, self, args, name, site }: Call, shared: SharedView): Running {
  const there = shared.view as Uint8Array;
  const own = new Uint8Array(there.length);
  const result = Reflect.apply(f, self, [args[0], own]) as { written: number };
  const spans = [{ shared, first: 0, writes: true }];
  yield* inParts(name, result.written, spans, (a, b) => there.set(own.subarray(a, b), a), site);
  return result;
}

/** Relative start and end, as slice has them. */
export function range(start: unknown, end: unknown, length: number): [number, number] {
  return [relative(start, 0, length), relative(end, length, length)];
}

function relative(value: unknown, missing: number, length: number): number {
  if (value === undefined) return missing;
  const n = Number(value);
  const whole = Number.isNaN(n) ? 0 : Math.trunc(n);
  return whole < 0 ? Math.max(length + whole, 0) : Math.min(whole, length);
}

/** A typed array of the same type, of memory of its own. */
function emptyLike(view: TypedArray, length: number): TypedArray {
  const name = view[Symbol.toStringTag];
  return new (globalThis as unknown as Record<string, new (n: number) => TypedArray>)[name]!(length);
}
