/** Puts methods, accessors and fields of classes and literals together with their bodies. */
import type { Running } from '../operation.ts';
import { markAccessor } from './access.ts';
import { construct } from './construct.ts';
import { fn } from './functions.ts';
import { asRunning } from './flow.ts';
import { touches } from './lasting.ts';
import { apply, defineProperty } from './primordials.ts';
import { type Body, type Callable, type ClassRecord, type Info, recordOf, stampClass } from './stamps.ts';
import { sync } from './sync.ts';

/** A key of undefined: it has none. Of null: a private method, whose function is asked for. */
type Entry = readonly [Info, PropertyKey | undefined | null];

function takeBody(home: object, info: Info): Body {
  const held = home as Record<symbol, Body>;
  const body = held[info.key] as Body;
  delete held[info.key];
  return body;
}

/** Defines a method or half of an accessor over the empty one that keeps its place. */
function tie(home: object, info: Info, key: PropertyKey, body: Body): void {
  const f = fn(info, body, key);
  if (info.kind === 'method') defineProperty(home, key, { value: f });
  else {
    defineProperty(home, key, info.kind === 'getter' ? { get: f as () => unknown } : { set: f as () => void });
    markAccessor(key);
  }
}

/** Of a literal. */
export function object<T extends object>(literal: T, entries: readonly Entry[]): T {
  const bodies = entries.map(([info]) => takeBody(literal, info));
  entries.forEach(([info, key], i) => {
    const own = Object.getOwnPropertyDescriptor(literal, key as PropertyKey);
    // Another property of the same name came later and took its place.
    if (info.kind !== 'method' && own !== undefined && 'value' in own) return;
    if (info.kind === 'method' && own !== undefined && (!('value' in own) || typeof own.value !== 'function')) return;
    tie(literal, info, key as PropertyKey, bodies[i] as Body);
  });
  return literal;
}

/** Of a class, before anything of it runs. Gives the functions of its private methods. */
export function members(
  c: Callable & { prototype: object },
  info: Info,
  derived: boolean,
  entries: readonly Entry[],
): Callable[] {
  const record: ClassRecord = { derived, info, body: undefined, constructorInfo: undefined, fields: [], statics: [] };
  const functions: Callable[] = [];
  for (const [one, key] of entries) {
    const home = one.isStatic ? c : c.prototype;
    const body = takeBody(home, one);
    if (one.kind === 'constructor') {
      record.body = body;
      record.constructorInfo = one;
    } else if (one.kind === 'field') record.fields.push([body, key as PropertyKey | undefined]);
    else if (one.kind === 'block') record.statics.push([body, key as PropertyKey | undefined]);
    else if (key === null) functions.push(fn(one, body, one.name));
    else tie(home, one, key as PropertyKey, body);
  }
  stampClass(c, record);
  const own = Object.getOwnPropertyDescriptor(c, 'name');
  if (own === undefined || (typeof own.value === 'string' && !own.writable))
    defineProperty(c, 'name', { value: info.name, writable: false, enumerable: false, configurable: true });
  return functions;
}

/** Runs static fields and blocks; gives the class. */
export function statics(c: Callable): unknown {
  return asRunning(runStatics(c));
}

function* runStatics(c: Callable): Running {
  for (const [body, key] of recordOf(c)?.statics ?? []) yield* apply(body, c, [key]) as Running;
  return c;
}

/** The native constructor: makes an object without leaving. */
export function make(c: Callable, args: IArguments, newTarget: Callable): unknown {
  return sync(construct(c, [...args], newTarget, -1));
}

/** CreateDataPropertyOrThrow, of a field. */
export function define(target: object, key: PropertyKey, value: unknown): void {
  touches(target);
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
