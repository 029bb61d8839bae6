/** What transformed code asks about memory, and the operations it gets. */
import type { Operation } from '../operation.ts';
import { ElementRead, ElementWrite, tornRead, tornWrite } from './element.ts';
import { LengthRead } from './length.ts';
import type { TypedArray } from './views.ts';
import { sharedView } from './views.ts';

export { atomic } from './atomics.ts';
export { bulk, bulkNew } from './bulk.ts';

/** Whether reading or writing this property comes to shared memory: an element, or a length that may grow. */
export function isShared(object: unknown, key: unknown): boolean {
  if (typeof key === 'number') return ArrayBuffer.isView(object) && isSharedElement(object);
  if (typeof key !== 'string') return false;
  if (key === 'byteLength' || key === 'length') return LengthRead.of(object, key, -1) !== undefined;
  return ArrayBuffer.isView(object) && isNumeric(key) && isSharedElement(object);
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
  const torn = shared.tears && index < (shared.view as TypedArray).length && index >= 0;
  return torn ? tornRead(shared, index, site) : new ElementRead(shared, index, site);
}

/** A plain write of what isShared has said yes to; it comes to the value. */
export function write(object: unknown, key: unknown, value: unknown, site: number): Operation {
  const shared = sharedView(object);
  if (shared === undefined) throw new TypeError('not a view of shared memory');
  const index = indexOf(key);
  const torn = shared.tears && index < (shared.view as TypedArray).length && index >= 0;
  return torn ? tornWrite(shared, index, value, site) : new ElementWrite(shared, index, value, site);
}

/** What is no whole number is outside of every view; so is '-0', which is not the name of -0. */
function indexOf(key: unknown): number {
  const index = key === '-0' ? -1 : Number(key);
  return Number.isInteger(index) ? index : -1;
}
