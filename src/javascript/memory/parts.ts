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

/** A copy of a view's bytes in memory of its own, taken in parts: what the view is to a function that only reads it. */
export function* privately(name: string, shared: SharedView, site: number): Running<ArrayBufferView> {
  const bytes = new Uint8Array(shared.view.byteLength);
  const there = new Uint8Array(shared.buffer, shared.offset, bytes.length);
  const span = { shared: byteWise(shared), first: 0, writes: false };
  const count = bytes.length / shared.width;
  yield* inParts(
    name,
    count,
    [{ ...span, shared }],
    (from, to) => bytes.set(there.subarray(from * shared.width, to * shared.width), from * shared.width),
    site,
  );
  return likeView(shared, bytes);
}

/** Writes such a copy back, in parts. */
export function* putBack(name: string, shared: SharedView, copy: ArrayBufferView, site: number): Running<void> {
  const bytes = new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
  const there = new Uint8Array(shared.buffer, shared.offset, bytes.length);
  const { width } = shared;
  yield* inParts(
    name,
    bytes.length / width,
    [{ shared, first: 0, writes: true }],
    (from, to) => there.set(bytes.subarray(from * width, to * width), from * width),
    site,
  );
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
