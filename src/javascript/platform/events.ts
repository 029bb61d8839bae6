/**
 * node:events. Listeners are functions of the program, so emit can be left in each of them; so can on and off, for
 * 'newListener' and 'removeListener' have listeners too.
 */
import { inspect } from 'node:util';
import { type Agent, running } from '../agent.ts';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { codeError } from '../world/clone.ts';
import { callBack, leavable, leavableMethods } from '../world/leave.ts';
import { abortError, wrongCallback } from './errors.ts';

type Key = string | symbol;
type Listener = Function & { listener?: Function };

const errorMonitor = Symbol.for('events.errorMonitor');
const rejection = Symbol.for('nodejs.rejection');

/** Listeners of an emitter, by event. An array is never changed once it is here: emit goes on with the one it has. */
const tables = hidden<Map<Key, readonly Listener[]>>();
const most = new WeakMap<object, number>();

export function listenersOf(emitter: object, event: Key): readonly Listener[] {
  return tables.of(emitter)?.get(event) ?? [];
}

function setListeners(emitter: object, event: Key, list: readonly Listener[]): void {
  let table = tables.of(emitter);
  if (table === undefined) tables.put(emitter, (table = new Map()));
  if (list.length === 0) table.delete(event);
  else table.set(event, list);
}

/** What is done when listeners of an emitter of the platform come and go: a port begins with its first. */
export const watched = Symbol('watched');
interface Watched {
  [watched]?(event: Key, count: number): void;
}

export function* emit(emitter: object, event: Key, args: readonly unknown[], site = -1): Running<boolean> {
  if (event === 'error') {
    yield* emit(emitter, errorMonitor, args, site);
    if (listenersOf(emitter, 'error').length === 0) throw unhandled(args);
  }
  const list = listenersOf(emitter, event);
  for (const listener of list) yield* callBack(listener, emitter, args, site);
  return list.length > 0;
}

function unhandled([error]: readonly unknown[]): unknown {
  if (error instanceof Error) return error;
  const text = typeof error === 'string' ? `'${error}'` : inspect(error);
  return Object.assign(codeError(Error, 'ERR_UNHANDLED_ERROR', `Unhandled error. (${text})`), { context: error });
}

function* add(emitter: object, event: Key, listener: unknown, first: boolean, site: number): Running {
  if (typeof listener !== 'function') throw wrongCallback(listener, 'listener');
  if (listenersOf(emitter, 'newListener').length > 0) {
    const method = (emitter as { emit?: unknown }).emit;
    yield* callBack(method, emitter, ['newListener', event, (listener as Listener).listener ?? listener], site);
  }
  const before = listenersOf(emitter, event);
  setListeners(emitter, event, first ? [listener, ...before] : [...before, listener]);
  (emitter as Watched)[watched]?.(event, before.length + 1);
  return emitter;
}

function* remove(emitter: object, event: Key, listener: unknown, site: number): Running {
  if (typeof listener !== 'function') throw wrongCallback(listener, 'listener');
  const before = listenersOf(emitter, event);
  const index = before.findLastIndex((one) => one === listener || one.listener === listener);
  if (index < 0) return emitter;
  setListeners(emitter, event, before.toSpliced(index, 1));
  (emitter as Watched)[watched]?.(event, before.length - 1);
  if (listenersOf(emitter, 'removeListener').length > 0) {
    const method = (emitter as { emit?: unknown }).emit;
    yield* callBack(method, emitter, ['removeListener', event, listener], site);
  }
  return emitter;
}

/** A listener that takes itself away before it is called. */
function once(emitter: object, event: Key, listener: unknown): Listener {
  if (typeof listener !== 'function') throw wrongCallback(listener, 'listener');
  let isFired = false;
  const wrapper: Listener = leavable('bound onceWrapper', 0, function* ({ args, site }) {
    if (isFired) return undefined;
    isFired = true;
    yield* remove(emitter, event, wrapper, site);
    return yield* callBack(listener, emitter, args, site);
  });
  wrapper.listener = listener;
  return wrapper;
}

function* removeAll(emitter: object, args: readonly unknown[], site: number): Running {
  const events = args.length > 0 ? [args[0] as Key] : [...(tables.of(emitter)?.keys() ?? [])];
  for (const event of events) {
    for (const listener of listenersOf(emitter, event).toReversed()) yield* remove(emitter, event, listener, site);
  }
  return emitter;
}

export type EmitterClass = (new () => object) & { prototype: object };

/** A function, for there are those who call it without `new`, on an object of their own. */
function emitterFunction(): EmitterClass {
  return { EventEmitter: function () {} }.EventEmitter as unknown as EmitterClass;
}

/** The class of one agent: what it does to it, others do not see. */
export function makeEmitter(): EmitterClass {
  const EventEmitter = emitterFunction();
  const { prototype } = EventEmitter;
  leavableMethods(prototype, {
    emit: [1, ({ self, args: [event, ...args], site }) => emit(self as object, event as Key, args, site)],
    on: [2, ({ self, args, site }) => add(self as object, args[0] as Key, args[1], false, site)],
    once: [
      2,
      ({ self, args, site }) =>
        add(self as object, args[0] as Key, once(self as object, args[0] as Key, args[1]), false, site),
    ],
    prependListener: [2, ({ self, args, site }) => add(self as object, args[0] as Key, args[1], true, site)],
    prependOnceListener: [
      2,
      ({ self, args, site }) =>
        add(self as object, args[0] as Key, once(self as object, args[0] as Key, args[1]), true, site),
    ],
    off: [2, ({ self, args, site }) => remove(self as object, args[0] as Key, args[1], site)],
    removeAllListeners: [1, ({ self, args, site }) => removeAll(self as object, args, site)],
  });
  const methods = {
    listenerCount(this: object, event: Key, listener?: Function): number {
      const list = listenersOf(this, event);
      return listener === undefined
        ? list.length
        : list.filter((one) => one === listener || one.listener === listener).length;
    },
    listeners(this: object, event: Key): Function[] {
      return listenersOf(this, event).map((one) => one.listener ?? one);
    },
    rawListeners(this: object, event: Key): Function[] {
      return [...listenersOf(this, event)];
    },
    eventNames(this: object): Key[] {
      return [...(tables.of(this)?.keys() ?? [])];
    },
    setMaxListeners(this: object, n: number): object {
      most.set(this, n);
      return this;
    },
    getMaxListeners(this: object): number {
      return most.get(this) ?? 10;
    },
  };
  for (const [name, value] of Object.entries(methods)) hide(prototype, name, value);
  const named = prototype as Record<string, unknown>;
  hide(prototype, 'addListener', named.on);
  hide(prototype, 'removeListener', named.off);
  return EventEmitter;
}

export function hide(target: object, name: Key, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

/** The module, with the class it is. */
export function makeEvents(EventEmitter: EmitterClass): EmitterClass {
  class EventEmitterAsyncResource extends (EventEmitter as new () => object) {
    readonly asyncResource = { asyncId: () => this.asyncId, triggerAsyncId: () => this.triggerAsyncId };
    readonly asyncId = 1;
    readonly triggerAsyncId = 0;
    emitDestroy(): void {}
  }
  return Object.assign(EventEmitter, {
    EventEmitter,
    EventEmitterAsyncResource,
    errorMonitor,
    captureRejectionSymbol: rejection,
    captureRejections: false,
    defaultMaxListeners: 10,
    once: leavable('once', 2, ({ args, site }) => promised(args[0] as object, args[1] as Key, args[2], site)),
    listenerCount: (emitter: object, event: Key) => listenersOf(emitter, event).length,
    getEventListeners: (emitter: object, event: Key) => listenersOf(emitter, event).map((one) => one.listener ?? one),
    setMaxListeners: () => undefined,
    getMaxListeners: () => 10,
  });
}

/** events.once: a promise of the arguments of the next event, of an emitter or a target; a signal gives it up. */
function* promised(emitter: object, event: Key, options: unknown, site: number): Running {
  const { promise, resolve, reject } = (running.agent as Agent).deferred();
  const { signal } = (options ?? {}) as { signal?: { aborted: boolean; reason: unknown } };
  if (signal?.aborted === true) {
    reject(abortError(signal.reason));
    return promise;
  }
  const done: Listener = leavable('', 0, function* ({ args }) {
    yield* unlistenTo(emitter, 'error', failed, site);
    yield* unlistenTo(signal, 'abort', aborted, site);
    resolve([...args]);
  });
  const failed: Listener = leavable('', 1, function* ({ args: [error] }) {
    yield* unlistenTo(emitter, event, done, site);
    yield* unlistenTo(signal, 'abort', aborted, site);
    reject(error);
  });
  const aborted: Listener = leavable('', 1, function* () {
    yield* unlistenTo(emitter, event, done, site);
    yield* unlistenTo(emitter, 'error', failed, site);
    reject(abortError(signal?.reason));
  });
  yield* listenTo(emitter, event, done, site);
  if (event !== 'error' && has(emitter, 'once')) yield* listenTo(emitter, 'error', failed, site);
  if (signal !== undefined) yield* listenTo(signal, 'abort', aborted, site);
  return promise;
}

const methodOf = (object: object, name: string): unknown => (object as Record<string, unknown>)[name];
const has = (object: object, name: string): boolean => typeof methodOf(object, name) === 'function';

function listenTo(object: object, event: Key, listener: Listener, site: number): Running {
  if (has(object, 'on') || !has(object, 'addEventListener'))
    return callBack(methodOf(object, 'once'), object, [event, listener], site);
  return callBack(methodOf(object, 'addEventListener'), object, [event, listener, { once: true }], site);
}

function* unlistenTo(object: object | undefined, event: Key, listener: Listener, site: number): Running {
  const name = ['removeListener', 'removeEventListener'].find((one) => object !== undefined && has(object, one));
  if (object === undefined || name === undefined) return undefined;
  return yield* callBack(methodOf(object, name), object, [event, listener], site);
}
