/** `new`, super() and what a constructor may return. */
import { callees } from '../texts.ts';
import type { Running } from '../operation.ts';
import { effect, markAccessor } from './access.ts';
import { shown } from './call.ts';
import { asRunning, on } from './flow.ts';
import { calls, touches } from './lasting.ts';
import { memory } from './memory.ts';
import { apply, construct as nativeConstruct, createObject, getPrototypeOf, isObject } from './primordials.ts';
import { bodyOf, type Callable, type ClassRecord, infoOf, makerOf, recordOf } from './stamps.ts';
import { setTarget } from './sync.ts';

/** `new f(...args)`, as flow.ts tells. */
export function create(f: unknown, args: readonly unknown[], site: number): unknown {
  if (typeof f !== 'function' || !isConstructor(f as Callable))
    throw new TypeError(`${callees.get(site) ?? shown(f)} is not a constructor`);
  const c = f as Callable;
  if (recordOf(c) !== undefined || bodyOf(c) !== undefined) return asRunning(construct(c, args, c, site));
  return createNative(c, args, c, site);
}

export function isConstructor(f: Callable): boolean {
  if (makerOf(f) !== undefined) return true;
  const info = infoOf(f);
  if (info !== undefined) return info.kind === 'class' || (info.kind === 'function' && info.flow === '');
  if ((f as { prototype?: unknown }).prototype !== undefined) return true;
  try {
    nativeConstruct(Object, [], f);
    return true;
  } catch {
    return false;
  }
}

function createNative(f: Callable, args: readonly unknown[], newTarget: Callable, site: number): unknown {
  calls(f, undefined, args);
  const maker = makerOf(f);
  if (maker !== undefined) return maker(args, newTarget, site);
  const bulk = memory.current.bulkNew(f, args, newTarget, site);
  if (bulk !== undefined) return asRunning(bulk);
  effect();
  const made: unknown = nativeConstruct(f, args as never[], newTarget);
  // From now on a length may be what others change.
  if (made instanceof SharedArrayBuffer && (made as { growable?: boolean }).growable)
    ['length', 'byteLength'].forEach(markAccessor);
  return made;
}

/** Makes an object of a function or class of the program, or of a native one. */
export function* construct(f: Callable, args: readonly unknown[], newTarget: Callable, site: number): Running {
  const record = recordOf(f);
  if (record !== undefined) return yield* constructClass(f, record, args, newTarget, site);
  const body = bodyOf(f);
  if (body === undefined) return yield* on(createNative(f, args, newTarget, site));
  const object = createObject(prototypeFor(newTarget, Object.prototype));
  setTarget(infoOf(f), newTarget);
  const result = yield* apply(body, object, args) as Running;
  return isObject(result) ? result : object;
}

function* constructClass(
  c: Callable,
  record: ClassRecord,
  args: readonly unknown[],
  newTarget: Callable,
  site: number,
): Running {
  const { body, constructorInfo } = record;
  if (record.derived) {
    if (body === undefined) return yield* above(c, args, newTarget, site);
    setTarget(constructorInfo, newTarget);
    return yield* apply(body, undefined, args) as Running;
  }
  const object = createObject(prototypeFor(newTarget, Object.prototype));
  yield* initialize(record, object);
  if (body === undefined) return object;
  setTarget(constructorInfo, newTarget);
  const result = yield* apply(body, object, args) as Running;
  return isObject(result) ? result : object;
}

export function prototypeFor(newTarget: Callable, otherwise: object): object {
  const { prototype } = newTarget as { prototype?: unknown };
  return isObject(prototype) ? prototype : otherwise;
}

/** Fields, in order. */
export function* initialize(record: ClassRecord, object: object): Running {
  for (const [body, key] of record.fields) yield* apply(body, object, [key]) as Running;
  return undefined;
}

/** What super() does: the object of the class above, with the fields of this one. */
function* above(c: Callable, args: readonly unknown[], newTarget: Callable, site: number): Running {
  const parent = getPrototypeOf(c);
  if (typeof parent !== 'function' || !isConstructor(parent as Callable))
    throw new TypeError(
      `Super constructor ${parent === Function.prototype ? 'null' : shown(parent)} of anonymous class is not a constructor`,
    );
  const object = (yield* construct(parent as Callable, args, newTarget, site)) as object;
  yield* initialize(recordOf(c) as ClassRecord, object);
  return object;
}

export function superCreate(c: Callable, args: readonly unknown[], newTarget: Callable, site: number): unknown {
  return asRunning(above(c, args, newTarget, site));
}

export function once(object: unknown, before: unknown): unknown {
  if (before !== undefined) throw new ReferenceError('Super constructor may only be called once');
  return object;
}

const UNBOUND =
  "Must call super constructor in derived class before accessing 'this' or returning from derived constructor";

/** `this` of a derived constructor, also when it returns nothing. */
export function self(object: unknown): unknown {
  if (object === undefined) throw new ReferenceError(UNBOUND);
  return object;
}

export function returned(value: unknown, object: unknown): unknown {
  if (isObject(value)) return value;
  if (value !== undefined) throw new TypeError('Derived constructors may only return object or undefined');
  return self(object);
}

export function superGet(c: Callable & { prototype: object }, key: PropertyKey, receiver: object): unknown {
  return Reflect.get(getPrototypeOf(c.prototype) as object, key, receiver);
}

export function superSet(
  c: Callable & { prototype: object },
  key: PropertyKey,
  value: unknown,
  receiver: object,
): unknown {
  touches(receiver);
  if (!Reflect.set(getPrototypeOf(c.prototype) as object, key, value, receiver))
    throw new TypeError(`Cannot assign to read only property '${String(key)}' of object`);
  return value;
}

/** A private member that cannot be read or written. The first was read to see that the object has it. */
export function noAccessor(_member: unknown, message: string): never {
  throw new TypeError(message);
}
