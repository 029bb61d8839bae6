/** The length of a shared buffer that can grow, or of a view that follows it: others change it. */
import type { Agent } from '../agent.ts';
import type { Operation, Touch } from '../operation.ts';
import { type BufferPlace, canGrow, placeOf } from './places.ts';
import { sharedView } from './views.ts';

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

function growing(buffer: SharedArrayBuffer): BufferPlace | undefined {
  return canGrow(buffer) ? placeOf(buffer) : undefined;
}

function lengthTouch(place: BufferPlace, writes: boolean): Touch {
  return { place: place.length ?? place, from: 0, to: 1, writes, atomic: true };
}
