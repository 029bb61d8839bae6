/** Properties and elements: shared memory, accessors that can be left, or what the machine does itself. */
import { running } from '../agent.ts';
import type { Operation, Running } from '../operation.ts';
import { asOperation, asRunning } from './flow.ts';
import { touches } from './lasting.ts';
import { memory } from './memory.ts';
import { isObject, isView, ownKeys } from './primordials.ts';
import { proxiedBy, proxies, trappedGet, trappedSet, UNSEEN } from './proxies.ts';
import { soft } from './sync.ts';

/** Of a name of properties: whether an accessor that can be left has that name somewhere. */
export interface Name {
  a: boolean;
}

const names = new Map<PropertyKey, Name>();

export function name(key: PropertyKey): Name {
  let found = names.get(key);
  if (found === undefined) {
    found = { a: proxies.any };
    names.set(key, found);
  }
  return found;
}

export function markAccessor(key: PropertyKey): void {
  name(key).a = true;
}

/** From now on all are asked: a trap answers to any name. */
export function markAllNames(): void {
  for (const one of names.values()) one.a = true;
}

/** Always asked: a prototype may be a view. */
markAccessor('__proto__');

/** Counts something that outlives an iteration of a loop. */
export function effect(): void {
  if (running.agent !== undefined) running.agent.effects++;
}

/** A property of this is about to be written or deleted; gives it back. */
export function writes<T>(object: T): T {
  effect();
  touches(object);
  if (proxies.any && isObject(object)) touchesBehind(object);
  return object;
}

/** What a proxy without a trap passes on. */
function touchesBehind(object: object): void {
  for (let at = proxiedBy(object); at !== undefined; at = proxiedBy(at.target)) touches(at.target);
}

/** Whether a write of the element may be more than a write of a plain object. */
export function shared(object: unknown, key: unknown): boolean {
  if (proxies.any && isObject(object) && proxiedBy(object) !== undefined) return true;
  if (typeof key === 'number') return isView(object) && memory.current.isShared(object, key);
  if (typeof key !== 'string' && typeof key !== 'symbol') return isView(object) && !isPlainKey(key);
  return names.get(key)?.a === true || (isView(object) && memory.current.isShared(object, key));
}

/** One that is no name of an element whatever it becomes. */
const isPlainKey = (key: unknown): boolean => typeof key !== 'object' && typeof key !== 'bigint';

/** A key that has yet to be made one: a list, a bigint. Only for views: everywhere else the machine does it. */
export function nameOf(key: unknown): PropertyKey {
  // The one way to ask the machine for it: a computed key.
  return isPlainKey(key) ? (key as PropertyKey) : (ownKeys({ [key as PropertyKey]: 0 })[0] as PropertyKey);
}

/** `object[key]`, as flow.ts tells. */
export function element(object: unknown, key: unknown, site: number): unknown {
  if (typeof key === 'number') {
    if (isView(object) && memory.current.isShared(object, key))
      return asOperation(memory.current.read(object, key, site) as Operation);
    if (proxies.any && shared(object, key)) return get(object, String(key), site);
    return (object as Record<number, unknown>)[key];
  }
  if (shared(object, key)) return get(object, nameOf(key), site);
  return (object as Record<PropertyKey, unknown>)[key as PropertyKey];
}

/** A property that may be an accessor of the program, or an element under a name. */
export function get(object: unknown, key: PropertyKey, site: number): unknown {
  if (isObject(object) && memory.current.isShared(object, key))
    return asOperation(memory.current.read(object, key, site));
  const trapped = proxies.any && isObject(object) ? trappedGet(object, key) : undefined;
  if (trapped === UNSEEN) return (object as Record<PropertyKey, unknown>)[key];
  if (trapped !== undefined) return asRunning(trapped);
  soft.on = true;
  soft.args = 0;
  let value: unknown;
  try {
    value = (object as Record<PropertyKey, unknown>)[key];
  } finally {
    soft.on = false;
  }
  const { taken } = soft;
  if (taken === undefined) return value;
  soft.taken = undefined;
  return asRunning(taken);
}

/** The write of one; comes to the value. */
export function set(object: unknown, given: unknown, value: unknown, strict: boolean, site: number): unknown {
  const key = nameOf(given);
  if (isView(object) && memory.current.isShared(object, key))
    return asOperation(memory.current.write(object, key, value, site));
  if (key === '__proto__' && isView(value) && memory.current.isShared(value, 0)) {
    // What is read through it from now on is not seen: named as a call.
    const named = memory.current.bulk(Object.setPrototypeOf, undefined, [object, value], 'setPrototypeOf', site);
    if (named !== undefined) return asRunning(written(named, value));
  }
  writes(object);
  const trapped = proxies.any && isObject(object) ? trappedSet(object, key, value, strict) : undefined;
  if (trapped !== undefined && trapped !== UNSEEN) return asRunning(trapped);
  soft.on = trapped === undefined;
  soft.args = 1;
  try {
    (object as Record<PropertyKey, unknown>)[key] = value;
  } catch (error) {
    // Sloppy code does not notice a property that cannot be written.
    if (strict || object === null || object === undefined || soft.taken !== undefined) throw error;
  } finally {
    soft.on = false;
  }
  const { taken } = soft;
  if (taken === undefined) return value;
  soft.taken = undefined;
  return asRunning(written(taken, value));
}

function* written(setter: Running, value: unknown): Running {
  yield* setter;
  return value;
}
