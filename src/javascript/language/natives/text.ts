/** replace with a function, JSON with functions. */
import type { Running } from '../../operation.ts';
import { invoke } from '../call.ts';
import { getProperty } from '../internal.ts';
import { isArray, isObject } from '../primordials.ts';
import { canBeLeft, type Form, giveForm } from './native.ts';

/** Matches are found by the machine; only what replaces them is asked of the program, in the same order. */
function replacing(all: boolean): Form {
  return function* (self, [pattern, f], site): Running {
    const text = String(self);
    const matches: unknown[][] = [];
    const note = (...args: unknown[]): string => {
      matches.push(args);
      return '';
    };
    if (all) text.replaceAll(pattern as string, note);
    else text.replace(pattern as string, note);
    let result = '';
    let at = 0;
    for (const args of matches) {
      const offset = args.find((one, i) => i > 0 && typeof one === 'number') as number;
      result += text.slice(at, offset) + String(yield* invoke(f, undefined, args, site));
      at = offset + (args[0] as string).length;
    }
    return result + text.slice(at);
  };
}

const replaces = (self: unknown, args: readonly unknown[]): boolean =>
  self !== undefined &&
  self !== null &&
  canBeLeft(args[1]) &&
  (typeof args[0] === 'string' || args[0] instanceof RegExp);
giveForm(String.prototype.replace, replaces, replacing(false));
giveForm(String.prototype.replaceAll, replaces, replacing(true));

giveForm(
  JSON.parse,
  (_self, args) => canBeLeft(args[1]),
  function* (_self, [text, reviver], site): Running {
    const value: unknown = JSON.parse(text as string);
    return yield* revive({ '': value }, '', reviver, site);
  },
);

/** InternalizeJSONProperty. */
function* revive(holder: Record<string, unknown>, key: string, reviver: unknown, site: number): Running {
  const value = holder[key];
  if (isObject(value)) {
    const object = value as Record<string, unknown>;
    const keys = isArray(value) ? value.map((_, i) => String(i)) : Object.keys(value);
    for (const one of keys) {
      const revived = yield* revive(object, one, reviver, site);
      if (revived === undefined) Reflect.deleteProperty(object, one);
      else
        Reflect.defineProperty(object, one, { value: revived, writable: true, enumerable: true, configurable: true });
    }
  }
  return yield* invoke(reviver, holder, [key, value], site);
}

/** Something in a value that the program has a say in. */
function isAsked(value: unknown, depth = 0): boolean {
  if (!isObject(value)) return false;
  if (depth > 8 || canBeLeft((value as { toJSON?: unknown }).toJSON)) return true;
  return Object.values(value).some((one) => isObject(one) && isAsked(one, depth + 1));
}

giveForm(
  JSON.stringify,
  (_self, args) => canBeLeft(args[1]) || isAsked(args[0]),
  function* (_self, [value, replacer, space], site): Running {
    const f = canBeLeft(replacer) ? replacer : undefined;
    const plain = yield* told({ '': value }, '', value, f, new Set(), site);
    return JSON.stringify(plain, f === undefined ? (replacer as string[]) : undefined, space as string);
  },
);

/** A value without anything of the program in it, that gives the same text. */
function* told(holder: object, key: string, given: unknown, f: unknown, above: Set<object>, site: number): Running {
  let value = given;
  if (isObject(value) || typeof value === 'bigint') {
    const toJSON = yield* getProperty(value, 'toJSON');
    if (typeof toJSON === 'function') value = yield* invoke(toJSON, value, [key], site);
  }
  if (f !== undefined) value = yield* invoke(f, holder, [key, value], site);
  if (!isObject(value) || typeof value === 'function') return value;
  if (/^\[object (?:Number|String|Boolean|BigInt)\]$/.test(Object.prototype.toString.call(value))) return value;
  if (above.has(value)) throw new TypeError('Converting circular structure to JSON');
  above.add(value);
  const object = value as Record<string, unknown>;
  const made: Record<string, unknown> = isArray(value)
    ? ([] as unknown as Record<string, unknown>)
    : Object.create(null);
  const keys = isArray(value) ? value.map((_, i) => String(i)) : Object.keys(value);
  for (const one of keys) made[one] = yield* told(value, one, yield* getProperty(object, one), f, above, site);
  above.delete(value);
  return made;
}
