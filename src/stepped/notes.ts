/**
 * What a CPU has read and written since a mark, word by word, for spin.ts: what each word held when the CPU first came
 * to it, and what the CPU left there. With it the mark itself. Part of a machine's state: copied, restored, told apart.
 *
 * A word is found through `index`, which says where an entry would be; whether it is the word's, the entry itself says.
 * So the index needs neither clearing nor copying.
 */
import { GIVEN_BACK, SHARED as READING } from '../machine/access.ts';
import { LOCK } from '../machine/access-kinds.ts';

/** Words in front of the entries. */
const MOVED = 0;
const OPEN = 1;
const COUNT = 2;
const MARK = 3;
const PLACE = 4;
const POWER = 5;
const ARRIVALS = 6;
const LOOSE = 7;
export const HEAD = 8;

/** Words of an entry: the word, what it held, what the CPU left there, how it was used. */
const ENTRY = 4;
const READ = 0;
const CHANGED = 1;
/** Only as a rwlock taken for reading, by adds, which commute: `left` is then the sum of them. */
const SHARED = 2;

/** Whether an access that added so much is one of a rwlock's readers. */
export const isReader = (kind: number, added: number): boolean =>
  LOCK[kind] === READING || (LOCK[kind] === GIVEN_BACK && added === 1);

export class Notes {
  #data = new Int32Array(HEAD + 16 * ENTRY);
  readonly #index: Int32Array;

  /** `words`: how many words RAM has. */
  constructor(words: number) {
    this.#index = new Int32Array(words);
    this.#data[MOVED] = 1;
  }

  /** True when what the CPU did since the mark cannot be a turn without effect; nothing is noted then. */
  get moved(): boolean {
    return this.#data[MOVED] !== 0;
  }

  /** Words that the CPU has changed and not put back. */
  get open(): number {
    return this.#data[OPEN] as number;
  }

  /** Whether such a word was ever changed in another way than one takes a lock. */
  get loose(): boolean {
    return this.#data[LOOSE] !== 0;
  }

  get mark(): number {
    return this.#data[MARK] as number;
  }

  get place(): number {
    return this.#data[PLACE] as number;
  }

  /** Arrivals at heads of loops since the mark, and how many there may be before it is moved. */
  get power(): number {
    return this.#data[POWER] as number;
  }

  get arrivals(): number {
    return this.#data[ARRIVALS] as number;
  }

  /** Counts an arrival. */
  arrive(): number {
    const arrivals = (this.#data[ARRIVALS] as number) + 1;
    this.#data[ARRIVALS] = arrivals;
    return arrivals;
  }

  /** Begins anew. */
  begin(mark: number, place: number, power: number): void {
    this.#data.fill(0, 0, HEAD);
    this.#data[MARK] = mark;
    this.#data[PLACE] = place;
    this.#data[POWER] = power;
  }

  /** The CPU has got somewhere: nothing of this will be looked at. */
  move(): void {
    this.#data[MOVED] = 1;
    this.#data[COUNT] = 0;
  }

  /** The CPU waits for what it has read; when it goes on, it has got somewhere. */
  wait(): void {
    this.#data[MOVED] = 1;
  }

  /** An access of its own: what the word held before and holds now. */
  note(word: number, before: number, now: number, kind: number): void {
    if (this.#data[MOVED] !== 0) return;
    if (isReader(kind, now - before)) this.#noteShared(word, now - before);
    else this.#noteValue(word, before, now, kind);
  }

  #noteValue(word: number, before: number, now: number, kind: number): void {
    const at = this.#find(word);
    if (at < 0) {
      this.#add(word, before, now, before === now ? READ : CHANGED);
      if (before !== now) this.#opens(kind);
      return;
    }
    const data = this.#data;
    const held = data[at + 1] as number;
    const left = data[at + 2] as number;
    // Somebody else has changed the word since, or took the lock in another way.
    if (before !== left || (data[at + 3] as number) === SHARED) this.move();
    else if (now !== left) {
      data[at + 2] = now;
      data[at + 3] = CHANGED;
      if (left === held) this.#opens(kind);
      else if (now === held) this.#open(-1);
    }
  }

  #noteShared(word: number, added: number): void {
    const at = this.#find(word);
    if (at < 0) {
      this.#add(word, 0, added, SHARED);
      this.#open(1);
      return;
    }
    const data = this.#data;
    if ((data[at + 3] as number) !== SHARED) {
      this.move();
      return;
    }
    const before = data[at + 2] as number;
    data[at + 2] = before + added;
    if (before === 0) this.#open(1);
    else if (before + added === 0) this.#open(-1);
  }

  /** Another CPU has come to a word: what this one has not put back yet has been seen, or overwritten. */
  meet(word: number, shared: boolean): void {
    if (this.#data[MOVED] !== 0 || this.#data[OPEN] === 0) return;
    const at = this.#find(word);
    if (at < 0) return;
    const data = this.#data;
    const isShared = data[at + 3] === SHARED;
    if (isShared ? data[at + 2] !== 0 && !shared : data[at + 1] !== data[at + 2]) this.move();
  }

  #opens(kind: number): void {
    this.#open(1);
    if (LOCK[kind] === 0) this.#data[LOOSE] = 1;
  }

  #open(by: number): void {
    this.#data[OPEN] = (this.#data[OPEN] as number) + by;
  }

  #find(word: number): number {
    const at = this.#index[word] as number;
    const end = HEAD + ENTRY * (this.#data[COUNT] as number);
    return at >= HEAD && at < end && this.#data[at] === word ? at : -1;
  }

  #add(word: number, held: number, left: number, mode: number): void {
    const at = HEAD + ENTRY * (this.#data[COUNT] as number);
    if (at + ENTRY > this.#data.length) this.#grow(2 * this.#data.length);
    const data = this.#data;
    data[at] = word;
    data[at + 1] = held;
    data[at + 2] = left;
    data[at + 3] = mode;
    data[COUNT] = (data[COUNT] as number) + 1;
    this.#index[word] = at;
  }

  #grow(length: number): void {
    const larger = new Int32Array(length);
    larger.set(this.#data);
    this.#data = larger;
  }

  /** Whether any word was changed, if only for a while. */
  get changes(): boolean {
    const end = this.#end();
    for (let at = HEAD; at < end; at += ENTRY) if (this.#data[at + 3] !== READ) return true;
    return false;
  }

  /** True as long as every word that was only read holds what it held. */
  unchanged(ram: Int32Array): boolean {
    const data = this.#data;
    const end = this.#end();
    for (let at = HEAD; at < end; at += ENTRY) {
      if (data[at + 3] === READ && ram[data[at] as number] !== data[at + 1]) return false;
    }
    return true;
  }

  /** The same with other values than RAM holds. */
  wouldSpin(valueOf: (word: number) => number): boolean {
    const data = this.#data;
    const end = this.#end();
    for (let at = HEAD; at < end; at += ENTRY) {
      if (data[at + 3] === READ && valueOf(data[at] as number) !== data[at + 1]) return false;
    }
    return true;
  }

  /** The words that were only read, in the order they were. */
  reads(): number[] {
    const found: number[] = [];
    const end = this.#end();
    for (let at = HEAD; at < end; at += ENTRY) if (this.#data[at + 3] === READ) found.push(this.#data[at] as number);
    return found;
  }

  /** The first word that was noted; 0 for none. */
  get first(): number {
    return this.#data[COUNT] === 0 ? 0 : (this.#data[HEAD] as number);
  }

  #end(): number {
    return HEAD + ENTRY * (this.#data[COUNT] as number);
  }

  /** Calls for every entry. */
  forEach(visit: (word: number, held: number, left: number, mode: number) => void): void {
    const data = this.#data;
    const end = this.#end();
    for (let at = HEAD; at < end; at += ENTRY) {
      visit(data[at] as number, data[at + 1] as number, data[at + 2] as number, data[at + 3] as number);
    }
  }

  /** Words that `save` writes. */
  get size(): number {
    return this.#end();
  }

  save(into: Int32Array, at: number): void {
    into.set(this.#data.subarray(0, this.#end()), at);
  }

  /** Takes back what was saved; where it ended. */
  load(from: Int32Array, at: number): number {
    const size = HEAD + ENTRY * (from[at + COUNT] as number);
    if (size > this.#data.length) this.#grow(2 * size);
    this.#data.set(from.subarray(at, at + size));
    for (let i = HEAD; i < size; i += ENTRY) this.#index[this.#data[i] as number] = i;
    return at + size;
  }
}
