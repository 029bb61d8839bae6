/**
 * What the race detector knows of every word: its last plain write, and since then the last plain reads, marked writes
 * and marked reads. Two accesses conflict when one is a write, one is plain, and neither happened before the other:
 *
 *               plain write   plain read   marked write   marked read
 *   write            x            x             x              x
 *   read             x                          x
 *   marked write     x            x
 *   marked read      x
 *
 * Of each sort a word has the epoch of the last access (clocks.ts), and a number that the caller gives it. The epochs lie by
 * themselves, since most accesses look at nothing else.
 * When accesses of one sort are not ordered among each other, a set with one entry for each CPU takes the epoch's place,
 * as its negative index (the "read shared" state of FastTrack). A plain write that conflicts with nothing comes after
 * all the others, so it puts an end to them. Sets last for one execution; then their room is used again.
 */
import { MAX_CPUS } from '../../machine/limits.ts';
import {
  EPOCHS,
  MARKED_READ,
  MARKED_WRITE,
  READ,
  ROWS,
  SETS,
  SETS_SIZE,
  SETS_USED,
  STRIDE,
  WRITE,
} from '../compiled/places.ts';
import type { Storage } from '../evidence/storage.ts';
import type { Clocks } from './clocks.ts';

export class RaceShadow {
  readonly #clocks: Clocks;
  /** By slot. */
  readonly #epochs: Int32Array;
  readonly #rows: Int32Array;
  /** Each set: the slot it belongs to, then epoch and row of every CPU. */
  #sets: Int32Array;
  /** One word each: how many of these are used, and how many there are. */
  readonly #used: Int32Array;
  readonly #size: Int32Array;
  readonly #storage: Storage;

  /** All that is kept lies in the storage, as with its clocks. */
  constructor(clocks: Clocks, words: number, storage: Storage) {
    this.#clocks = clocks;
    this.#epochs = storage.block(EPOCHS, STRIDE * words);
    this.#rows = storage.block(ROWS, STRIDE * words);
    this.#sets = storage.block(SETS, 1 << 12);
    this.#used = storage.words(SETS_USED, 1);
    this.#size = storage.words(SETS_SIZE, 1);
    this.#storage = storage;
  }

  begin(): void {
    this.#sets = this.#storage.block(SETS, 1 << 12);
    this.#used[0] = 1;
    this.#size[0] = this.#sets.length;
  }

  /** Nothing was ever done to any word. */
  clear(): void {
    this.#epochs.fill(0);
  }

  /** True when a plain read tells nothing new: the CPU has read or written the word in this epoch. */
  hasRead(word: number, epoch: number): boolean {
    const at = word * STRIDE;
    return this.#epochs[at + WRITE] === epoch || this.#epochs[at + READ] === epoch;
  }

  hasWritten(word: number, epoch: number): boolean {
    return this.#epochs[word * STRIDE + WRITE] === epoch;
  }

  /** Each of these four notes an access, and answers the row of one that it conflicts with, or 0. */
  read(cpu: number, word: number, row: number): number {
    const at = word * STRIDE;
    const other = this.#unordered(cpu, at + WRITE) || this.#unordered(cpu, at + MARKED_WRITE);
    this.#note(cpu, at + READ, row);
    return other;
  }

  write(cpu: number, word: number, row: number): number {
    const at = word * STRIDE;
    const epochs = this.#epochs;
    const known = epochs[at + WRITE] as number;
    let other = known === 0 || this.#clocks.knows(cpu, known) ? 0 : (this.#rows[at + WRITE] as number);
    epochs[at + WRITE] = this.#clocks.epochs[cpu] as number;
    this.#rows[at + WRITE] = row;
    if (epochs[at + READ] !== 0) {
      other ||= this.#unordered(cpu, at + READ);
      epochs[at + READ] = 0;
    }
    if (epochs[at + MARKED_WRITE] !== 0 || epochs[at + MARKED_READ] !== 0) {
      other ||= this.#unordered(cpu, at + MARKED_WRITE) || this.#unordered(cpu, at + MARKED_READ);
      epochs[at + MARKED_WRITE] = 0;
      epochs[at + MARKED_READ] = 0;
    }
    return other;
  }

  markedRead(cpu: number, word: number, row: number): number {
    const at = word * STRIDE;
    this.#note(cpu, at + MARKED_READ, row);
    return this.#unordered(cpu, at + WRITE);
  }

  markedWrite(cpu: number, word: number, row: number): number {
    const at = word * STRIDE;
    this.#note(cpu, at + MARKED_WRITE, row);
    return this.#unordered(cpu, at + WRITE) || this.#unordered(cpu, at + READ);
  }

  /** Nothing was ever done to these words. */
  forget(word: number, words: number): void {
    this.#epochs.fill(0, word * STRIDE, (word + words) * STRIDE);
  }

  /** The row of an access noted in a slot that the CPU does not know of, or 0. */
  #unordered(cpu: number, slot: number): number {
    const epoch = this.#epochs[slot] as number;
    if (epoch >= 0) {
      return epoch === 0 || this.#clocks.knows(cpu, epoch) ? 0 : (this.#rows[slot] as number);
    }
    if (!this.#isSet(slot, -epoch)) return 0;
    for (let at = 1 - epoch, end = at + 2 * this.#clocks.cpus; at < end; at += 2) {
      if (!this.#clocks.knows(cpu, this.#sets[at] as number)) return this.#sets[at + 1] as number;
    }
    return 0;
  }

  #note(cpu: number, slot: number, row: number): void {
    const epoch = this.#epochs[slot] as number;
    const now = this.#clocks.epochs[cpu] as number;
    const isSet = epoch < 0 && this.#isSet(slot, -epoch);
    if (!isSet && (epoch <= 0 || this.#clocks.knows(cpu, epoch))) {
      this.#epochs[slot] = now;
      this.#rows[slot] = row;
      return;
    }
    const set = isSet ? -epoch : this.#newSet(slot, epoch);
    const at = set + 1 + 2 * cpu;
    this.#sets[at] = now;
    this.#sets[at + 1] = row;
  }

  /** Whether a set is still that of the slot; one of an execution before is not. */
  #isSet(slot: number, set: number): boolean {
    return set < (this.#used[0] as number) && this.#sets[set] === slot;
  }

  /** Puts a set, which holds its access so far, in the place of a slot's epoch. */
  #newSet(slot: number, epoch: number): number {
    const set = this.#used[0] as number;
    const used = set + 1 + 2 * this.#clocks.cpus;
    if (used > this.#sets.length) {
      this.#sets = this.#storage.block(SETS, 2 * this.#sets.length);
      this.#size[0] = this.#sets.length;
    }
    this.#used[0] = used;
    this.#sets.fill(0, set, used);
    const at = set + 1 + 2 * (epoch & (MAX_CPUS - 1));
    this.#sets[set] = slot;
    this.#sets[at] = epoch;
    this.#sets[at + 1] = this.#rows[slot] as number;
    this.#epochs[slot] = -set;
    return set;
  }
}
