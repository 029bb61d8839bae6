/**
 * Vector clocks. CPU t knows of CPU u everything up to u's time clock[t][u]; a word that CPUs synchronise through carries
 * the clock of whoever released it last. An epoch is one CPU's time packed into a number, time * 64 + cpu, so that "did
 * that happen before what I do now" is one comparison (Flanagan, Freund: FastTrack, PLDI 2009).
 *
 * A word carries two clocks, because readers of a rwlock or semaphore are not ordered among each other: what was released
 * by somebody exclusive is acquired by everybody, what was released by a reader only by who takes the lock exclusively.
 *
 * Times only grow, from one execution to the next too: an execution begins with everybody knowing everything so far, so
 * whatever is left over from the last one has happened before, and nothing needs to be cleared.
 */
import { MAX_CPUS } from '../../machine/limits.ts';
import { CLOCK_INDEXES, CLOCKS, CPU_BITS, CPU_EPOCHS, RELEASED, RELEASED_USED } from '../compiled/places.ts';
import type { Storage } from '../evidence/storage.ts';

/** Times beyond do not fit into an epoch of 31 bits; a search then begins anew. */
const LAST_TIME = 1 << 24;

/** Whose time an epoch is. */
export const cpuOfEpoch = (epoch: number): number => epoch & (MAX_CPUS - 1);

export class Clocks {
  readonly cpus: number;
  /** The epoch that each CPU is in. */
  readonly epochs: Int32Array;
  readonly #clocks: Int32Array;
  /** By word: where its clocks lie in `#released`, 0 for none yet. */
  readonly #indexes: Int32Array;
  #released: Int32Array;
  /** One word: how many of these are used. */
  readonly #used: Int32Array;
  readonly #storage: Storage;

  /** All that is kept lies in the storage: clocks over one that was used go on with what it holds. */
  constructor(cpus: number, words: number, storage: Storage) {
    this.cpus = cpus;
    this.epochs = storage.words(CPU_EPOCHS, MAX_CPUS);
    this.#clocks = storage.words(CLOCKS, cpus * cpus);
    this.#indexes = storage.block(CLOCK_INDEXES, words);
    this.#released = storage.block(RELEASED, 1 << 10);
    this.#used = storage.words(RELEASED_USED, 1);
    this.#storage = storage;
    if (this.#used[0] === 0) this.#used[0] = 2 * cpus;
  }

  /** Nothing was ever published, and times begin anew. */
  clear(): void {
    for (const one of [this.epochs, this.#clocks, this.#indexes, this.#released]) one.fill(0);
    this.#used[0] = 2 * this.cpus;
  }

  /** Everybody knows everything, and enters a new time. False when the times are used up. */
  begin(): boolean {
    this.#released = this.#storage.block(RELEASED, 1 << 10);
    const known = this.#clocks.reduce((most, time) => Math.max(most, time), 0);
    this.#clocks.fill(known);
    for (let cpu = 0; cpu < this.cpus; cpu++) this.#tick(cpu);
    return known < LAST_TIME;
  }

  /** Whether what happened in that epoch is ordered before what the CPU does now. */
  knows(cpu: number, epoch: number): boolean {
    return (this.#clocks[cpu * this.cpus + (epoch & (MAX_CPUS - 1))] as number) >= epoch >>> CPU_BITS;
  }

  /** Takes over what exclusive releases of the word published; with `readers`, what shared ones did too. */
  acquire(cpu: number, word: number, readers: boolean): void {
    const from = this.#indexes[word] as number;
    if (from === 0) return;
    const { cpus } = this;
    join(this.#clocks, cpu * cpus, this.#released, from, cpus);
    if (readers) join(this.#clocks, cpu * cpus, this.#released, from + cpus, cpus);
  }

  /** Publishes what the CPU knows, in place of what was published before. */
  release(cpu: number, word: number): void {
    const to = this.#indexOf(word);
    const from = cpu * this.cpus;
    for (let i = 0; i < this.cpus; i++) this.#released[to + i] = this.#clocks[from + i] as number;
    this.#tick(cpu);
  }

  /** Adds what a reader knows to what readers published. */
  releaseShared(cpu: number, word: number): void {
    join(this.#released, this.#indexOf(word) + this.cpus, this.#clocks, cpu * this.cpus, this.cpus);
    this.#tick(cpu);
  }

  /** Nothing was ever published through these words. */
  forget(word: number, words: number): void {
    for (let i = word; i < word + words; i++) {
      const at = this.#indexes[i] as number;
      if (at !== 0) this.#released.fill(0, at, at + 2 * this.cpus);
    }
  }

  #tick(cpu: number): void {
    const time = (this.#clocks[cpu * this.cpus + cpu] as number) + 1;
    this.#clocks[cpu * this.cpus + cpu] = time;
    this.epochs[cpu] = (time << CPU_BITS) | cpu;
  }

  #indexOf(word: number): number {
    const known = this.#indexes[word] as number;
    if (known !== 0) return known;
    const at = this.#used[0] as number;
    const used = at + 2 * this.cpus;
    if (used > this.#released.length) this.#released = this.#storage.block(RELEASED, 2 * this.#released.length);
    this.#used[0] = used;
    this.#indexes[word] = at;
    return at;
  }
}

function join(to: Int32Array, at: number, from: Int32Array, fromAt: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const time = from[fromAt + i] as number;
    if (time > (to[at + i] as number)) to[at + i] = time;
  }
}
