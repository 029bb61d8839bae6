/** What native functions may change (lasting.ts). Of those that are not named here nothing is known. */
import { CALLS, NOTHING, SELF, TARGET } from '../lasting.ts';
import { arrayIteratorPrototype, getPrototypeOf, iteratorPrototype, typedArrayPrototype } from '../primordials.ts';
import { isPure, reachOf, stampReach } from '../stamps.ts';

function give(reach: number, f: unknown): void {
  if (typeof f === 'function' && reachOf(f) === undefined) stampReach(f, reach);
}

function giveAll(reach: number, home: object, pick: (name: string, f: object) => boolean = () => true): void {
  for (const name of Reflect.ownKeys(home)) {
    const f = Reflect.getOwnPropertyDescriptor(home, name)?.value as unknown;
    if (typeof f === 'function' && name !== 'constructor' && pick(String(name), f)) give(reach, f);
  }
}

const named = (reach: number, home: object, ...names: readonly string[]): void =>
  giveAll(reach, home, (name) => names.includes(name));

const FREEZING = ['freeze', 'seal', 'preventExtensions'];
const changing = [...FREEZING, 'assign', 'defineProperty', 'defineProperties', 'setPrototypeOf'];

named(TARGET | CALLS, Object, ...changing);
named(TARGET | CALLS, Reflect, ...changing, 'set', 'deleteProperty');
named(CALLS, Object, 'groupBy', 'create', 'fromEntries');
named(NOTHING, Object, ...'entries keys values is hasOwn isFrozen isSealed isExtensible getPrototypeOf'.split(' '));
named(
  NOTHING,
  Object,
  ...'getOwnPropertyNames getOwnPropertySymbols getOwnPropertyDescriptor getOwnPropertyDescriptors'.split(' '),
);
named(NOTHING, Reflect, ...'get has ownKeys getPrototypeOf getOwnPropertyDescriptor isExtensible apply'.split(' '));
// What these call is called as any other (functions.ts).
named(NOTHING, Function.prototype, 'call', 'apply', 'bind', 'toString');

named(NOTHING, Array, 'isArray');
named(CALLS, Array, 'from', 'of', 'fromAsync');
named(CALLS, JSON, 'parse', 'stringify');
named(CALLS, String.prototype, 'replace', 'replaceAll');
for (const home of [Math, Number, BigInt, Symbol, String, Date, Atomics]) giveAll(NOTHING, home);
const PRIMITIVES = [String.prototype, Number.prototype, BigInt.prototype, Symbol.prototype, Boolean.prototype];
for (const home of [...PRIMITIVES, Date.prototype, DataView.prototype]) giveAll(NOTHING, home);
const iterators = [new Map().keys(), new Set().keys(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)].map(
  (one) => getPrototypeOf(one) as object,
);
/** Methods that call what they are given. */
const CALLING = /^(forEach|map|filter|find.*|some|every|reduce.*|sort|toSorted|flatMap|Symbol\(Symbol\.replace\))$/;
const CONTAINERS = [Array.prototype, typedArrayPrototype, Map.prototype, Set.prototype, WeakMap.prototype];
const BYTES = [ArrayBuffer.prototype, SharedArrayBuffer.prototype, Buffer.prototype, TextDecoder.prototype];
for (const home of [...CONTAINERS, ...BYTES, WeakSet.prototype, TextEncoder.prototype, RegExp.prototype]) {
  giveAll(SELF | CALLS, home, (name) => CALLING.test(name));
  giveAll(SELF, home);
}
for (const home of [...iterators, arrayIteratorPrototype]) giveAll(SELF, home);
named(NOTHING, iteratorPrototype, String(Symbol.iterator));
giveAll(CALLS, Buffer);
named(TARGET, Error, 'captureStackTrace');
// What is pure leaves all that there is as it is; those that freeze were named above.
for (const home of [globalThis, Object.prototype, ArrayBuffer]) giveAll(NOTHING, home, (_name, f) => isPure(f));

const ERRORS = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError, AggregateError];
const VIEWS = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];
const WIDE = [Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView, ArrayBuffer, SharedArrayBuffer];
const OTHERS = [Array, Object, Map, Set, WeakMap, WeakSet, Date, RegExp, String, Number, Boolean, TextEncoder];
for (const f of [...ERRORS, ...VIEWS, ...WIDE, ...OTHERS, TextDecoder, Symbol, BigInt]) give(NOTHING, f);
