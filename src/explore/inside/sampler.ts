/**
 * Executions of a module that run inside WebAssembly (src/stepped/inside), many in one call. What comes out is what a search
 * counts: how many, their steps, the ends they came to. An execution that somebody has to be told of is not judged here; the
 * slice ends in front of it, and it runs again on the stepped machine, which knows all.
 */
import { FIRST_WORD } from '../../machine/limits.ts';
import { PCT, POS, RANDOM_WALK } from '../../stepped/inside/slice.ts';
import * as places from '../../stepped/inside/places.ts';
import type { StateHash } from '../../stepped/state.ts';
import type { Beginning } from './beginning.ts';
import { Inside } from './instance.ts';

/** What a slice came to. */
export interface Slice {
  /** The number of the first execution that was not run to its end inside. */
  readonly next: number;
  readonly steps: number;
  /** Of the longest execution. */
  readonly longest: number;
}

/** The strategies that run inside, with all that their executions follow from. */
export type Sampled =
  | { readonly name: 'random'; readonly seed: number }
  | { readonly name: 'pos'; readonly seed: number; readonly patience: number }
  | {
      readonly name: 'pct';
      readonly seed: number;
      readonly depth: number;
      readonly steps: number;
      readonly patience: number;
      /** Numbers of executions from which on one depth more takes its turns. */
      readonly levels: readonly number[];
    };

/** An execution that ended with nothing to tell. */
export interface PlainEnd extends StateHash {
  readonly steps: number;
}

export class Sampler {
  readonly #inside: Inside;
  readonly #strategy: number;

  /** Undefined for a module that does something that is not done inside. */
  static of(begun: Beginning, sampled: Sampled, bound: number): Sampler | undefined {
    const inside = Inside.of(begun);
    return inside && new Sampler(inside, sampled, bound);
  }

  private constructor(inside: Inside, sampled: Sampled, bound: number) {
    this.#inside = inside;
    inside.put(places.BOUND, bound);
    this.#strategy = { random: RANDOM_WALK, pct: PCT, pos: POS }[sampled.name];
    inside.put(places.SEED, sampled.seed | 0);
    if (sampled.name === 'random') return;
    inside.put(places.PATIENCE, Math.min(sampled.patience, 0x7fff_ffff));
    if (sampled.name === 'pos') return;
    inside.put(places.PCT_DEPTH, sampled.depth);
    inside.put(places.PCT_STEPS, sampled.steps);
    for (const [i, index] of sampled.levels.entries()) inside.put(places.PCT_LEVELS + 4 * i, index);
  }

  /** Words of RAM up to `end` are in use by now. */
  grow(end: number): void {
    this.#inside.grow(end - FIRST_WORD);
  }

  /** Runs executions from `first` up to below `last`, or fewer; `onEnd` gets the ends that were not met lately. */
  run(first: number, last: number, onEnd: (state: number) => void): Slice {
    const inside = this.#inside;
    let next: number;
    try {
      next = inside.exports.sample(first, last, this.#strategy);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      // A function that nothing cuts cannot go on.
      next = inside.get(places.INDEX);
    }
    inside.takeEnds(onEnd);
    return { next, steps: inside.get(places.STEPS), longest: inside.get(places.LONGEST) };
  }

  /** One execution alone; undefined when there is something to tell of it. */
  one(index: number): PlainEnd | undefined {
    const { next } = this.run(index, index + 1, () => {});
    if (next === index) return undefined;
    const inside = this.#inside;
    const [high, low] = [inside.get(places.LAST_HIGH) >>> 0, inside.get(places.LAST_LOW) >>> 0];
    return { steps: inside.get(places.LAST_STEPS), high, low };
  }
}
