/**
 * Functions of the platform that transformed code can leave: what they do is told as a generator. Called by native code,
 * which cannot be left, they run to their end in one step.
 */
import { effect } from '../language/access.ts';
import { invoke } from '../language/call.ts';
import { asRunning, flow } from '../language/flow.ts';
import { type Callable, stampHandler, stampMaker } from '../language/stamps.ts';
import { sync } from '../language/sync.ts';
import type { Call } from '../memory/call.ts';
import type { Operation, Running } from '../operation.ts';

type Body = (call: Call) => Running;

/** A function of this name and number of parameters. `isQuiet`: what it changes, its operations count themselves. */
export function leavable(name: string, length: number, body: Body, isQuiet = false): (...args: unknown[]) => unknown {
  const begin = (self: unknown, args: readonly unknown[], site: number): Running => {
    if (!isQuiet) effect();
    return body({ f, self, args, name, site });
  };
  const f = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return inOneStep(begin(this, args, -1));
    },
  }[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(f, 'length', { value: length, configurable: true });
  stampHandler(f as Callable, (self, args, site) => asRunning(begin(self, args, site)));
  return f;
}

/** Methods of a prototype, by name and number of parameters. */
export function leavableMethods(target: object, methods: Readonly<Record<string, readonly [number, Body]>>): void {
  for (const [name, [length, body]] of Object.entries(methods)) {
    const value = leavable(name, length, body);
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

/** A class whose instances are made with a step: it comes before the constructor. */
export function startsWith(Class: Function, step: (args: readonly unknown[]) => Operation): void {
  const make = function* (args: readonly unknown[], newTarget: Function): Running {
    yield step(args);
    return Reflect.construct(Class, args, newTarget) as unknown;
  };
  stampMaker(Class as Callable, (args, newTarget) => asRunning(make(args, newTarget)));
}

/** Runs code to its end in one step; it may not wait. */
export function inOneStep(code: Running): unknown {
  const { f } = flow;
  flow.f = 0;
  try {
    return sync(code);
  } finally {
    flow.f = f;
  }
}

/** Calls a function of the program, and leaves it where it can be left. */
export function callBack(f: unknown, self: unknown, args: readonly unknown[], site = -1): Running {
  return invoke(f, self, args, site);
}
