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

const CPU_BITS = 6;
/** Times beyond do not fit into an epoch of 31 bits; a search then begins anew. */
const LAST_TIME = 1 << 24;

/** Whose time an epoch is. */
export const cpuOfEpoch = (epoch: number): number => epoch & (MAX_CPUS - 1);

export class Clocks {
  readonly cpus: number;
  /** The epoch that each CPU is in. */
  readonly epochs = new Int32Array(MAX_CPUS);
  readonly #clocks: Int32Array;
  /** By word: where its clocks lie in `#released`, 0 for none yet. */
  readonly #indexes: Int32Array;
  #released: Int32Array;
  #used: number;

  constructor(cpus: number, words: number) {
    this.cpus = cpus;
    this.#clocks = new Int32Array(cpus * cpus);
    this.#indexes = new Int32Array(words);
    this.#released = new Int32Array(1 << 10);
    this.#used = 2 * cpus;
  }

  /** Everybody knows everything, and enters a new time. False when the times are used up. */
  begin(): boolean {
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
    const at = this.#used;
    this.#used += 2 * this.cpus;
    this.#indexes[word] = at;
    if (this.#used > this.#released.length) {
      const larger = new Int32Array(2 * this.#released.length);
      larger.set(this.#released);
      this.#released = larger;
    }
    return at;
  }
}

function join(to: Int32Array, at: number, from: Int32Array, fromAt: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const time = from[fromAt + i] as number;
    if (time > (to[at + i] as number)) to[at + i] = time;
  }
}
