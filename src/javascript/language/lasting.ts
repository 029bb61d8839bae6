/**
 * Objects that outlive an execution, the built-in ones and what is kept of modules, and how often one of them may have been
 * changed: by a write to it, or by a native function that it was given or of which nothing is known. Whoever keeps them
 * compares them when there is a doubt (platform/as-it-was.ts), and a few of them without one.
 */
import { type Callable, handlerOf, makerOf, bodyOf, recordOf, reachOf } from './stamps.ts';

const objects = new Set<unknown>();

export const lasting = {
  /** Grows whenever one of them may have been changed, by whatever cannot be seen. */
  doubts: 0,
  /** Grows whenever one of them was plainly about to be changed; that is a doubt too. */
  hits: 0,
};

export function addLasting(object: object): void {
  objects.add(object);
}

export function removeLasting(object: object): void {
  objects.delete(object);
}

/** A property of it is about to be written, defined or deleted. */
export function touches(object: unknown): void {
  if (!objects.has(object)) return;
  lasting.doubts++;
  lasting.hits++;
}

/** What a native function may change of what it can get at, beside what it makes. */
export const NOTHING = 0;
/** What it is a method of. */
export const SELF = 1;
/** What it is given first, as Object.assign; of Reflect.set what it is given last. */
export const TARGET = 2;
/** It calls what it is given, with whatever it likes. */
export const CALLS = 4;
const RECEIVER = 3;

/** A native function, or one of the platform, is about to be called, or to construct. */
export function calls(f: Callable, self: unknown, args: readonly unknown[]): void {
  const reach = reachOf(f);
  if (reach === NOTHING) return;
  if (reach === undefined) callsUnknown(f, self, args);
  else {
    if ((reach & SELF) !== 0) touches(self);
    if ((reach & TARGET) !== 0) {
      touches(args[0]);
      touches(args[RECEIVER]);
    }
    if ((reach & CALLS) !== 0) callsBack(args);
  }
}

/** What the platform has a form of changes at most what it is given. */
function callsUnknown(f: Callable, self: unknown, args: readonly unknown[]): void {
  if (handlerOf(f) === undefined && makerOf(f) === undefined) lasting.doubts++;
  else if (objects.has(self) || args.some((one) => objects.has(one))) lasting.doubts++;
  else callsBack(args);
}

function callsBack(args: readonly unknown[]): void {
  for (const one of args) if (typeof one === 'function' && !isSeen(one as Callable)) lasting.doubts++;
}

/** Whether what a function does, wherever it is called from, is seen here. */
export const isSeen = (f: Callable): boolean =>
  bodyOf(f) !== undefined || recordOf(f) !== undefined || reachOf(f) === NOTHING;
