/** What is in a message, where it holds views of shared memory that the program has as proxies (views.ts). */
import { types } from 'node:util';

type Change = (value: object) => object;

const isPlain = (value: object): boolean =>
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
const isContainer = (value: object): boolean =>
  Array.isArray(value) || types.isMap(value) || types.isSet(value) || isPlain(value);

/** In place: each object in lists, maps, sets and plain objects as `change` has it. Gives what stands for the value itself. */
export function changed(value: unknown, change: Change, seen = new Set<object>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const own = change(value);
  if (own !== value || seen.has(value) || !isContainer(value)) return own;
  seen.add(value);
  const next = (one: unknown): unknown => changed(one, change, seen);
  if (types.isMap(value)) {
    const all = [...value];
    value.clear();
    for (const [key, one] of all) value.set(next(key), next(one));
  } else if (types.isSet(value)) {
    const all = [...value];
    value.clear();
    for (const one of all) value.add(next(one));
  } else for (const key of Object.keys(value)) Reflect.set(value, key, next(Reflect.get(value, key)));
  return value;
}

/** The same in a copy of what holds them; the value itself when there is nothing to change. */
export function copyChanged(value: unknown, change: Change): unknown {
  let isOther = false;
  const seen = new Map<object, unknown>();
  const copy = (one: unknown): unknown => {
    if (typeof one !== 'object' || one === null) return one;
    if (seen.has(one)) return seen.get(one);
    const own = change(one);
    if (own !== one) isOther = true;
    if (own !== one || types.isProxy(one) || !isContainer(one)) return own;
    const made = emptyLike(one);
    seen.set(one, made);
    if (types.isMap(one)) for (const [key, held] of one) (made as Map<unknown, unknown>).set(copy(key), copy(held));
    else if (types.isSet(one)) for (const held of one) (made as Set<unknown>).add(copy(held));
    else for (const key of Object.keys(one)) Reflect.set(made, key, copy(Reflect.get(one, key)));
    return made;
  };
  const made = copy(value);
  return isOther ? made : value;
}

function emptyLike(value: object): object {
  if (types.isMap(value)) return new Map();
  if (types.isSet(value)) return new Set();
  return Array.isArray(value) ? Object.assign([], { length: value.length }) : {};
}
