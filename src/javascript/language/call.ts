/** Calls: a function of the program is gone into, a native one is called, as flow.ts tells. */
import { callees } from '../texts.ts';
import { effect } from './access.ts';
import { asRunning, on } from './flow.ts';
import { calls } from './lasting.ts';
import { memory } from './memory.ts';
import { apply, isNativePromise } from './primordials.ts';
import { bodyOf, type Callable, handlerOf, isPure } from './stamps.ts';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';

/** Promises that native code has given, and where it was called. */
export const nativePromises = hidden<number>();

export function method(self: unknown, f: unknown, args: readonly unknown[], site: number): unknown {
  if (typeof f !== 'function') throw notCallable(site, f);
  const body = bodyOf(f);
  if (body !== undefined) return asRunning(apply(body, self, args) as Running);
  return native(f as Callable, self, args, site);
}

/** Those of few arguments make no array for a function of the program. */
export function method0(self: unknown, f: unknown, site: number): unknown {
  if (typeof f !== 'function') throw notCallable(site, f);
  const body = bodyOf(f);
  return body === undefined ? native(f as Callable, self, [], site) : asRunning(body.call(self));
}

export function method1(self: unknown, f: unknown, a: unknown, site: number): unknown {
  if (typeof f !== 'function') throw notCallable(site, f);
  const body = bodyOf(f);
  return body === undefined ? native(f as Callable, self, [a], site) : asRunning(body.call(self, a));
}

export function method2(self: unknown, f: unknown, a: unknown, b: unknown, site: number): unknown {
  if (typeof f !== 'function') throw notCallable(site, f);
  const body = bodyOf(f);
  return body === undefined ? native(f as Callable, self, [a, b], site) : asRunning(body.call(self, a, b));
}

export function method3(self: unknown, f: unknown, a: unknown, b: unknown, c: unknown, site: number): unknown {
  if (typeof f !== 'function') throw notCallable(site, f);
  const body = bodyOf(f);
  return body === undefined ? native(f as Callable, self, [a, b, c], site) : asRunning(body.call(self, a, b, c));
}

export const call = (f: unknown, args: readonly unknown[], site: number): unknown => method(undefined, f, args, site);
export const call0 = (f: unknown, site: number): unknown => method0(undefined, f, site);
export const call1 = (f: unknown, a: unknown, site: number): unknown => method1(undefined, f, a, site);
export const call2 = (f: unknown, a: unknown, b: unknown, site: number): unknown => method2(undefined, f, a, b, site);
export const call3 = (f: unknown, a: unknown, b: unknown, c: unknown, site: number): unknown =>
  method3(undefined, f, a, b, c, site);

function native(f: Callable, self: unknown, args: readonly unknown[], site: number): unknown {
  calls(f, self, args);
  const handler = handlerOf(f);
  if (handler !== undefined) return handler(self, args, site);
  const bulk = memory.current.bulk(f, self, args, f.name, site);
  if (bulk !== undefined) return asRunning(bulk);
  if (!isPure(f)) effect();
  const result: unknown = apply(f, self, args as never[]);
  if (typeof result === 'object' && isNativePromise(result)) nativePromises.put(result, site);
  return result;
}

/** For code of the language itself. */
export function* invoke(f: unknown, self: unknown, args: readonly unknown[], site = -1): Running {
  return yield* on(method(self, f, args, site));
}

export function notCallable(site: number, f: unknown): TypeError {
  return new TypeError(`${callees.get(site) ?? shown(f)} is not a function`);
}

/** A value as the engine shows it in messages. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return Function.prototype.toString.call(value);
  if (Array.isArray(value)) return value.map((one) => (one === undefined || one === null ? '' : String(one))).join(',');
  if (typeof value === 'object' && value !== null) return `#<${value.constructor?.name ?? 'Object'}>`;
  return String(value);
}
