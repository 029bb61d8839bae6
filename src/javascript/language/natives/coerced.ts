/**
 * Views that native code makes text of, or goes through: `${view}`, view + 1, Math.max([view]), the inner pattern of
 * `{ view: [first] }`. For the whole process, since coercion asks no one else. What shared memory is read then is read in
 * the middle of a step, and named.
 */
import { running } from '../../agent.ts';
import type { Running } from '../../operation.ts';
import { on } from '../flow.ts';
import { apply, defineProperty, typedArrayPrototype, viewMethods } from '../primordials.ts';
import { sharedElements } from '../shared-elements.ts';
import { type Callable, stampHandler } from '../stamps.ts';
import { run } from '../sync.ts';
import { asNative, isSharedView } from './native.ts';

/** In place of a native method: what `seen` does when `this` is a view of shared memory. */
function replace(
  name: PropertyKey,
  native: Callable,
  seen: (self: unknown, args: readonly unknown[]) => unknown,
): Callable {
  const f = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return running.agent !== undefined && isSharedView(this)
        ? seen(this, args)
        : apply(native, this, args as never[]);
    },
  }[name as string] as Callable;
  defineProperty(f, 'length', { value: native.length, configurable: true });
  return f;
}

for (const name of ['toString', 'toLocaleString'] as const) {
  const native = viewMethods[name] as unknown as Callable;
  const body = function* (this: unknown, ...args: unknown[]): Running {
    return yield* on(asNative(native, this, args, -1));
  };
  const f = replace(name, native, (self, args) => run(body, self, args));
  stampHandler(f, (self, args, site) => asNative(native, self, args, site));
  defineProperty(typedArrayPrototype, name, { value: f, writable: true, configurable: true });
}

const nativeValues = viewMethods.values as unknown as Callable;
const values = replace('values', nativeValues, (self) => sharedElements(self as Uint8Array, -1).it);
stampHandler(values, (self, args, site) =>
  isSharedView(self) ? sharedElements(self as Uint8Array, site).it : asNative(nativeValues, self, args, site),
);
for (const name of ['values', Symbol.iterator]) {
  defineProperty(typedArrayPrototype, name, { value: values, writable: true, configurable: true });
}
