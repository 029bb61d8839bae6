/** call, apply, bind, Reflect, toString of functions, accessors defined by hand. */
import { sourceTexts } from '../../texts.ts';
import { element, get as propertyOf, markAccessor } from '../access.ts';
import { method } from '../call.ts';
import { create, construct } from '../construct.ts';
import { asRunning, on } from '../flow.ts';
import { isSeen, lasting } from '../lasting.ts';
import { apply, defineProperty, isObject } from '../primordials.ts';
import { bodyOf, type Callable, handlerOf, infoOf, makerOf, recordOf, stampHandler, stampMaker } from '../stamps.ts';
import type { Running } from '../../operation.ts';
import { asNative, canBeLeft, isSharedView } from './native.ts';

const {
  call: nativeCall,
  apply: nativeApply,
  bind: nativeBind,
  toString: nativeToString,
} = Function.prototype as unknown as Record<string, Callable>;

/** What CreateListFromArrayLike gives, by the machine's own means. */
const listOf = (args: unknown): readonly unknown[] => {
  let list: readonly unknown[] = [];
  const take = (...all: unknown[]): void => void (list = all);
  apply(nativeApply as Callable, take, [undefined, args] as never[]);
  return list;
};

/** The same of a view of shared memory too, whose elements are read one by one; then goes on with it. */
function withList(args: unknown, site: number, go: (list: readonly unknown[]) => unknown): unknown {
  return isSharedView(args) ? asRunning(reading(args as Uint8Array, site, go)) : go(listOf(args));
}

function* reading(view: Uint8Array, site: number, go: (list: readonly unknown[]) => unknown): Running {
  const length = (yield* on(propertyOf(view, 'length', site))) as number;
  const list: unknown[] = [];
  for (let i = 0; i < length; i++) list.push(yield* on(element(view, i, site)));
  return yield* on(go(list));
}

stampHandler(nativeCall as Callable, (self, args, site) =>
  typeof self === 'function'
    ? method(args[0], self, args.slice(1), site)
    : asNative(nativeCall as Callable, self, args, site),
);
stampHandler(nativeApply as Callable, (self, args, site) =>
  typeof self === 'function' && (args[1] === undefined || args[1] === null || isObject(args[1]))
    ? withList(args[1], site, (list) => method(args[0], self, list, site))
    : asNative(nativeApply as Callable, self, args, site),
);
stampHandler(nativeBind as Callable, (self, args) => {
  const bound = apply(nativeBind as Callable, self, args as never[]) as Callable;
  // Nobody sees what it is given when it is called.
  if (!isSeen(self as Callable)) lasting.doubts++;
  if (canBeLeft(self)) bindTo(bound, self as Callable, args[0], args.slice(1));
  return bound;
});

/** A bound function of the program is gone into as the function is. */
function bindTo(bound: Callable, f: Callable, self: unknown, first: readonly unknown[]): void {
  if (bodyOf(f) !== undefined || handlerOf(f) !== undefined)
    stampHandler(bound, (_self, args, site) => method(self, f, [...first, ...args], site));
  if (
    recordOf(f) !== undefined ||
    makerOf(f) !== undefined ||
    (bodyOf(f) !== undefined && infoOf(f)?.kind === 'function')
  )
    stampMaker(bound, (args, newTarget, site) =>
      asRunning(construct(f, [...first, ...args], newTarget === bound ? f : newTarget, site)),
    );
}

stampHandler(Reflect.apply as Callable, (_self, [f, self, args], site) =>
  typeof f === 'function' && isObject(args)
    ? withList(args, site, (list) => method(self, f, list, site))
    : asNative(Reflect.apply as Callable, undefined, [f, self, args], site),
);
stampHandler(Reflect.construct as Callable, (_self, args, site) => {
  const [f, list, target = f] = args;
  const known =
    typeof f === 'function' &&
    typeof target === 'function' &&
    isObject(list) &&
    (canBeLeft(f) || bodyOf(f as Callable) !== undefined || isSharedView(list));
  if (!known) {
    // What is in the list is not looked at.
    lasting.doubts++;
    return asNative(Reflect.construct as Callable, undefined, args, site);
  }
  return withList(list, site, (all) =>
    target === f ? create(f, all, site) : asRunning(construct(f as Callable, all, target as Callable, site)),
  );
});

/** The text of a function of the program is its own, not that of its twin. */
function sourceOf(f: unknown): string | undefined {
  const info = typeof f === 'function' ? infoOf(f) : undefined;
  return info === undefined ? undefined : sourceTexts.get(info.file)?.slice(info.start, info.end);
}

const toString = {
  toString(this: unknown): string {
    return sourceOf(this) ?? (apply(nativeToString as Callable, this, []) as string);
  },
}.toString;

/** For the whole process, since coercion to a string asks no one else. */
defineProperty(Function.prototype, 'toString', { value: toString, writable: true, configurable: true });

/** Accessors defined by hand are known by name too. */
function watchAccessors(
  f: Callable,
  descriptors: (args: readonly unknown[]) => Iterable<readonly [PropertyKey, unknown]>,
): void {
  stampHandler(f, (self, args, site) => {
    for (const [key, one] of descriptors(args)) {
      const { get, set } = (isObject(one) ? one : {}) as PropertyDescriptor;
      if (canBeLeft(get) || canBeLeft(set)) markAccessor(typeof key === 'symbol' ? key : String(key));
    }
    return asNative(f, self, args, site);
  });
}

const keyed = (args: readonly unknown[]): [PropertyKey, unknown][] => [[args[1] as PropertyKey, args[2]]];
const all = (args: readonly unknown[]): [PropertyKey, unknown][] =>
  isObject(args[1]) ? Reflect.ownKeys(args[1]).map((key) => [key, (args[1] as Record<PropertyKey, unknown>)[key]]) : [];
watchAccessors(Object.defineProperty as Callable, keyed);
watchAccessors(Reflect.defineProperty as Callable, keyed);
watchAccessors(Object.defineProperties as Callable, all);
watchAccessors(Object.create as Callable, all);
watchAccessors(Reflect.get(Object.prototype, '__defineGetter__') as Callable, (args) => [
  [args[0] as PropertyKey, { get: args[1] }],
]);
watchAccessors(Reflect.get(Object.prototype, '__defineSetter__') as Callable, (args) => [
  [args[0] as PropertyKey, { set: args[1] }],
]);
