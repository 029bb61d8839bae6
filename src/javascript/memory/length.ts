/** The length of a shared buffer that can grow, or of a view that follows it: others change it. */
import type { Agent } from '../agent.ts';
import type { Operation, Touch } from '../operation.ts';
import { type BufferPlace, canGrow, placeOf } from './places.ts';
import { type SharedView, sharedView } from './views.ts';

export class LengthRead implements Operation {
  readonly kind = 'load';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #object: object;
  readonly #key: string;

  private constructor(place: BufferPlace, object: object, key: string, site: number) {
    this.touches = [lengthTouch(place, false)];
    this.site = site;
    this.#object = object;
    this.#key = key;
  }

  /** Undefined when nothing shared decides it. */
  static of(object: unknown, key: 'length' | 'byteLength', site: number): LengthRead | undefined {
    const place = object instanceof SharedArrayBuffer ? growing(object) : sharedView(object)?.place;
    return place?.length === undefined ? undefined : new LengthRead(place, object as object, key, site);
  }

  text(): string {
    return `.${this.#key}`;
  }

  perform(): unknown {
    return (this.#object as Record<string, unknown>)[this.#key];
  }
}

/** SharedArrayBuffer.prototype.grow. */
export class Grow implements Operation {
  readonly kind = 'update';
  readonly touches: readonly Touch[];
  readonly site: number;
  readonly #run: () => unknown;

  constructor(buffer: SharedArrayBuffer, run: () => unknown, site: number) {
    const place = growing(buffer);
    this.touches = place === undefined ? [] : [lengthTouch(place, true)];
    this.site = site;
    this.#run = run;
  }

  text(): string {
    return 'SharedArrayBuffer.grow()';
  }

  perform(agent: Agent): unknown {
    agent.effects++;
    return this.#run();
  }
}

/**
 * An access of an element that is outside now: it reads the length, and when it finds that the view has grown so far, the
 * access is the next step. `make` gives what is done then, and what is done when it is outside still.
 */
export function whenLong(shared: SharedView, isInside: () => boolean, make: () => Operation, site: number): Operation {
  const outside = make();
  const { place } = shared;
  return {
    kind: 'load',
    site,
    touches: [lengthTouch(place, false)],
    text: () => outside.text(),
    perform(agent: Agent, value: number): unknown {
      if (!isInside()) return outside.perform(agent, value);
      agent.stand(make());
      return undefined;
    },
  };
}

/** The length that decides about one of these, read by itself; undefined when none does. */
export function lengthAmong(values: readonly unknown[], site: number): LengthRead | undefined {
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue;
    const found = LengthRead.of(value, 'byteLength', site);
    if (found !== undefined) return found;
  }
  return undefined;
}

function growing(buffer: SharedArrayBuffer): BufferPlace | undefined {
  return canGrow(buffer) ? placeOf(buffer) : undefined;
}

function lengthTouch(place: BufferPlace, writes: boolean): Touch {
  return { place: place.length ?? place, from: 0, to: 1, writes, atomic: true };
}
