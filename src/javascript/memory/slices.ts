/** Functions that copy a part of a view, or make a text of it: they read that part and no more. */
import type { Running } from '../operation.ts';
import type { Call } from './call.ts';
import { range } from './copies.ts';
import { type Elements, privately } from './parts.ts';
import { placeOf } from './places.ts';
import { type SharedView, sharedView, type TypedArray } from './views.ts';

/** %TypedArray%.prototype.slice */
export function sliceElements(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  if (shared === undefined || shared.view instanceof DataView) return undefined;
  return sliced(call, shared, range(call.args[0], call.args[1], (shared.view as TypedArray).length));
}

/** Buffer.prototype.toString(encoding, start, end), utf8Slice(start, end), hexSlice(start, end), ... */
export function sliceText(call: Call): Running | undefined {
  const shared = sharedView(call.self);
  if (shared === undefined) return undefined;
  const [start, end] = call.f === Buffer.prototype.toString ? call.args.slice(1) : call.args;
  return sliced(call, shared, inside(start, end, shared.view.byteLength));
}

function* sliced({ f, args, name, site }: Call, shared: SharedView, read: Elements): Running {
  const own = yield* privately(name, shared, site, read);
  return Reflect.apply(f, own, args);
}

/** SharedArrayBuffer.prototype.slice: the bytes into a new shared buffer, which nobody else has yet. */
export function sliceBuffer(call: Call): Running | undefined {
  const { self } = call;
  if (!(self instanceof SharedArrayBuffer)) return undefined;
  return slicedBuffer(call, self);
}

function* slicedBuffer({ f, args, name, site }: Call, self: SharedArrayBuffer): Running {
  const shared = sharedView(new Uint8Array(self)) as SharedView;
  const copy = yield* privately(name, shared, site, range(args[0], args[1], self.byteLength));
  const twin = new SharedArrayBuffer(self.byteLength);
  new Uint8Array(twin).set(copy as Uint8Array);
  const slice = Reflect.apply(f, twin, args) as SharedArrayBuffer;
  placeOf(slice);
  return slice;
}

/** Of Buffer: nothing is counted from the end, and what is no number is left out. */
export function inside(start: unknown, end: unknown, length: number): Elements {
  const from = Math.max(0, Math.trunc(Number(start)) || 0);
  const to = end === undefined ? length : Math.trunc(Number(end)) || 0;
  return [Math.min(from, length), Math.min(Math.max(to, 0), length)];
}
