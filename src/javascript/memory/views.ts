/** Views of shared buffers: which bytes of which place an element is. */
import { hidden } from '../hidden.ts';
import type { Touch } from '../operation.ts';
import { type BufferPlace, placeOf } from './places.ts';

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;
export type View = TypedArray | DataView;

/** What makes them. */
export const viewTypes: readonly Function[] = [
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
  DataView,
];

export interface SharedView {
  readonly place: BufferPlace;
  readonly view: View;
  readonly buffer: SharedArrayBuffer;
  readonly offset: number;
  /** Bytes of an element; 1 of a DataView. */
  readonly width: number;
  /**
   * Whether a plain access of an element may come apart (ECMA-262, 29.7: IsNoTearConfiguration): floats and BigInts.
   * One byte never does.
   */
  readonly tears: boolean;
  /** Name of its type. */
  readonly type: string;
}

const TEARS = /^(Float|Big)/;
/** What is known of views: null of one that is not shared. */
const known = hidden<SharedView | null>();

/** The shared view that `value` is; undefined for everything else. */
export function sharedView(value: unknown): SharedView | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  let found = known.of(value);
  if (found === undefined) {
    found = look(value as View);
    known.put(value, found);
  }
  return found ?? undefined;
}

const typeName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int8Array.prototype), Symbol.toStringTag)?.get;

function look(view: View): SharedView | null {
  const { buffer } = view;
  if (!(buffer instanceof SharedArrayBuffer)) return null;
  const type = (typeName?.call(view) as string | undefined) ?? 'DataView';
  const width = view instanceof DataView ? 1 : view.BYTES_PER_ELEMENT;
  return { place: placeOf(buffer), view, buffer, offset: view.byteOffset, width, tears: TEARS.test(type), type };
}

/** Whether the element is one of the view once its buffer has grown as far as it can. */
export function mayReach({ buffer, offset, width }: SharedView, index: number): boolean {
  return (
    index >= 0 &&
    offset + (index + 1) * width <= ((buffer as { maxByteLength?: number }).maxByteLength ?? buffer.byteLength)
  );
}

/** Bytes `from` to `to` of a view. */
export function touchBytes({ place, offset }: SharedView, from: number, to: number, writes: boolean): Touch {
  return { place, from: offset + from, to: offset + to, writes, atomic: false };
}

/** That of the length of a buffer that can grow: whoever looks at an element looks at it too. */
export function withLength({ place }: SharedView, touches: Touch[], writes = false): Touch[] {
  if (place.length !== undefined) touches.push({ place: place.length, from: 0, to: 1, writes, atomic: true });
  return touches;
}
