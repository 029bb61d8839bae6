/**
 * What setup() gives to all agents. Threads would share nothing of it but its shared buffers; its arrays and plain objects
 * are there to note in them what was seen, for finished(). They are one object for all, so the order of two notes may show
 * what no search has turned round. Therefore who notes where is watched, for each property and each list as a whole:
 *
 *   one agent alone     is free
 *   several make        properties of one object: their order is put right before finished() sees it
 *   several add         to a list: each push is a step then, so their order is explored. That several do is learned from
 *                       executions before the search (explore/subject/tried.ts), for a step is one in all executions
 *   all else            is named, and there is no proof: an agent that reads what another notes, or writes where it does
 */
import { types } from 'node:util';
import { type Agent, running } from './agent.ts';
import { newPlace } from './memory/places.ts';
import { behind } from './memory/reach.ts';
import type { Operation, Place, Running, Touch } from './operation.ts';
import { leavable } from './world/leave.ts';

/** Something that no thread can be given. */
export class NotesError extends Error {
  override readonly name = 'NotesError';
}

export interface NotesOptions {
  /** Whether an object of the platform goes to an agent as it is: a port, a channel. */
  isGiven(value: object): boolean;
  /** Whether to note in this list is a step. */
  isStep(path: string): boolean;
  /** Several agents have to do with this, and not each in a step of its own. */
  meet(path: string): void;
}

/** To add to a list that others add to as well. */
class Note implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #path: string;

  constructor(place: Place, path: string, site: number) {
    this.touches = [{ place, from: 0, to: 1, writes: true, atomic: true }];
    this.#path = path;
    this.site = site;
  }

  text(): string {
    return `notes in ${this.#path}`;
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

/** What an agent does: `add` in an order that is put right before anybody sees it, `step` in a step of its own. */
type Access = 'read' | 'write' | 'add' | 'step';
const ALL: readonly Access[] = ['read', 'write', 'add', 'step'];
/** Of these the order of two is nothing to go by. */
const COMMUTE: readonly Access[] = ['read', 'add', 'step'];

/** Who has done what with a property, or a list. Of two agents the order is nothing to go by only where both do the same. */
class Unit {
  readonly path: string;
  readonly #agents: Partial<Record<Access, Set<Agent>>> = {};
  readonly #options: NotesOptions;

  constructor(path: string, options: NotesOptions) {
    this.path = path;
    this.#options = options;
  }

  note(access: Access): void {
    const { agent } = running;
    if (agent === undefined) return;
    (this.#agents[access] ??= new Set()).add(agent);
    for (const other of ALL) {
      const agents = this.#agents[other];
      if (agents === undefined || (other === access && COMMUTE.includes(access))) continue;
      if (agents.size > 1 || (agents.size === 1 && !agents.has(agent))) this.#options.meet(this.path);
    }
  }
}

export class Notes {
  /** What each agent is given. */
  readonly given: unknown;
  readonly #options: NotesOptions;
  readonly #wrapped = new Map<object, object>();
  /** By object, the agents that have made properties of it. */
  readonly #made = new Map<object, { readonly made: ReadonlyMap<PropertyKey, Agent> }>();

  /** Throws NotesError when it holds what no thread can be given. */
  constructor(base: unknown, options: NotesOptions) {
    this.#options = options;
    this.given = this.#wrap(base, '');
  }

  /** All that is in it is looked at now: what cannot be given is found before anything runs. */
  #wrap(value: unknown, path: string): unknown {
    if (typeof value === 'function') throw new NotesError('a function');
    if (typeof value !== 'object' || value === null) return value;
    if (isAsItIs(value) || this.#options.isGiven(value)) {
      // What an agent put on it would be there for all of them.
      return Object.preventExtensions(value);
    }
    const known = this.#wrapped.get(value);
    if (known !== undefined) return known;
    const wrapped = new Proxy(thawed(value), this.#handler(value, path));
    this.#wrapped.set(value, wrapped);
    behind.put(wrapped, value);
    for (const [key, one] of partsOf(value)) {
      const isKept = value instanceof Map || value instanceof Set;
      if (isKept && typeof one === 'object' && one !== null) throw new NotesError('a map or set with objects in it');
      void this.#wrap(one, within(path, key));
    }
    return wrapped;
  }

  #handler(value: object, path: string): ProxyHandler<object> {
    if (Array.isArray(value)) return this.#ofAll(value, path, ['push']);
    if (value instanceof Map || value instanceof Set)
      return this.#ofAll(value, path, ['set', 'add', 'delete', 'clear']);
    if (isPlain(value)) return this.#ofEach(path);
    throw new NotesError(`an instance of ${nameOf(value)}`);
  }

  /** Puts what several agents have made properties of into an order that is not that of time: each agent's behind another's. */
  settle(): void {
    for (const [object, { made }] of this.#made) {
      const keys = [...made].toSorted(([, one], [, other]) => one.id - other.id).map(([key]) => key);
      if (new Set(made.values()).size < 2) continue;
      for (const key of keys) {
        const what = Object.getOwnPropertyDescriptor(object, key);
        if (what?.configurable !== true) continue;
        Reflect.deleteProperty(object, key);
        Reflect.defineProperty(object, key, what);
      }
    }
  }

  #inner(value: unknown): unknown {
    return typeof value === 'object' && value !== null ? (this.#wrapped.get(value) ?? value) : value;
  }

  /** Of an object: each property for itself, and which there are. */
  #ofEach(path: string): ProxyHandler<object> {
    const units = new Map<PropertyKey, Unit>();
    const unitOf = (key: PropertyKey): Unit => {
      let unit = units.get(key);
      if (unit === undefined) units.set(key, (unit = new Unit(within(path, key), this.#options)));
      return unit;
    };
    const keys = new Unit(within(path, 'keys'), this.#options);
    const made = new Map<PropertyKey, Agent>();
    const traps = this.#traps(unitOf, keys);
    return {
      ...traps,
      defineProperty: (target, key, what) => {
        if (running.agent !== undefined && !Object.hasOwn(target, key)) {
          keys.note('add');
          made.set(key, running.agent);
          this.#made.set(target, { made });
        }
        return traps.defineProperty?.(target, key, what) ?? false;
      },
      deleteProperty: (target, key) => {
        keys.note('write');
        made.delete(key);
        return traps.deleteProperty?.(target, key) ?? false;
      },
    };
  }

  /** Of a list, or of what has methods only: all of it. */
  #ofAll(value: object, path: string, adders: readonly string[]): ProxyHandler<object> {
    const unit = new Unit(path === '' ? 'what setup() gives' : path, this.#options);
    const place = newPlace(`notes in ${unit.path}`, undefined);
    const isStep = this.#options.isStep(unit.path);
    const methods = value as Record<string, ((...args: unknown[]) => unknown) | undefined>;
    const leaving = new Map<PropertyKey, unknown>(
      adders.map((name) => [
        name,
        leavable(name, 1, ({ args, site }) =>
          adds(unit, isStep ? new Note(place, unit.path, site) : undefined, () => methods[name]?.(...args)),
        ),
      ]),
    );
    const traps = this.#traps(() => unit, unit);
    const isList = Array.isArray(value);
    return {
      ...traps,
      get: (target, key, receiver) => {
        if (leaving.has(key) && key in target) return leaving.get(key);
        const found = traps.get?.(target, key, isList ? receiver : target);
        return !isList && typeof found === 'function' ? boundTo(target, found as Function) : (found as unknown);
      },
    };
  }

  #traps(unitOf: (key: PropertyKey) => Unit, keys: Unit): ProxyHandler<object> {
    return {
      get: (target, key, receiver) => {
        unitOf(key).note('read');
        return this.#inner(Reflect.get(target, key, receiver));
      },
      has: (target, key) => {
        unitOf(key).note('read');
        return Reflect.has(target, key);
      },
      getOwnPropertyDescriptor: (target, key) => {
        unitOf(key).note('read');
        const what = Reflect.getOwnPropertyDescriptor(target, key);
        return what === undefined ? undefined : { ...what, value: this.#inner(what.value) };
      },
      ownKeys: (target) => {
        keys.note('read');
        return Reflect.ownKeys(target);
      },
      defineProperty: (target, key, what) => {
        unitOf(key).note('write');
        return Reflect.defineProperty(target, key, what);
      },
      deleteProperty: (target, key) => {
        unitOf(key).note('write');
        return Reflect.deleteProperty(target, key);
      },
      preventExtensions: () => false,
      setPrototypeOf: () => false,
    };
  }
}

function* adds(unit: Unit, step: Note | undefined, add: () => unknown): Running {
  if (step !== undefined) yield step;
  unit.note(step === undefined ? 'write' : 'step');
  return add();
}

/** A method as a function of our own: what it is given, it keeps. */
function boundTo(target: object, f: Function): unknown {
  return (...args: readonly unknown[]): unknown => Reflect.apply(f, target, args);
}

const within = (path: string, key: unknown): string => (path === '' ? String(key) : `${path}.${String(key)}`);

/** Properties of an object, or what is in a map or set. */
function partsOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (value instanceof Map) return [...value, ...[...value.keys()].map((key) => ['', key] as const)];
  if (value instanceof Set) return value.entries();
  return Reflect.ownKeys(value).map((key) => {
    const what = Object.getOwnPropertyDescriptor(value, key);
    if (what?.get !== undefined || what?.set !== undefined) throw new NotesError('a property with code of its own');
    return [key, what?.value] as const;
  });
}

/** A proxy has to tell the truth about what is frozen, also where it would give a watched thing in its place. */
function thawed(value: object): object {
  if (!Object.isFrozen(value)) return value;
  return Array.isArray(value) ? [...(value as unknown[])] : { ...value };
}

/** What threads share, and what nobody can write to. */
function isAsItIs(value: object): boolean {
  if (types.isSharedArrayBuffer(value)) return true;
  if (ArrayBuffer.isView(value)) return types.isSharedArrayBuffer(value.buffer);
  return value instanceof WebAssembly.Memory || value instanceof WebAssembly.Module;
}

function isPlain(value: object): boolean {
  const above: unknown = Object.getPrototypeOf(value);
  return above === null || above === Object.prototype;
}

function nameOf(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class';
}
