/** EventTarget and its events, whose listeners can be left. */
import { running } from '../agent.ts';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import { current } from '../world/current.ts';
import { callBack, leavable, leavableMethods } from '../world/leave.ts';
import { wrongType } from './errors.ts';
import { hide } from './events.ts';

interface Registered {
  readonly listener: unknown;
  readonly isCapture: boolean;
  readonly isOnce: boolean;
  isRemoved: boolean;
  /** `onmessage = null`: it keeps its place. */
  isIdle: boolean;
}

const registered = hidden<Map<string, Registered[]>>();
const handlers = hidden<Map<string, unknown>>();

/** A target of the platform that wants to know: its listeners of a type are so many now. */
export const counted = Symbol('counted');
interface Counts {
  [counted]?(type: string, count: number): void;
}

interface EventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly [key: string]: unknown;
}

export class AgentEvent {
  readonly type: string;
  readonly bubbles: boolean;
  readonly cancelable: boolean;
  readonly timeStamp: number;
  readonly isTrusted: boolean = false;
  target: unknown = null;
  currentTarget: unknown = null;
  defaultPrevented = false;
  cancelBubble = false;
  isStopped = false;

  constructor(type: string, init: EventInit = {}) {
    this.type = `${type}`;
    this.bubbles = init.bubbles === true;
    this.cancelable = init.cancelable === true;
    this.timeStamp = running.agent?.now ?? 0;
    hide(this, 'isStopped', false);
  }

  get srcElement(): unknown {
    return this.target;
  }

  preventDefault(): void {
    if (this.cancelable) this.defaultPrevented = true;
  }

  stopPropagation(): void {
    this.cancelBubble = true;
  }

  stopImmediatePropagation(): void {
    this.isStopped = true;
  }

  composedPath(): unknown[] {
    return this.target === null ? [] : [this.target];
  }

  get [Symbol.toStringTag](): string {
    return 'Event';
  }
}

/** Events that hold something: message, error, custom, close. */
function eventClass(name: string, fields: Readonly<Record<string, unknown>>): typeof AgentEvent {
  const Made = {
    [name]: class extends AgentEvent {
      constructor(type: string, init: EventInit = {}) {
        super(type, init);
        for (const [key, missing] of Object.entries(fields)) {
          Object.defineProperty(this, key, { value: init[key] ?? missing, enumerable: true, configurable: true });
        }
      }
    },
  }[name] as typeof AgentEvent;
  return Made;
}

export const AgentMessageEvent = eventClass('MessageEvent', {
  data: null,
  origin: '',
  lastEventId: '',
  source: null,
  ports: [],
});
export const AgentErrorEvent = eventClass('ErrorEvent', {
  message: '',
  filename: '',
  lineno: 0,
  colno: 0,
  error: null,
});
export const AgentCustomEvent = eventClass('CustomEvent', { detail: null });

export function listenersFor(target: object, type: string): readonly Registered[] {
  return registered.of(target)?.get(type) ?? [];
}

export function listen(target: object, type: string, listener: unknown, options: unknown): void {
  if (listener === null || listener === undefined) return;
  const given = (typeof options === 'object' && options !== null ? options : { capture: options }) as EventInit;
  const isCapture = Boolean(given.capture);
  const signal = signalOf(given.signal);
  if (signal?.aborted === true) return;
  let types = registered.of(target);
  if (types === undefined) registered.put(target, (types = new Map()));
  const list = types.get(type) ?? [];
  if (list.some((one) => one.listener === listener && one.isCapture === isCapture)) return;
  types.set(type, [...list, { listener, isCapture, isOnce: Boolean(given.once), isRemoved: false, isIdle: false }]);
  tellCount(target, type);
  if (signal !== undefined) listen(signal, 'abort', () => unlisten(target, type, listener, isCapture), { once: true });
}

/** The signal that ends it, when one is given. */
function signalOf(signal: unknown): { readonly aborted: boolean } | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal) return signal as { aborted: boolean };
  throw wrongType('"options.signal" property', 'an instance of AbortSignal', signal);
}

export function unlisten(target: object, type: string, listener: unknown, options?: unknown): void {
  const isCapture = Boolean(typeof options === 'object' && options !== null ? (options as EventInit).capture : options);
  const types = registered.of(target);
  const list = types?.get(type) ?? [];
  const found = list.find((one) => one.listener === listener && one.isCapture === isCapture);
  if (found === undefined || types === undefined) return;
  found.isRemoved = true;
  types.set(
    type,
    list.filter((one) => one !== found),
  );
  tellCount(target, type);
}

export function countListeners(target: object, type: string): number {
  return listenersFor(target, type).filter(({ isIdle }) => !isIdle).length;
}

function tellCount(target: object, type: string): void {
  (target as Counts)[counted]?.(type, countListeners(target, type));
}

/** Calls the listeners in order. What one throws is an uncaught error, and the others are called all the same. */
export function* dispatch(target: object, event: AgentEvent, site = -1): Running<boolean> {
  event.target = target;
  event.currentTarget = target;
  for (const one of listenersFor(target, event.type)) {
    if (one.isRemoved || event.isStopped) continue;
    if (one.isOnce) unlisten(target, event.type, one.listener, one.isCapture);
    const { listener } = one;
    try {
      if (typeof listener === 'function') yield* callBack(listener, target, [event], site);
      else yield* callBack((listener as { handleEvent: unknown }).handleEvent, listener, [event], site);
    } catch (error) {
      // As Node does it: reported at the next tick.
      current().loop.ticks.push(() => {
        throw error;
      });
    }
  }
  event.currentTarget = null;
  return !event.defaultPrevented;
}

/** `onmessage` and its like: one listener, which holds the place it was first given. */
export function handler(prototype: object, type: string): void {
  Object.defineProperty(prototype, `on${type}`, {
    configurable: true,
    enumerable: true,
    get(this: object) {
      return handlers.of(this)?.get(type) ?? null;
    },
    set(this: object, value: unknown) {
      let own = handlers.of(this);
      if (own === undefined) handlers.put(this, (own = new Map()));
      const isNew = !own.has(type);
      own.set(type, typeof value === 'function' ? value : null);
      if (isNew) {
        const call = leavable(`on${type}`, 1, function* ({ self, args, site }) {
          const f = own.get(type);
          return typeof f === 'function' ? yield* callBack(f, self, args, site) : undefined;
        });
        listen(this, type, call, undefined);
        own.set(`${type} call`, call);
      }
      const call = own.get(`${type} call`);
      for (const one of registered.of(this)?.get(type) ?? [])
        if (one.listener === call) one.isIdle = own.get(type) === null;
      tellCount(this, type);
    },
  });
}

export type TargetClass = new () => object;

export function makeEventTarget(): TargetClass {
  class EventTarget {
    addEventListener(type: string, listener: unknown, options?: unknown): void {
      listen(this, `${type}`, listener, options);
    }

    removeEventListener(type: string, listener: unknown, options?: unknown): void {
      unlisten(this, `${type}`, listener, options);
    }

    get [Symbol.toStringTag](): string {
      return 'EventTarget';
    }
  }
  leavableMethods(EventTarget.prototype, {
    dispatchEvent: [1, ({ self, args: [event], site }) => dispatch(self as object, event as AgentEvent, site)],
  });
  return EventTarget;
}
