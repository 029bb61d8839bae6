/**
 * Classes and functions of the platform, made once for the agents of a name and used by those of execution after
 * execution: they know nothing of an execution but the agent that runs. What a program has changed about them is found
 * when the next agent asks, and it gets new ones.
 */

/** What was there when it was made: an object, and each of its properties. */
type Snapshot = readonly [object, readonly (readonly [PropertyKey, PropertyDescriptor])[]];

export class Kept {
  readonly #made = new Map<string, unknown>();
  readonly #snapshots: Snapshot[] = [];

  get<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) {
      this.put(name, make());
    }
    return this.#made.get(name) as T;
  }

  find(name: string): unknown {
    return this.#made.get(name);
  }

  /** Keeps a value; it, its members and their prototypes are to stay as they are. */
  put(name: string, value: unknown): void {
    this.#made.set(name, value);
    this.#watch(value);
    if (isObject(value)) for (const one of Object.values(value)) this.#watch(one);
  }

  #watch(value: unknown): void {
    if (!isObject(value)) return;
    this.#snapshots.push(snapshot(value));
    const { prototype } = value as { prototype?: unknown };
    if (typeof value === 'function' && isObject(prototype)) this.#snapshots.push(snapshot(prototype));
  }

  /** Whether everything is as it was made. */
  get isIntact(): boolean {
    return this.#snapshots.every(isAsItWas);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function snapshot(object: object): Snapshot {
  const properties = Reflect.ownKeys(object).map((key): readonly [PropertyKey, PropertyDescriptor] => {
    return [key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor];
  });
  return [object, properties];
}

function isAsItWas([object, properties]: Snapshot): boolean {
  if (Reflect.ownKeys(object).length !== properties.length) return false;
  for (const [key, was] of properties) {
    const is = Object.getOwnPropertyDescriptor(object, key);
    if (is === undefined || is.value !== was.value || is.get !== was.get || is.set !== was.set) return false;
  }
  return true;
}

const keptBy = new Map<string, Kept>();

/** What is kept for agents of this name. */
export function keptFor(name: string): Kept {
  let kept = keptBy.get(name);
  if (kept === undefined || !kept.isIntact) keptBy.set(name, (kept = new Kept()));
  return kept;
}
