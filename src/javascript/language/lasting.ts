/**
 * Objects that outlive an execution, the built-in ones and what is kept of modules, and how often one of them may have been
 * changed: by a write to it, or by a native function that it was given or of which nothing is known. Whoever keeps them
 * compares them when there is a doubt (platform/as-it-was.ts), and a few of them without one.
 */
import { type Callable, handlerOf, makerOf, bodyOf, recordOf, reachOf } from './stamps.ts';

const objects = new Set<unknown>();

export const lasting = {
  /** Grows with each doubt. */
  doubts: 0,
};

export function addLasting(object: object): void {
  objects.add(object);
}

export function removeLasting(object: object): void {
  objects.delete(object);
}

/** A property of it is about to be written, defined or deleted. */
export function touches(object: unknown): void {
  if (objects.has(object)) lasting.doubts++;
}

/** What a native function may change of what it can get at, beside what it makes. */
export const NOTHING = 0;
/** What it is a method of. */
export const SELF = 1;
/** What it is given. */
export const ARGS = 2;
/** It calls what it is given, with whatever it likes. */
export const CALLS = 4;
const ALL = SELF | ARGS | CALLS;

/** A native function, or one of the platform, is about to be called, or to construct. */
export function calls(f: Callable, self: unknown, args: readonly unknown[]): void {
  const reach = reachOf(f) ?? (handlerOf(f) !== undefined || makerOf(f) !== undefined ? ALL : undefined);
  if (reach === NOTHING) return;
  if (reach === undefined || ((reach & SELF) !== 0 && objects.has(self))) {
    lasting.doubts++;
    return;
  }
  for (const one of args) {
    if (typeof one === 'function') {
      if (((reach & ARGS) !== 0 && objects.has(one)) || ((reach & CALLS) !== 0 && !isSeen(one as Callable))) {
        lasting.doubts++;
        return;
      }
    } else if ((reach & ARGS) !== 0 && objects.has(one)) {
      lasting.doubts++;
      return;
    }
  }
}

/** Whether what it does, wherever it is called from, is seen here. */
const isSeen = (f: Callable): boolean =>
  bodyOf(f) !== undefined || recordOf(f) !== undefined || reachOf(f) === NOTHING;
