/** Plain accesses of a property: whether they come to shared memory, and as operations. */
import type { Operation } from '../operation.ts';
import { ElementRead, ElementWrite, tornRead, tornWrite } from './element.ts';
import { LengthRead, whenLong } from './length.ts';
import { mayReach, type SharedView, sharedView, type TypedArray } from './views.ts';

/** Whether reading or writing this property comes to shared memory: an element, or a length that may grow. */
export function isShared(object: unknown, key: unknown): boolean {
  if (typeof key === 'number') return ArrayBuffer.isView(object) && isSharedElement(object);
  if (typeof key !== 'string') return false;
  if (key === 'byteLength' || key === 'length') return LengthRead.of(object, key, -1) !== undefined;
  return ArrayBuffer.isView(object) && isNumeric(key) && isSharedElement(object);
}

/** The same of an element alone. */
export function isElement(object: unknown, key: unknown): boolean {
  return key !== 'byteLength' && key !== 'length' && isShared(object, key);
}

function isSharedElement(object: ArrayBufferView): boolean {
  return sharedView(object) !== undefined && !(object instanceof DataView);
}

/** CanonicalNumericIndexString: such a key never reaches a property that somebody has added. */
function isNumeric(key: string): boolean {
  return key === '-0' || String(Number(key)) === key;
}

/** A plain read of what isShared has said yes to. */
export function read(object: unknown, key: unknown, site: number): Operation {
  const shared = sharedView(object);
  if (key === 'byteLength' || key === 'length') return LengthRead.of(object, key, site) as LengthRead;
  if (shared === undefined) throw new TypeError('not a view of shared memory');
  const index = indexOf(key);
  const make = (): Operation =>
    tears(shared, index) ? tornRead(shared, index, site) : new ElementRead(shared, index, site);
  return isAhead(shared, index) ? whenLong(shared, () => isInside(shared, index), make, site) : make();
}

/** A plain write of what isShared has said yes to; it comes to the value. */
export function write(object: unknown, key: unknown, value: unknown, site: number): Operation {
  const shared = sharedView(object);
  if (shared === undefined) throw new TypeError('not a view of shared memory');
  const index = indexOf(key);
  const make = (): Operation =>
    tears(shared, index) ? tornWrite(shared, index, value, site) : new ElementWrite(shared, index, value, site);
  return isAhead(shared, index) ? whenLong(shared, () => isInside(shared, index), make, site) : make();
}

const isInside = ({ view }: SharedView, index: number): boolean => index >= 0 && index < (view as TypedArray).length;

const tears = (shared: SharedView, index: number): boolean => shared.tears && isInside(shared, index);

/** Outside of the view as it is, and inside once it has grown. */
function isAhead(shared: SharedView, index: number): boolean {
  return shared.place.length !== undefined && index >= 0 && !isInside(shared, index) && mayReach(shared, index);
}

/** What is no whole number is outside of every view; so is '-0', which is not the name of -0. */
function indexOf(key: unknown): number {
  const index = key === '-0' ? -1 : Number(key);
  return Number.isInteger(index) ? index : -1;
}
