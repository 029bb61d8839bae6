/**
 * Native functions that do not look into shared memory that they are given: they keep it, hand it on or ask what it is.
 * What is made text or number of it goes by its toString(), what is gone through by its iterator.
 */
import assert from 'node:assert';
import util from 'node:util';

/** Classes that look into nothing they are given. */
const CLASSES = [Map, Set, WeakMap, WeakSet, WeakRef, Promise, Symbol, Boolean, Date, RegExp, Error, Function];

/** All functions of these. */
const ALL: readonly object[] = [
  ...[...CLASSES, BigInt, Number].flatMap((one) => [one, one.prototype as object]),
  Intl,
  Intl.NumberFormat.prototype,
  Intl.DateTimeFormat.prototype,
  Intl.Collator.prototype,
  ...[[].values(), new Map().values(), new Set().values()].map((one) => Object.getPrototypeOf(one) as object),
  // What all iterators have.
  Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object,
  ...[(function* () {})(), (async function* () {})()].map(
    (one) => Object.getPrototypeOf(Object.getPrototypeOf(one)) as object,
  ),
  util.types,
];

const SOME: readonly (readonly [object, readonly string[]])[] = [
  [
    Object,
    [
      'freeze',
      'seal',
      'preventExtensions',
      'isFrozen',
      'isSealed',
      'isExtensible',
      'is',
      'getPrototypeOf',
      'fromEntries',
      'groupBy',
      'getOwnPropertySymbols',
    ],
  ],
  [
    Object.prototype,
    ['isPrototypeOf', 'toString', 'valueOf', '__lookupGetter__', '__lookupSetter__', 'toLocaleString'],
  ],
  [Array, ['isArray', 'of', 'fromAsync']],
  [ArrayBuffer, ['isView']],
  [Reflect, ['getPrototypeOf', 'isExtensible', 'preventExtensions', 'apply', 'construct', 'deleteProperty']],
  [Atomics, ['isLockFree', 'pause']],
  [JSON, ['parse']],
  [Buffer, ['isBuffer', 'isEncoding', 'alloc', 'allocUnsafe', 'allocUnsafeSlow']],
  [assert, ['ok', 'equal', 'notEqual', 'strictEqual', 'notStrictEqual', 'fail', 'throws', 'doesNotThrow', 'ifError']],
  [util, ['deprecate', 'inherits', 'isArray', 'stripVTControlCharacters', 'toUSVString']],
];

const functionsOf = (home: object, names: readonly PropertyKey[]): Function[] =>
  names.flatMap((name) => {
    const own = Object.getOwnPropertyDescriptor(home, name);
    return [own?.value, own?.get, own?.set].filter((one): one is Function => typeof one === 'function');
  });

export const blind: readonly Function[] = [
  ...ALL.flatMap((home) => functionsOf(home, Reflect.ownKeys(home))),
  ...SOME.flatMap(([home, names]) => functionsOf(home, names)),
  ...CLASSES,
  Object,
  Array,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  assert,
  assert.strict,
  assert.AssertionError,
];
