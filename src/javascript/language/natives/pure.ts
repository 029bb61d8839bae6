/** Native functions that leave everything as it is: a loop that calls them may still have no effect. */
import { type Callable, stampPure } from '../stamps.ts';

const ALL = [Math, String.prototype, Number.prototype, BigInt.prototype, Number];
const SOME: readonly (readonly [object, readonly string[]])[] = [
  [Array.prototype, ['at', 'concat', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'slice', 'toString']],
  [Array, ['isArray', 'of']],
  [Object, ['entries', 'freeze', 'getOwnPropertyNames', 'getPrototypeOf', 'hasOwn', 'is', 'keys', 'values']],
  [Object.prototype, ['hasOwnProperty', 'isPrototypeOf', 'toString', 'valueOf']],
  [Map.prototype, ['get', 'has']],
  [Set.prototype, ['has']],
  [WeakMap.prototype, ['get', 'has']],
  [WeakSet.prototype, ['has']],
  [ArrayBuffer, ['isView']],
  [globalThis, ['Number', 'String', 'Boolean', 'BigInt', 'Symbol', 'parseInt', 'parseFloat', 'isNaN', 'isFinite']],
];
/** They call back, or depend on more than their arguments. */
const NOT = new Set(['random', 'replace', 'replaceAll', 'constructor', 'localeCompare']);

const stamped = new Set<Callable>();
function stamp(home: object, name: string): void {
  const f = Object.getOwnPropertyDescriptor(home, name)?.value as unknown;
  if (typeof f !== 'function' || NOT.has(name) || stamped.has(f as Callable)) return;
  stamped.add(f as Callable);
  stampPure(f);
}

for (const home of ALL) for (const name of Object.getOwnPropertyNames(home)) stamp(home, name);
for (const [home, names] of SOME) for (const name of names) stamp(home, name);
