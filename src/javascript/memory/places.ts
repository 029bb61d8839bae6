/**
 * What is shared, as places. A place is numbered by its maker and how many that one had made before, so that it has the
 * same number in every execution in which its maker does the same. Numbers are small: they index tables.
 */
import { type Agent, running } from '../agent.ts';
import { hidden } from '../hidden.ts';
import type { Place } from '../operation.ts';

/** Numbers that were given, by who made the place and the how many-th it was; for the life of the process. */
const numbers = new Map<string, number>();

export function numberOf(name: string): number {
  let number = numbers.get(name);
  if (number === undefined) numbers.set(name, (number = numbers.size));
  return number;
}

/** A place that is no memory: a queue, a list. */
export function newPlace(
  what: string,
  maker: Agent | undefined = running.agent,
  valueAt: (byte: number) => number = () => 0,
): Place {
  const name = placeName(what, maker);
  return registered({ id: numberOf(name), name, isMemory: false, valueAt });
}

/** The places of the world that there is now, by number: numbers outlast worlds, places do not. */
export const present = new Map<number, Place>();

/** Runs another world while one stands still, whose places are there again behind it. */
export function beside<T>(run: () => T): T {
  const before = new Map(present);
  try {
    return run();
  } finally {
    present.clear();
    for (const [id, place] of before) present.set(id, place);
  }
}

function registered<Kind extends Place>(place: Kind): Kind {
  present.set(place.id, place);
  return place;
}

function placeName(what: string, maker: Agent | undefined): string {
  if (maker === undefined) return what;
  const count = (maker.places.get(what) ?? 0) + 1;
  maker.places.set(what, count);
  return `${what} ${count} of ${maker.name}`;
}

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
    this.name = placeName('buffer', maker);
    this.id = numberOf(this.name);
    this.waiters = new Waiters(`waiters of ${this.name}`);
    this.length = canGrow(buffer) ? derived(`length of ${this.name}`, () => buffer.byteLength) : undefined;
    this.bytes = new Uint8Array(buffer);
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
  return registered({ id: numberOf(name), name, isMemory: false, valueAt });
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
    this.id = numberOf(name);
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

/** The place of a buffer. One that was not made by makeBuffer is its first user's. */
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
