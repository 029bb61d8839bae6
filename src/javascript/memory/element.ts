/**
 * Plain reads and writes of one element. One that may tear goes in two halves, each a step of its own, the lower first:
 * the language allows any number of pieces in any order; two show what a program must be ready for.
 */
import type { Agent } from '../agent.ts';
import type { Operation, Touch } from '../operation.ts';
import { type SharedView, type TypedArray, touchBytes, withLength } from './views.ts';

export class ElementRead implements Operation {
  readonly kind = 'read';
  readonly touches: readonly Touch[];
  readonly shared: SharedView;
  readonly index: number;
  readonly site: number;

  constructor(shared: SharedView, index: number, site: number) {
    this.shared = shared;
    this.index = index;
    this.site = site;
    this.touches = elementTouch(shared, index, false);
  }

  text(): string {
    return `${this.shared.type}[${this.index}]`;
  }

  perform(): unknown {
    return (this.shared.view as TypedArray)[this.index];
  }
}

export class ElementWrite implements Operation {
  readonly kind = 'write';
  readonly touches: readonly Touch[];
  readonly shared: SharedView;
  readonly index: number;
  readonly value: unknown;
  readonly site: number;

  constructor(shared: SharedView, index: number, value: unknown, site: number) {
    this.shared = shared;
    this.index = index;
    this.value = value;
    this.site = site;
    this.touches = elementTouch(shared, index, true);
  }

  text(): string {
    return `${this.shared.type}[${this.index}] = ${shown(this.value)}`;
  }

  /** What an assignment comes to is the value as it was assigned. */
  perform(agent: Agent): unknown {
    const view = this.shared.view as TypedArray;
    const before = view[this.index];
    view[this.index] = this.value as never;
    if (view[this.index] !== before) agent.effects++;
    return this.value;
  }
}

/** One half after the other. `bytes` are what is put together, or what is to be written. */
export class Halves implements Operation {
  readonly kind: 'read' | 'write';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #access: Access;
  readonly #half: 0 | 1;

  constructor(access: Access, site: number, half: 0 | 1 = 0) {
    this.kind = access.writes ? 'write' : 'read';
    this.site = site;
    this.#access = access;
    this.#half = half;
    const { from, bytes, shared } = access;
    const [start, end] = halfOf(bytes, half);
    this.touches = withLength(shared, [touchBytes(shared, from + start, from + end, access.writes)]);
  }

  text(): string {
    return `${this.#half === 0 ? 'lower' : 'upper'} half of ${this.#access.text()}`;
  }

  perform(agent: Agent): unknown {
    const { shared, bytes, from, writes } = this.#access;
    const [start, end] = halfOf(bytes, this.#half);
    const there = new Uint8Array(shared.buffer, shared.offset + from + start, end - start);
    if (writes) {
      there.set(bytes.subarray(start, end));
      agent.effects++;
    } else bytes.set(there, start);
    if (this.#half === 1) return this.#access.result();
    agent.stand(new Halves(this.#access, this.site, 1));
    return undefined;
  }
}

/** Of an odd number of bytes the upper half is the larger. */
function halfOf({ length }: Uint8Array, half: 0 | 1): [number, number] {
  const middle = length >> 1;
  return half === 0 ? [0, middle] : [middle, length];
}

export interface Access {
  readonly shared: SharedView;
  /** First byte, from the beginning of the view. */
  readonly from: number;
  readonly bytes: Uint8Array;
  readonly writes: boolean;
  text(): string;
  result(): unknown;
}

/** An element that may tear, read. */
export function tornRead(shared: SharedView, index: number, site: number): Operation {
  const one = oneLike(shared);
  const text = () => `${shared.type}[${index}]`;
  const bytes = new Uint8Array(one.buffer);
  return new Halves({ shared, from: index * shared.width, bytes, writes: false, text, result: () => one[0] }, site);
}

/** The same, written. The value is made one of the type before anything is written. */
export function tornWrite(shared: SharedView, index: number, value: unknown, site: number): Operation {
  const one = oneLike(shared);
  one[0] = value as never;
  const text = () => `${shared.type}[${index}] = ${shown(value)}`;
  const bytes = new Uint8Array(one.buffer);
  return new Halves({ shared, from: index * shared.width, bytes, writes: true, text, result: () => value }, site);
}

/** One element of the view's type, in memory of its own. */
function oneLike({ type }: SharedView): TypedArray {
  return new (globalThis as unknown as Record<string, new (n: number) => TypedArray>)[type]!(1);
}

function elementTouch(shared: SharedView, index: number, writes: boolean): Touch[] {
  const { place, offset, width, view } = shared;
  const inside = index >= 0 && index < (view as TypedArray).length;
  const from = offset + index * width;
  const touches = inside ? [{ place, from, to: from + width, writes, atomic: false }] : [];
  return place.length === undefined ? touches : withLength(shared, touches);
}

/** A value in a text for people. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
