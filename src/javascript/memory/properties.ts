/** Functions that come to one property of a view: Reflect.get and set, descriptors, what is there. */
import { type Agent, running } from '../agent.ts';
import type { Operation, Running, Touch } from '../operation.ts';
import type { Call } from './call.ts';
import { isElement, isShared, read, write } from './plain.ts';
import { unknown } from './unknown.ts';
import { sharedView } from './views.ts';

const keyOf = (key: unknown): unknown => (typeof key === 'number' || typeof key === 'symbol' ? key : String(key));

/** Reflect.get(view, key) */
export function getProperty({ args, site }: Call): Running | undefined {
  const key = keyOf(args[1]);
  return isShared(args[0], key) ? step(read(args[0], key, site)) : undefined;
}

/** Reflect.set(view, key, value) */
export function setProperty(call: Call): Running | undefined {
  const { args, site } = call;
  const [object, , value, receiver = object] = args;
  const key = keyOf(args[1]);
  if (!isElement(object, key)) return sharedView(receiver) === undefined ? undefined : unknown(call);
  return receiver === object ? setting(write(object, key, value, site)) : unknown(call);
}

function* setting(operation: Operation): Running {
  yield operation;
  return true;
}

/** Object.getOwnPropertyDescriptor(view, key) */
export function getDescriptor({ args, site }: Call): Running | undefined {
  const key = keyOf(args[1]);
  return isElement(args[0], key) ? describing(read(args[0], key, site)) : undefined;
}

function* describing(operation: Operation): Running {
  const value = yield operation;
  return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
}

/** Object.defineProperty(view, key, descriptor): what is written is the value, and the engine says what is wrong. */
export function define(call: Call): Running | undefined {
  const { f, self, args, site } = call;
  const key = keyOf(args[1]);
  if (!isElement(args[0], key)) return undefined;
  const shared = sharedView(args[0]);
  return shared?.tears === true || shared?.place.length !== undefined
    ? unknown(call)
    : step(new Defined(write(args[0], key, 0, site), () => Reflect.apply(f, self, args)));
}

/** Touches what the write touches, and is done by the engine. */
class Defined implements Operation {
  readonly kind = 'write';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #run: () => unknown;

  constructor({ touches, site }: Operation, run: () => unknown) {
    this.touches = touches;
    this.site = site;
    this.#run = run;
  }

  text(): string {
    return 'defines an element';
  }

  perform(agent: Agent): unknown {
    agent.effects++;
    return this.#run();
  }
}

/** Object.assign(target, ...sources) */
export function assign(call: Call): Running | undefined {
  const { args } = call;
  return args.some((arg) => sharedView(arg) !== undefined) ? assigning(call) : undefined;
}

function* assigning({ args: [target, ...sources], site }: Call): Running {
  for (const source of sources.filter((one) => one !== undefined && one !== null).map(Object) as object[]) {
    for (const key of Reflect.ownKeys(source)) {
      if (Reflect.getOwnPropertyDescriptor(source, key)?.enumerable !== true) continue;
      const value = isElement(source, key) ? yield read(source, key, site) : Reflect.get(source, key);
      yield* put(target as object, key, value, site);
    }
  }
  return target;
}

function* put(target: object, key: PropertyKey, value: unknown, site: number): Running<void> {
  if (isElement(target, key)) yield write(target, key, value, site);
  else {
    if (running.agent !== undefined) running.agent.effects++;
    (target as Record<PropertyKey, unknown>)[key] = value;
  }
}

function* step(operation: Operation): Running {
  return yield operation;
}
