/**
 * Modules of Node that reach out of the program. Many import them and seldom use them: all that they export is there, and
 * to use it is refused. So is what the platform lacks of others.
 */
import { createRequire } from 'node:module';
import { absence, refuse, refusedFunction } from './refused.ts';

const NAMES: ReadonlySet<string> = new Set(
  (
    'fs fs/promises stream stream/promises zlib readline child_process cluster net tls os ' +
    'crypto perf_hooks diagnostics_channel dgram dns http https http2 tty v8 vm'
  ).split(' '),
);

const require = createRequire(import.meta.url);

/** The module of that name with nothing behind it; refused is one that is not known. */
export function absentModule(name: string): object {
  if (!NAMES.has(name)) return refuse(absence(name));
  return absent(require(`node:${name}`), name, '') as object;
}

/** Functions and objects with classes of their own are refused when they are used; plain objects are gone into. */
function absent(value: unknown, name: string, part: string): unknown {
  const isMade = typeof value === 'function';
  if (!isMade && (typeof value !== 'object' || value === null)) return value;
  if (Array.isArray(value)) return [...(value as unknown[])];
  const above: unknown = Object.getPrototypeOf(value);
  if (!isMade && above !== Object.prototype && above !== null) return unusable(absence(name, part));
  // What a module is, as a function, is among its own names too.
  const own = isMade ? refusedFunction(absence(name, part || name)) : {};
  if (isMade && part !== '') return own;
  for (const key of Object.keys(value as object)) {
    const one = (value as Record<string, unknown>)[key];
    const inner = one === value ? own : absent(one, name, part === '' ? key : `${part}.${key}`);
    Object.defineProperty(own, key, { value: inner, writable: true, enumerable: true, configurable: true });
  }
  return own;
}

function unusable(message: string): object {
  const refused = refusedFunction(message);
  // Who keeps it looks whether it is a class.
  return new Proxy({}, { get: (_, key) => (key === 'prototype' ? undefined : refused()), set: refused });
}
