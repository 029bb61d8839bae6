/**
 * Objects that outlive an execution, and how they were: all that is reached from some of them by properties and prototypes.
 * What a program does to one of them is found by comparing. No getter is asked.
 */
const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf, isExtensible, defineProperty, deleteProperty } = Reflect;
const { is } = Object;

/** One of them, and each of its properties. */
export interface Was {
  readonly object: object;
  /** For people: `Array.prototype`. */
  readonly name: string;
  readonly keys: readonly PropertyKey[];
  readonly properties: readonly PropertyDescriptor[];
  readonly prototype: object | null;
  readonly isExtensible: boolean;
}

export const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

export class Reached {
  readonly all: Was[] = [];
  readonly #seen = new Set<object>();
  /** Objects that belong to somebody else: they are not gone into. */
  readonly #isOther: (object: object) => boolean;
  /** Told of each that is added. */
  readonly #added: (object: object) => void;

  constructor(isOther: (object: object) => boolean, added: (object: object) => void) {
    this.#isOther = isOther;
    this.#added = added;
  }

  has(object: object): boolean {
    return this.#seen.has(object);
  }

  /** Adds one object, and nothing that it leads to. */
  addAlone(object: object, name: string): void {
    if (this.#seen.has(object)) return;
    this.#seen.add(object);
    this.#added(object);
    this.all.push(asItIs(object, name));
  }

  /** Adds what is reached from here, as it is now. */
  add(root: unknown, rootName: string): void {
    const open: [unknown, string][] = [[root, rootName]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [value, name] = next;
      if (!isObject(value) || this.#seen.has(value) || this.#isOther(value)) continue;
      this.#seen.add(value);
      this.#added(value);
      const was = asItIs(value, name);
      this.all.push(was);
      open.push([was.prototype, `prototype of ${name}`]);
      // Backwards, so that what comes first names what is reached in several ways.
      for (let i = was.keys.length - 1; i >= 0; i--) {
        const property = was.properties[i] as PropertyDescriptor;
        const path = named(name, was.keys[i] as PropertyKey);
        open.push([property.set, `set ${path}`], [property.get, `get ${path}`], [property.value, path]);
      }
    }
  }
}

function asItIs(object: object, name: string): Was {
  const keys = ownKeys(object);
  const properties = keys.map((key) => getOwnPropertyDescriptor(object, key) as PropertyDescriptor);
  return { object, name, keys, properties, prototype: getPrototypeOf(object), isExtensible: isExtensible(object) };
}

const named = (name: string, key: PropertyKey): string =>
  typeof key === 'symbol' ? `${name}[${String(key)}]` : `${name}.${key}`;

/** Whether an object is as it was. */
export function isAsItWas({ object, keys, properties, prototype, isExtensible: could }: Was): boolean {
  if (ownKeys(object).length !== keys.length) return false;
  if (getPrototypeOf(object) !== prototype || isExtensible(object) !== could) return false;
  for (let i = 0; i < keys.length; i++)
    if (!isSame(getOwnPropertyDescriptor(object, keys[i] as PropertyKey), properties[i] as PropertyDescriptor))
      return false;
  return true;
}

function isSame(now: PropertyDescriptor | undefined, was: PropertyDescriptor): boolean {
  return (
    now !== undefined &&
    is(now.value, was.value) &&
    now.get === was.get &&
    now.set === was.set &&
    now.writable === was.writable &&
    now.enumerable === was.enumerable &&
    now.configurable === was.configurable
  );
}

/** Makes an object as it was, as far as can be. Gives the names of what had been changed about it. */
export function putBack(was: Was): string[] {
  const { object, name, keys, properties } = was;
  const changed: string[] = [];
  for (const key of ownKeys(object)) {
    if (keys.includes(key)) continue;
    changed.push(named(name, key));
    deleteProperty(object, key);
  }
  for (const [i, key] of keys.entries()) {
    const property = properties[i] as PropertyDescriptor;
    if (isSame(getOwnPropertyDescriptor(object, key), property)) continue;
    changed.push(named(name, key));
    defineProperty(object, key, property);
  }
  if (getPrototypeOf(object) !== was.prototype) {
    changed.push(`the prototype of ${name}`);
    Reflect.setPrototypeOf(object, was.prototype);
  }
  return changed.length === 0 ? [name] : changed;
}
