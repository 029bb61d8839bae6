/** `new f(...args)` of native constructors. */
import type { Operation, Running } from '../operation.ts';
import { blind } from './blind.ts';
import type { Call } from './call.ts';
import { withCopies, withDirectCopies } from './copied.ts';
import { lengthAmong } from './length.ts';
import { made, placeOf } from './places.ts';
import { behind } from './reach.ts';
import { unknown } from './unknown.ts';
import { sharedView, viewTypes } from './views.ts';
import { makeInstance, makeMemory } from './wasm.ts';

const views: ReadonlySet<Function> = new Set(viewTypes);
const readers: ReadonlySet<Function> = new Set([Blob, String, Number, Date]);
const silent: ReadonlySet<Function> = new Set(blind);

/** Undefined when it comes to nothing shared. */
export function bulkNew(f: Function, args: readonly unknown[], newTarget: Function, site: number): Running | undefined {
  const make = (...all: readonly unknown[]): unknown => Reflect.construct(f, all, newTarget);
  const madeBy = MAKERS.get(f);
  if (madeBy !== undefined) return atOnce(() => madeBy(() => make(...args), args, site));
  const call = { f, self: undefined, args, name: `new ${f.name}`, site };
  if (f === Proxy) return proxy(call, () => make(...args));
  if (!made.any || silent.has(f)) return undefined;
  if (views.has(f)) return viewing({ ...call, f: make }, () => make(...args));
  return readers.has(f) ? withCopies({ ...call, f: make }) : unknown(call, () => make(...args));
}

type Made = (make: () => unknown, args: readonly unknown[], site: number) => unknown;

const MAKERS: ReadonlyMap<Function, Made> = new Map<Function, Made>([
  [
    SharedArrayBuffer,
    (make) => {
      const buffer = make() as SharedArrayBuffer;
      placeOf(buffer);
      return buffer;
    },
  ],
  [WebAssembly.Memory, makeMemory],
  [WebAssembly.Instance, makeInstance],
]);

/** A view of a buffer looks at its length, a typed array of another one at its elements. */
function viewing(call: Call, make: () => unknown): Running | undefined {
  const length = made.growing ? lengthAmong(call.args, call.site) : undefined;
  if (length === undefined) return withDirectCopies(call);
  return viewingBehind(length, call, make);
}

function* viewingBehind(length: Operation, call: Call, make: () => unknown): Running {
  yield length;
  const code = withDirectCopies(call);
  return code === undefined ? make() : yield* code;
}

/** What goes through a proxy of a view is not seen. */
function* proxy(call: Call, make: () => unknown): Running {
  const [target] = call.args;
  const code = sharedView(target) === undefined ? undefined : unknown(call, make);
  const proxied = (code === undefined ? make() : yield* code) as object;
  behind.put(proxied, target as object);
  return proxied;
}

function* atOnce(run: () => unknown): Running {
  yield* [];
  return run();
}
