/** Small steps of the specification, for code of the language itself. */
import type { Running } from '../operation.ts';
import { get } from './access.ts';
import { on } from './flow.ts';
import { defineProperty } from './primordials.ts';
import { type Body, type Callable, stampBody } from './stamps.ts';
import { run } from './sync.ts';

/** Get, of what may be an accessor of the program. */
export function* getProperty(object: unknown, key: PropertyKey): Running {
  return yield* on(get(object, key, -1));
}

/** A function of the language: native to who looks at it, and a body that can be left. */
export function languageFunction(name: PropertyKey, length: number, body: Body): Callable {
  const made = {
    [name](this: unknown, ...args: unknown[]) {
      return run(body, this, args);
    },
  }[name as string] as unknown as Callable;
  defineProperty(made, 'length', { value: length, configurable: true });
  stampBody(made, body);
  return made;
}

/** Adds such functions to an object, as built-in methods are. */
export function addMethods(object: object, methods: readonly (readonly [string, number, Body])[]): void {
  for (const [key, length, body] of methods) {
    defineProperty(object, key, { value: languageFunction(key, length, body), writable: true, configurable: true });
  }
}

/** The tag that Object.prototype.toString shows. */
export function tag(object: object, value: string): void {
  defineProperty(object, Symbol.toStringTag, { value, configurable: true });
}
