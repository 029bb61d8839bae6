/**
 * What setup() gave, on an agent's thread: a copy but for its shared buffers. What the agent notes in it is written down, in
 * the order of all agents' notes, and done again to the one object that finished() looks at.
 */
import { types } from 'node:util';
import type { View } from '../memory/views.ts';
import type { Gate } from './gate.ts';
import type { Note } from './messages.ts';
import type { Views } from './views.ts';

const { add } = Atomics;
const ADDERS: ReadonlySet<PropertyKey> = new Set(['push', 'set', 'add', 'delete', 'clear']);

type Methods = Record<PropertyKey, ((...args: unknown[]) => unknown) | undefined>;

export interface NotesSetup {
  readonly gate: Gate;
  readonly views: Views;
  readonly control: Int32Array;
  readonly turns: readonly string[];
}

export class ThreadNotes {
  readonly list: Note[] = [];
  readonly #setup: NotesSetup;
  readonly #watched = new Map<object, object>();

  constructor(setup: NotesSetup) {
    this.#setup = setup;
  }

  /** As the agent gets it. */
  watch(value: unknown, path: readonly string[] = []): unknown {
    if (typeof value !== 'object' || value === null || types.isSharedArrayBuffer(value)) return value;
    if (ArrayBuffer.isView(value)) return this.#setup.views.watched(value as View);
    if (!Array.isArray(value) && !types.isMap(value) && !types.isSet(value) && !isPlain(value)) return value;
    const known = this.#watched.get(value);
    if (known !== undefined) return known;
    const watched = new Proxy(value, this.#handler(path));
    this.#watched.set(value, watched);
    return watched;
  }

  #handler(path: readonly string[]): ProxyHandler<object> {
    const note = (does: Note['does'], key: PropertyKey, values: readonly unknown[]): void =>
      this.#note(path, does, key, values);
    return {
      get: (target, key, self) => {
        const isKeyed = types.isMap(target) || types.isSet(target);
        const value = Reflect.get(target, key, isKeyed ? target : self) as unknown;
        if (typeof value !== 'function') return this.watch(value, [...path, String(key)]);
        if (ADDERS.has(key) && (isKeyed || Array.isArray(target))) return this.#adder(target, path, String(key));
        return isKeyed ? (value.bind(target) as unknown) : value;
      },
      defineProperty: (target, key, what) => {
        note('set', key, [what.value]);
        return Reflect.defineProperty(target, key, what);
      },
      deleteProperty: (target, key) => {
        note('delete', key, []);
        return Reflect.deleteProperty(target, key);
      },
    };
  }

  #adder(target: object, path: readonly string[], name: string): (...values: unknown[]) => unknown {
    const { gate, turns } = this.#setup;
    const list = path.length === 0 ? 'what setup() gives' : path.join('.');
    return (...values) => {
      const note = (): void => this.#note(path, 'call', name, values);
      // While it is this agent's turn: behind it another may note before.
      if (turns.includes(list)) gate.perform(`notes in ${list}`, note);
      else note();
      return (target as Methods)[name]?.(...values);
    };
  }

  #note(path: readonly string[], does: Note['does'], key: PropertyKey, values: readonly unknown[]): void {
    const { control } = this.#setup;
    const number = add(control, control.length - 1, 1);
    this.list.push({ number, path, does, key: String(key), values });
  }
}

function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  return above === null || above === Object.prototype;
}

/** Does them to what setup() has given. */
export function noteIn(given: unknown, notes: readonly Note[]): void {
  for (const { path, does, key, values } of notes.toSorted((a, b) => a.number - b.number)) {
    let object = given;
    for (const name of path) object = Reflect.get(object as object, name);
    if (does === 'set') Reflect.set(object as object, key, values[0]);
    else if (does === 'delete') Reflect.deleteProperty(object as object, key);
    else (object as Methods)[key]?.(...values);
  }
}
