/**
 * Bytes and other places that agents share, numbered from 2 on in the order in which a search comes upon them. The numbers
 * stay for as long as the search lasts: footprints and clocks of different executions speak of the same. Eight bytes that
 * lie together have numbers that follow each other. Beyond as many as there are, all share number 1: what is in there is
 * taken for dependent, so nothing is lost but time.
 */
import type { Place } from './operation.ts';

/** Words are numbers below this. */
export const WORDS = 1 << 16;
export const OVERFLOW = 1;
const FIRST = 8;
const GROUP = 8;

export interface NamedWord {
  readonly place: Place;
  readonly byte: number;
}

export class Words {
  #next = FIRST;
  /** By number of the place: the first word of each eight bytes, 0 for none yet. */
  readonly #groups = new Map<number, Int32Array>();
  readonly #names = new Map<number, NamedWord>();

  /** The number of a byte. */
  of(place: Place, byte: number): number {
    const group = byte >>> 3;
    let known = this.#groups.get(place.id);
    if (known === undefined || group >= known.length) known = this.#grow(place.id, known, group);
    const first = known[group] as number;
    const at = first === 0 ? this.#add(known, group, place) : first;
    return at === OVERFLOW ? OVERFLOW : at + (byte & (GROUP - 1));
  }

  /** What a number is of; undefined for one that is nothing's, or of all beyond the last. */
  nameOf(word: number): NamedWord | undefined {
    const group = word & ~(GROUP - 1);
    const named = this.#names.get(group);
    return named && { place: named.place, byte: named.byte + (word - group) };
  }

  #add(groups: Int32Array, group: number, place: Place): number {
    if (this.#next + GROUP > WORDS) {
      groups[group] = OVERFLOW;
      return OVERFLOW;
    }
    const first = this.#next;
    this.#next += GROUP;
    groups[group] = first;
    this.#names.set(first, { place, byte: group * GROUP });
    return first;
  }

  #grow(id: number, before: Int32Array | undefined, group: number): Int32Array {
    const larger = new Int32Array(Math.max(8, 2 * (group + 1)));
    if (before !== undefined) larger.set(before);
    this.#groups.set(id, larger);
    return larger;
  }
}
