/**
 * Views of shared memory as the program has them on a thread: proxies that stop at the gate before an element is read or
 * written. The elements are the engine's, in memory that all threads share. Views of memory that is not shared are as ever.
 */
import { shown } from '../memory/element.ts';
import { atomicText } from '../memory/atomic-touch.ts';
import { bufferElementText } from '../memory/fields.ts';
import { type TypedArray, type View, viewTypes } from '../memory/views.ts';
import type { Gate } from './gate.ts';

type Constructor = new (...args: never[]) => View;
type Native = (...args: unknown[]) => unknown;

const typed = Object.getPrototypeOf(Int8Array.prototype) as object;
const TYPES = viewTypes as unknown as readonly Constructor[];

const { isView } = ArrayBuffer;

/** What a view is asked for without looking at its memory. */
const FACTS = new Set<PropertyKey>(['length', 'byteLength', 'byteOffset', 'buffer', Symbol.toStringTag]);
const bareViews = new WeakMap<object, View>();

/** The engine's own view of what may be a proxy of it. */
export const bare = <T>(value: T): T =>
  typeof value === 'object' && value !== null ? ((bareViews.get(value) as T | undefined) ?? value) : value;

export const isShared = (value: unknown): value is View => isView(value) && value.buffer instanceof SharedArrayBuffer;

const isIndex = (key: PropertyKey): key is string =>
  typeof key === 'string' && (key === '-0' || String(Number(key)) === key);

/** Functions of the engine that are called on a view itself, by what becomes of the call. */
function methodsOf(prototype: object): Map<unknown, string> {
  const found = new Map<unknown, string>();
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const value = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    if (typeof value === 'function' && name !== 'constructor') found.set(value, name);
  }
  return found;
}

const typedMethods = methodsOf(typed);
const dataMethods = methodsOf(DataView.prototype);
/** These go from element to element by themselves, on whatever has elements. */
const WALKING = new Map<string, unknown>(
  (['values', 'keys', 'entries'] as const).map((name) => [name, Array.prototype[name]]),
);

export class Views {
  /** Methods that stand in place of the engine's, by their names. */
  readonly forms = new Map<unknown, string>();
  readonly #gate: Gate;
  readonly #watched = new WeakMap<View, View>();
  readonly #constructors = new Map<unknown, Constructor>();
  readonly #handler: ProxyHandler<View>;

  constructor(gate: Gate) {
    this.#gate = gate;
    this.#handler = this.#make();
    for (const type of TYPES) this.#constructors.set(type, this.#watching(type));
  }

  /** Puts them in place of the engine's. */
  install(): void {
    for (const [type, own] of this.#constructors) {
      Reflect.set(globalThis, (type as { name: string }).name, own);
    }
    ArrayBuffer.isView = (value: unknown): value is ArrayBufferView => isView(bare(value));
  }

  /** A view as the program gets it. */
  watched(view: View): View {
    if (!isShared(view)) return view;
    let found = this.#watched.get(view);
    if (found === undefined) {
      found = new Proxy(view, this.#handler);
      this.#watched.set(view, found);
      bareViews.set(found, view);
    }
    return found;
  }

  /** What stands for an object on this thread: of a view of shared memory the program's own. */
  ownOf(value: object): object {
    return isView(value) && isShared(value) ? this.watched(value) : value;
  }

  #watching(type: Constructor): Constructor {
    const own: Constructor = new Proxy(type, {
      construct: (target, args, newTarget) =>
        this.watched(Reflect.construct(target, args.map(bare), newTarget === own ? target : newTarget) as View),
    });
    return own;
  }

  #make(): ProxyHandler<View> {
    return {
      get: (view, key, self) => {
        if (isIndex(key) && !(view instanceof DataView)) return this.#read(view, key);
        if (FACTS.has(key)) return Reflect.get(view, key, view);
        const value = Reflect.get(view, key, self) as unknown;
        if (key === 'constructor') return this.#constructors.get(value) ?? value;
        return typeof value === 'function' ? this.#method(view, value as Native) : value;
      },
      set: (view, key, value, self) => {
        if (isIndex(key) && !(view instanceof DataView)) return this.#write(view, key, value);
        return Reflect.set(view, key, value, self === this.#watched.get(view) ? view : self);
      },
    };
  }

  #read(view: TypedArray, key: string): unknown {
    const index = Number(key);
    return this.#gate.perform(`${view[Symbol.toStringTag]}[${key}]`, () => view[index], { view, index });
  }

  #write(view: TypedArray, key: string, value: unknown): boolean {
    const set = (): unknown => {
      Reflect.set(view, key, value);
      return value;
    };
    const text = `${view[Symbol.toStringTag]}[${key}] = ${shown(value)}`;
    this.#gate.perform(text, set, { view, index: Number(key) });
    return true;
  }

  #nameOf(view: View, method: Native): string | undefined {
    if (view instanceof DataView) return dataMethods.get(method);
    return typedMethods.get(method) ?? this.forms.get(method);
  }

  #method(view: View, method: Native): Native {
    const name = this.#nameOf(view, method);
    if (name === undefined) return method;
    const walking = WALKING.get(name);
    if (walking !== undefined) return walking as Native;
    const call = (...args: unknown[]): unknown => {
      const result = Reflect.apply(method, view, args.map(bare));
      return isShared(result) ? this.watched(result) : result;
    };
    if (name === 'subarray') return call;
    const text = (args: unknown[]): string =>
      view instanceof DataView
        ? atomicText(name, [view, ...args]).replace('Atomics', 'DataView')
        : (bufferElementText(name, args) ?? `${name}()`);
    return (...args) => this.#gate.perform(text(args), () => call(...args));
  }
}
