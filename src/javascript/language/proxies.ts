/**
 * Proxies that the program has made: their traps are gone into where one of its own reads, writes, asks for, calls or
 * constructs, so that others can come between. What native code or a prototype leads to is one step, as any callback.
 */
import { types } from 'node:util';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { apply, getPrototypeOf } from './primordials.ts';
import { type Body, bodyOf, type Callable } from './stamps.ts';

export interface Proxied {
  readonly target: object;
  readonly handler: object;
}

const records = hidden<Proxied>();

/** Undefined for what is none, or none that is known. */
export const proxiedBy = (object: object): Proxied | undefined => records.of(object);

export const proxies = { any: false };

export function stampProxy(proxy: object, record: Proxied): void {
  proxies.any = true;
  records.put(proxy, record);
}

/** What is no function of the program's, or would have to be asked for: the machine has to do it. */
export const UNSEEN = Symbol('unseen');

/** The trap's body; undefined where there is no trap. */
export function trapOf({ handler }: Proxied, name: keyof ProxyHandler<object>): Body | undefined | typeof UNSEEN {
  for (let at: object | null = handler; at !== null; at = getPrototypeOf(at)) {
    if (types.isProxy(at)) return UNSEEN;
    const own = Object.getOwnPropertyDescriptor(at, name);
    if (own === undefined) continue;
    if (!('value' in own)) return UNSEEN;
    const trap: unknown = own.value;
    if (trap === undefined || trap === null) return undefined;
    return (typeof trap === 'function' ? bodyOf(trap as Callable) : undefined) ?? UNSEEN;
  }
  return undefined;
}

/** The trap that answers, its own or that of another proxy behind it; UNSEEN where the machine has to ask for it. */
function openTrap(
  object: object,
  name: keyof ProxyHandler<object>,
): readonly [Proxied, Body] | undefined | typeof UNSEEN {
  for (let at = proxiedBy(object); at !== undefined; at = proxiedBy(at.target)) {
    const trap = trapOf(at, name);
    if (trap !== undefined) return trap === UNSEEN ? UNSEEN : [at, trap];
  }
  return undefined;
}

/** `proxy[key]`; undefined where there is no trap. What a trap comes to is checked by the machine each time. */
export function trappedGet(proxy: object, key: PropertyKey): Running | undefined | typeof UNSEEN {
  const open = openTrap(proxy, 'get');
  return open === undefined || open === UNSEEN ? open : getting(open, key, proxy);
}

function* getting([{ target, handler }, trap]: readonly [Proxied, Body], key: PropertyKey, proxy: object): Running {
  const value = yield* apply(trap, handler, [target, key, proxy]) as Running;
  return (new Proxy(target, { get: () => value }) as Record<PropertyKey, unknown>)[key];
}

/** `proxy[key] = value`, which comes to the value; undefined where there is no trap. */
export function trappedSet(
  proxy: object,
  key: PropertyKey,
  value: unknown,
  strict: boolean,
): Running | undefined | typeof UNSEEN {
  const open = openTrap(proxy, 'set');
  return open === undefined || open === UNSEEN ? open : setting(open, [key, value, proxy], strict);
}

type Written = readonly [key: PropertyKey, value: unknown, receiver: object];

function* setting([{ target, handler }, trap]: readonly [Proxied, Body], given: Written, strict: boolean): Running {
  const done = Boolean(yield* apply(trap, handler, [target, ...given]) as Running);
  const [key, value] = given;
  const checked = new Proxy(target, { set: () => done }) as Record<PropertyKey, unknown>;
  if (!Reflect.set(checked, key, value) && strict) checked[key] = value;
  return value;
}

/** `key in proxy`; undefined where the machine does it. */
export function trappedHas(key: PropertyKey, proxy: object): Running | undefined {
  const open = openTrap(proxy, 'has');
  return open === undefined || open === UNSEEN ? undefined : asking(open, key);
}

function* asking([{ target, handler }, trap]: readonly [Proxied, Body], key: PropertyKey): Running {
  const has = Boolean(yield* apply(trap, handler, [target, key]) as Running);
  return key in new Proxy(target, { has: () => has });
}
