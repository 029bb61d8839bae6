/** Which shared memory a native function comes to through what it is given: views and buffers, and what holds them. */
import { types } from 'node:util';
import { hidden } from '../hidden.ts';
import { made } from './places.ts';
import { type SharedView, sharedView } from './views.ts';

/** Objects that are looked at, at most: what lies behind is taken to hold none. */
const MOST = 10_000;

/** Proxies, and what stands behind them: to look does not come to their traps. */
export const behind = hidden<object>();

const { apply, ownKeys, getOwnPropertyDescriptor } = Reflect;
const { entries } = Map.prototype;
const { values } = Set.prototype;

/** Views of all shared memory in these values, each once; without `buffers` of what lies under a typed array alone. */
export function reached(given: readonly unknown[], buffers = true): SharedView[] {
  const found: SharedView[] = [];
  if (!made.any) return found;
  const seen = new Set<unknown>();
  const add = (value: unknown): void => {
    if (typeof value === 'object' && value !== null && seen.size < MOST) seen.add(value);
  };
  for (const one of given) add(one);
  // What is added meanwhile is gone through as well.
  for (const one of seen) {
    const object = behind.of(one as object) ?? (one as object);
    const shared = buffers || ArrayBuffer.isView(object) ? viewOf(object) : undefined;
    if (shared !== undefined && (buffers || !(object instanceof DataView))) found.push(shared);
    else if (!ArrayBuffer.isView(object) && !types.isProxy(object)) inside(object, add);
  }
  return found;
}

function viewOf(object: object): SharedView | undefined {
  return sharedView(types.isSharedArrayBuffer(object) ? new Uint8Array(object) : object);
}

function inside(object: object, add: (value: unknown) => void): void {
  if (Array.isArray(object)) for (let i = 0; i < Math.min(object.length, MOST); i++) add(object[i]);
  else {
    if (types.isMap(object))
      for (const [key, value] of apply(entries, object, []) as Iterable<[unknown, unknown]>) {
        add(key);
        add(value);
      }
    else if (types.isSet(object)) for (const value of apply(values, object, []) as Iterable<unknown>) add(value);
    for (const key of ownKeys(object)) add(getOwnPropertyDescriptor(object, key)?.value);
  }
}
