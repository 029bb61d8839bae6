/** Functions of the machine as they were before any program ran, so that what a program changes changes nothing here. */
import { types } from 'node:util';

export const { apply, construct, defineProperty, getPrototypeOf, setPrototypeOf, ownKeys } = Reflect;
export const { create: createObject, hasOwn, is } = Object;
export const isArray = Array.isArray;
export const isNativePromise = types.isPromise;
export const isView = ArrayBuffer.isView;
export const arrayValues = Array.prototype[Symbol.iterator];
export const arrayIteratorPrototype = getPrototypeOf([][Symbol.iterator]()) as { next: () => unknown };
export const arrayIteratorNext = arrayIteratorPrototype.next;
export const iteratorPrototype = getPrototypeOf(arrayIteratorPrototype) as object;
export const typedArrayPrototype = getPrototypeOf(Uint8Array.prototype) as Uint8Array;
/** Of typed arrays, before others stand in their place (natives/coerced.ts). */
const { toString, toLocaleString, values } = typedArrayPrototype as unknown as Record<string, Function>;
export const viewMethods = { toString, toLocaleString, values } as {
  readonly [name in 'toString' | 'toLocaleString' | 'values']: Function;
};

export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
