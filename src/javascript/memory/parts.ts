/**
 * A native function that comes to many bytes of shared memory goes in parts, each a step of its own: at most four, of
 * whole elements, in the order in which the function goes. The language allows a part an element; four let others see
 * the beginning, the middle and the end of what is half done.
 */
import type { Agent } from '../agent.ts';
import type { Operation, Running, Touch } from '../operation.ts';
import { type SharedView, touchBytes, withLength } from './views.ts';

const MOST_PARTS = 4;

class Bulk implements Operation {
  readonly kind = 'bulk';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #name: string;
  readonly #run: () => unknown;

  constructor(touches: readonly Touch[], name: string, run: () => unknown, site: number) {
    this.touches = touches;
    this.site = site;
    this.#name = name;
    this.#run = run;
  }

  text(): string {
    const [first] = this.touches;
    return first === undefined ? `${this.#name}()` : `${this.#name}(), bytes ${first.from} to ${first.to - 1}`;
  }

  perform(agent: Agent): unknown {
    for (const { writes } of this.touches) if (writes) agent.effects++;
    return this.#run();
  }
}

/** Elements `from` to `to`, and what they touch. */
export interface Span {
  readonly shared: SharedView;
  readonly first: number;
  readonly writes: boolean;
}

/**
 * Does `each(from, to)` for parts of `count` elements; a part touches those elements of every span, counted from the
 * span's first. `backward` begins at the end.
 */
export function* inParts(
  name: string,
  count: number,
  spans: readonly Span[],
  each: (from: number, to: number) => void,
  site: number,
  backward = false,
): Running<void> {
  const parts = Math.min(count, MOST_PARTS);
  for (let i = 0; i < parts; i++) {
    const part = backward ? parts - 1 - i : i;
    const from = Math.floor((count * part) / parts);
    const to = Math.floor((count * (part + 1)) / parts);
    const touches = spans.map(({ shared, first, writes }) =>
      touchBytes(shared, (first + from) * shared.width, (first + to) * shared.width, writes),
    );
    for (const { shared } of spans) withLength(shared, touches);
    yield new Bulk(touches, name, () => each(from, to), site);
  }
}

/** Elements, from the first up to before the last. */
export type Elements = readonly [from: number, to: number];

const allOf = ({ view, width }: SharedView): Elements => [0, view.byteLength / width];

/** Memory as large as a view, that nobody shares. */
export function blank(shared: SharedView): ArrayBufferView {
  return likeView(shared, new Uint8Array(shared.view.byteLength));
}

/**
 * A copy of a view's elements in memory of its own, taken in parts: what the view is to a function that only reads these.
 * All others are 0.
 */
export function* privately(
  name: string,
  shared: SharedView,
  site: number,
  [from, to]: Elements = allOf(shared),
): Running<ArrayBufferView> {
  const copy = blank(shared);
  yield* carried(name, shared, [from, to], false, (there, own) => own.set(there), copy, site);
  return copy;
}

/** Writes such a copy back, in parts. */
export function* putBack(
  name: string,
  shared: SharedView,
  copy: ArrayBufferView,
  site: number,
  [from, to]: Elements = allOf(shared),
): Running<void> {
  yield* carried(name, shared, [from, to], true, (there, own) => there.set(own), copy, site);
}

function* carried(
  name: string,
  shared: SharedView,
  [first, last]: Elements,
  writes: boolean,
  each: (there: Uint8Array, own: Uint8Array) => void,
  copy: ArrayBufferView,
  site: number,
): Running<void> {
  const own = new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
  const there = new Uint8Array(shared.buffer, shared.offset, own.length);
  const { width } = shared;
  const part = (from: number, to: number): void => {
    const [a, b] = [(first + from) * width, (first + to) * width];
    each(there.subarray(a, b), own.subarray(a, b));
  };
  yield* inParts(name, Math.max(0, last - first), [{ shared, first, writes }], part, site);
}

/** The same view, its elements single bytes. */
export function byteWise(shared: SharedView): SharedView {
  return { ...shared, width: 1 };
}

function likeView({ view }: SharedView, bytes: Uint8Array): ArrayBufferView {
  if (view instanceof DataView) return new DataView(bytes.buffer);
  if (Buffer.isBuffer(view)) return Buffer.from(bytes.buffer);
  const Type = view.constructor as new (buffer: ArrayBufferLike) => ArrayBufferView;
  return new Type(bytes.buffer);
}
