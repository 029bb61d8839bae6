/**
 * What a machine knows of loops that may spin (spin.ts): of each CPU what it has read and written (notes.ts), and who is on
 * a turn that it got only because nobody could go on (late.ts). Part of a machine's state.
 */
import { isReader, Notes } from './notes.ts';
import { Late } from './late.ts';

export class Loops {
  readonly late = new Late();
  readonly notes: readonly Notes[];
  readonly #cpus: number;

  /** `all`: the CPUs, and behind them the spare ones; `words`: how many RAM has. */
  constructor(cpus: number, all: number, words: number) {
    this.#cpus = cpus;
    this.notes = Array.from({ length: all }, () => new Notes(words));
  }

  /** An access has been performed, the CPU's own, and one that what others have noted may have been seen by. */
  did(cpu: number, word: number, before: number, now: number, kind: number): void {
    (this.notes[cpu] as Notes).note(word, before, now, kind);
    // What looks at a state between two steps is not there.
    if (cpu >= this.#cpus) return;
    const shared = isReader(kind, now - before);
    for (let other = 0; other < this.#cpus; other++) {
      if (other !== cpu) (this.notes[other] as Notes).meet(word, shared);
    }
  }

  /** The lowest CPU that gets a turn when none can go on, of those that `waits` says wait in a loop; -1 for none. */
  nextLate(waits: (cpu: number) => boolean): number {
    for (let cpu = 0; cpu < this.#cpus; cpu++) {
      if (waits(cpu) && !this.late.wasVain(cpu) && (this.notes[cpu] as Notes).changes) return cpu;
    }
    return -1;
  }

  /** A copy; `into` is one that is needed no longer, to be overwritten where it fits. */
  save(into: Int32Array): Int32Array {
    let size = Late.words;
    for (const one of this.notes) size += one.size;
    const saved = into.length >= size ? into : new Int32Array(2 * size);
    this.late.save(saved);
    let at = Late.words;
    for (const one of this.notes) {
      one.save(saved, at);
      at += one.size;
    }
    return saved;
  }

  load(saved: Int32Array): void {
    this.late.load(saved);
    let at = Late.words;
    for (const one of this.notes) at = one.load(saved, at);
  }
}
