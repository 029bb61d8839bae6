/** A seqlock: the writer makes the sequence odd while it writes, readers try again when it was odd or has changed. */
export class Seqlock {
  protected readonly words: Int32Array;

  constructor(words: Int32Array) {
    this.words = words;
  }

  write(low: number, high: number): void {
    const { words } = this;
    Atomics.add(words, 0, 1);
    Atomics.store(words, 1, low);
    Atomics.store(words, 2, high);
    Atomics.add(words, 0, 1);
  }

  read(): readonly [number, number] {
    const { words } = this;
    for (;;) {
      const before = Atomics.load(words, 0);
      if (before % 2 === 1) continue;
      const pair = [Atomics.load(words, 1), Atomics.load(words, 2)] as const;
      if (Atomics.load(words, 0) === before) return pair;
    }
  }
}
