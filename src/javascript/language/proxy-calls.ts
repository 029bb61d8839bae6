/** Proxies of functions: they are called and constructed by their traps, or as what they stand for is. */
import type { Running } from '../operation.ts';
import { markAllNames } from './access.ts';
import { method } from './call.ts';
import { construct, isConstructor } from './construct.ts';
import { asRunning } from './flow.ts';
import { lasting } from './lasting.ts';
import { memory } from './memory.ts';
import { apply, construct as nativeConstruct } from './primordials.ts';
import { type Proxied, proxies, stampProxy, trapOf, UNSEEN } from './proxies.ts';
import { type Body, type Callable, stampHandler, stampMaker } from './stamps.ts';

const NativeProxy = Proxy as unknown as Callable;

/** It was made by `new Proxy` of the program. */
function proxied(proxy: object, target: object, handler: object): void {
  if (!proxies.any) markAllNames();
  const record = { target, handler };
  stampProxy(proxy, record);
  if (typeof proxy !== 'function') return;
  const f = proxy as Callable;
  stampHandler(f, (self, args, site) => called(f, record, self, args, site));
  if (isConstructor(target as Callable))
    stampMaker(f, (args, newTarget, site) => made(f, record, args, newTarget, site));
}

stampMaker(NativeProxy, (args, newTarget, site) => {
  // What native code writes through it is not seen.
  lasting.doubts++;
  return asRunning(making(args, newTarget, site));
});

function* making(args: readonly unknown[], newTarget: Callable, site: number): Running {
  const bulk = memory.current.bulkNew(NativeProxy, args, newTarget, site);
  const proxy = bulk === undefined ? nativeConstruct(NativeProxy, args as never[], newTarget) : yield* bulk;
  proxied(proxy as object, args[0] as object, args[1] as object);
  return proxy;
}

function called(f: Callable, record: Proxied, self: unknown, args: readonly unknown[], site: number): unknown {
  const trap = trapOf(record, 'apply');
  if (trap === undefined) return method(self, record.target, args, site);
  if (trap !== UNSEEN) return asRunning(apply(trap, record.handler, [record.target, self, [...args]]) as Running);
  lasting.doubts++;
  return apply(f, self, args as never[]);
}

function made(f: Callable, record: Proxied, args: readonly unknown[], newTarget: Callable, site: number): unknown {
  const trap = trapOf(record, 'construct');
  const target = record.target as Callable;
  if (trap === undefined) return asRunning(construct(target, args, newTarget, site));
  if (trap !== UNSEEN) return asRunning(constructing(record, trap, args, newTarget));
  lasting.doubts++;
  return nativeConstruct(f, args as never[], newTarget);
}

function* constructing(
  { target, handler }: Proxied,
  trap: Body,
  args: readonly unknown[],
  newTarget: Callable,
): Running {
  const object: unknown = yield* apply(trap, handler, [target, [...args], newTarget]) as Running;
  // The machine says what is wrong with it.
  return nativeConstruct(new Proxy(target, { construct: () => object as object }) as Callable, []);
}
