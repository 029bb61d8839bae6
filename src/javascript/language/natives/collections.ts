/** Maps, sets, what is made from iterables, and views gone through by their own iterators. */
import type { Running } from '../../operation.ts';
import { invoke } from '../call.ts';
import { asRunning } from '../flow.ts';
import { getProperty } from '../internal.ts';
import { abandonIterator, askIterator, collect, isPlain, openIterator } from '../iterators.ts';
import { construct as nativeConstruct, isObject, typedArrayPrototype } from '../primordials.ts';
import { construct } from '../construct.ts';
import { sharedElements } from '../shared-elements.ts';
import { type Callable, stampHandler, stampMaker } from '../stamps.ts';
import { asNative, callsBack, canBeLeft, giveForm, isSharedView } from './native.ts';

for (const c of [Map, Set]) {
  giveForm(c.prototype.forEach, callsBack, function* (self, [f, receiver], site): Running {
    const each = self as ReadonlyMap<unknown, unknown>;
    // A live iterator: what is added meanwhile is gone through, as the native one does.
    const entries = (each.entries as Callable).call(self as never) as IterableIterator<[unknown, unknown]>;
    for (const [key, value] of entries) yield* invoke(f, receiver, [value, key, self], site);
    return undefined;
  });
}

/** Map, Set and the weak ones, of an iterable that the machine cannot go through by itself. */
for (const [c, adder] of [
  [Map, 'set'],
  [Set, 'add'],
  [WeakMap, 'set'],
  [WeakSet, 'add'],
] as const) {
  stampMaker(c, (args, newTarget, site) => {
    const list = args[0];
    if (list === undefined || list === null || (isPlain(list) && newTarget === (c as unknown)))
      return nativeConstruct(c, args as never[], newTarget);
    return asRunning(fill(c as unknown as Callable, adder, list, newTarget, site));
  });
}

function* fill(c: Callable, adder: string, list: unknown, newTarget: Callable, site: number): Running {
  const made = nativeConstruct(c, [], newTarget) as object;
  const add = yield* getProperty(made, adder);
  if (typeof add !== 'function')
    throw new TypeError(`'${String(add)}' returned for property '${adder}' of object '#<${c.name}>' is not a function`);
  const opened = yield* openIterator(list, site);
  for (;;) {
    const result = yield* askIterator(opened);
    if (yield* getProperty(result, 'done')) return made;
    const value = yield* getProperty(result, 'value');
    try {
      if (adder === 'add') yield* invoke(add, made, [value]);
      else {
        if (!isObject(value)) throw new TypeError(`Iterator value ${String(value)} is not an entry object`);
        yield* invoke(add, made, [yield* getProperty(value, 0), yield* getProperty(value, 1)]);
      }
    } catch (error) {
      yield* abandonIterator(opened);
      throw error;
    }
  }
}

const takesIterable = (_self: unknown, args: readonly unknown[]): boolean =>
  isObject(args[0]) && (!isPlain(args[0]) || isSharedView(args[0]) || canBeLeft(args[1]));

giveForm(Object.fromEntries, takesIterable, function* (_self, [list], site): Running {
  return Object.fromEntries((yield* collect(list, -1, site)) as [string, unknown][]);
});

giveForm(Array.from, takesIterable, function* (self, [list, f, receiver], site): Running {
  const hasIterator = (yield* getProperty(list, Symbol.iterator)) !== undefined;
  const values = hasIterator ? undefined : (list as ArrayLike<unknown>);
  const c = typeof self === 'function' ? (self as Callable) : (Array as unknown as Callable);
  const result = (yield* construct(c, values === undefined ? [] : [values.length], c, site)) as unknown[];
  let k = 0;
  const put = function* (value: unknown): Running {
    const mapped = f === undefined ? value : yield* invoke(f, receiver, [value, k], site);
    Object.defineProperty(result, k++, { value: mapped, writable: true, enumerable: true, configurable: true });
    return undefined;
  };
  if (values !== undefined) for (let i = 0; i < values.length; i++) yield* put(yield* getProperty(values, i));
  else {
    const opened = yield* openIterator(list, site);
    for (;;) {
      const one = yield* askIterator(opened);
      if (yield* getProperty(one, 'done')) break;
      const value = yield* getProperty(one, 'value');
      try {
        yield* put(value);
      } catch (error) {
        yield* abandonIterator(opened);
        throw error;
      }
    }
  }
  result.length = k;
  return result;
});

/** Views: elements of shared memory are read one by one. */
for (const kind of ['keys', 'entries'] as const) {
  const f = typedArrayPrototype[kind] as unknown as Callable;
  stampHandler(f, (self, args, site) =>
    isSharedView(self) ? sharedElements(self as Uint8Array, site, kind).it : asNative(f, self, args, site),
  );
}
