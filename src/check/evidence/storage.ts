/**
 * Where a checker keeps its numbers: in arrays of its own, or in the memory of a machine whose compiled code works on them as
 * well (check/compiled). A place says which numbers they are; whoever asks for it again is given the same ones.
 */
export interface Storage {
  /** Words of a fixed size, 0 at first. */
  words(place: number, count: number): Int32Array;
  /** A block, 0 at first; of one that is asked for with more words, a larger one that begins with what it held. */
  block(place: number, count: number): Int32Array;
}

/** Arrays of one's own. */
export class OwnStorage implements Storage {
  readonly #arrays = new Map<number, Int32Array>();

  words(place: number, count: number): Int32Array {
    return this.block(place, count);
  }

  block(place: number, count: number): Int32Array {
    const known = this.#arrays.get(place);
    if (known !== undefined && known.length >= count) return known;
    const array = new Int32Array(count);
    if (known !== undefined) array.set(known);
    this.#arrays.set(place, array);
    return array;
  }
}
