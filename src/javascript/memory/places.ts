/**
 * What is shared, as places. A place is numbered by its maker and how many that one had made before, so that it has the
 * same number in every execution in which its maker does the same. Numbers are small: they index tables.
 */
import { type Agent, running } from '../agent.ts';
import { hidden } from '../hidden.ts';
import { NOTHING } from '../language/lasting.ts';
import { stampReach } from '../language/stamps.ts';
import type { Place } from '../operation.ts';

/** Numbers that were given, by name: who made the place and the how many-th it was; for the life of the process. */
const numbers = new Map<string, number>();

interface Known {
  readonly id: number;
  readonly name: string;
}

function numbered(name: string): Known {
  let id = numbers.get(name);
  if (id === undefined) numbers.set(name, (id = numbers.size));
  return { id, name };
}

/** The same by name of the maker and by kind, in the order in which it makes them: no name is put together twice. */
const knownBy = new Map<string, Map<string, Known[]>>();

/** How many places of each kind an agent has made. */
export class Makes {
  readonly #name: string;
  readonly #known: Map<string, Known[]>;
  #counts: Map<string, number> | undefined;

  constructor(name: string) {
    this.#name = name;
    let known = knownBy.get(name);
    if (known === undefined) knownBy.set(name, (known = new Map()));
    this.#known = known;
  }

  next(what: string): Known {
    this.#counts ??= new Map();
    const before = this.#counts.get(what) ?? 0;
    this.#counts.set(what, before + 1);
    let known = this.#known.get(what);
    if (known === undefined) this.#known.set(what, (known = []));
    return (known[before] ??= numbered(`${what} ${before + 1} of ${this.#name}`));
  }
}

/** A place that is no memory: a queue, a list. */
export function newPlace(
  what: string,
  maker: Agent | undefined = running.agent,
  valueAt: (byte: number) => number = () => 0,
): Place {
  const { id, name } = knownOf(what, maker);
  return registered({ id, name, isMemory: false, valueAt });
}

/**
 * The places of the world that there is now, by number: numbers outlast worlds, places do not. A map that is emptied
 * would keep what was in it alive, execution after execution, until the collector goes through everything.
 */
let present = new Map<number, Place>();

/** A new world begins. */
export function forgetPlaces(): void {
  present = new Map();
}

export const placeNow = (id: number): Place | undefined => present.get(id);
export const placesNow = (): Iterable<Place> => present.values();

/** Runs another world while one stands still, whose places are there again behind it. */
export function beside<T>(run: () => T): T {
  const before = present;
  present = new Map(before);
  try {
    return run();
  } finally {
    present = before;
  }
}

function registered<Kind extends Place>(place: Kind): Kind {
  present.set(place.id, place);
  return place;
}

const knownOf = (what: string, maker: Agent | undefined): Known => maker?.places.next(what) ?? numbered(what);

/** Whether there ever was a shared buffer, and one that can grow: what asks for no more costs nothing without. */
export const made = { any: false, growing: false };

/** A shared buffer: its bytes are one place, the agents that wait on them another, its length a third if it can grow. */
export class BufferPlace implements Place {
  readonly id: number;
  readonly name: string;
  readonly isMemory = true;
  readonly waiters: Waiters;
  readonly length: Place | undefined;
  /** All there is of it, also when it has grown. */
  bytes: Uint8Array;

  constructor(buffer: SharedArrayBuffer, maker: Agent | undefined) {
    const { id, name } = knownOf('buffer', maker);
    this.id = id;
    this.name = name;
    this.waiters = new Waiters(`waiters of ${this.name}`);
    this.length = canGrow(buffer) ? derived(`length of ${this.name}`, () => buffer.byteLength) : undefined;
    this.bytes = new Uint8Array(buffer);
    made.any = true;
    if (this.length !== undefined) made.growing = true;
    registered(this);
  }

  valueAt(byte: number): number {
    return this.bytes[byte] ?? 0;
  }
}

export function canGrow(buffer: SharedArrayBuffer): boolean {
  return (buffer as { growable?: boolean }).growable === true;
}

function derived(name: string, valueAt: () => number): Place {
  return registered({ ...numbered(name), isMemory: false, valueAt });
}

/** One who waits on a byte of a buffer, in Atomics.wait or for a promise of Atomics.waitAsync. */
export interface Waiter {
  readonly agent: Agent;
  readonly at: number;
  readonly site: number;
  /** Whether it is a promise that waits, and not the agent. */
  readonly isAsync: boolean;
  /** It is off the list already. */
  wake(result: 'ok' | 'timed-out', by: Agent | undefined): void;
}

/** The WaiterLists of a buffer (ECMA-262, 25.4.1): first come, first woken. */
export class Waiters implements Place {
  readonly id: number;
  readonly name: string;
  readonly isMemory = false;
  readonly list: Waiter[] = [];

  constructor(name: string) {
    this.id = numbered(name).id;
    this.name = name;
    registered(this);
  }

  valueAt(byte: number): number {
    let ids = 0;
    let seen: Agent[] | undefined;
    for (const { agent, at } of this.list) {
      if (at !== byte || seen?.includes(agent) === true) continue;
      (seen ??= []).push(agent);
      ids += 2 ** agent.id;
    }
    return ids;
  }

  /** Takes it off, if it is there still. */
  remove(waiter: Waiter): boolean {
    const index = this.list.indexOf(waiter);
    if (index >= 0) this.list.splice(index, 1);
    return index >= 0;
  }
}

/** Whether an agent is in a sum of 2 ** id (Waiters.valueAt). */
export const isAmong = (ids: number, { id }: Agent): boolean => Math.floor(ids / 2 ** id) % 2 === 1;

const places = hidden<BufferPlace>();

/** The place of a buffer: its maker's, so whoever makes one asks for it at once. */
export function placeOf(buffer: SharedArrayBuffer): BufferPlace {
  const known = places.of(buffer);
  if (known !== undefined) return known;
  const place = new BufferPlace(buffer, running.agent);
  places.put(buffer, place);
  return place;
}

/** The SharedArrayBuffer that agents see: what it makes is theirs from the beginning. */
export const AgentSharedArrayBuffer: SharedArrayBufferConstructor = new Proxy(SharedArrayBuffer, {
  construct(target, args, newTarget) {
    const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
    placeOf(buffer);
    return buffer;
  },
});
stampReach(AgentSharedArrayBuffer, NOTHING);
