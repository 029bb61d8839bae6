/** A mutex and a condition variable over one Int32Array: futexes as in Drepper, "Futexes Are Tricky". */
export class Mutex {
  protected readonly word: Int32Array;
  readonly #at: number;

  constructor(word: Int32Array, at = 0) {
    this.word = word;
    this.#at = at;
  }

  lock(): void {
    // 0 free, 1 held, 2 held and somebody may sleep.
    if (Atomics.compareExchange(this.word, this.#at, 0, 1) === 0) return;
    while (Atomics.exchange(this.word, this.#at, 2) !== 0) Atomics.wait(this.word, this.#at, 2);
  }

  unlock(): void {
    if (Atomics.exchange(this.word, this.#at, 0) === 2) Atomics.notify(this.word, this.#at, 1);
  }
}

export class Condition {
  protected readonly sequence: Int32Array;
  protected readonly at: number;

  constructor(sequence: Int32Array, at = 1) {
    this.sequence = sequence;
    this.at = at;
  }

  /** Gives the mutex back, sleeps until somebody notifies, and takes it again. */
  wait(mutex: Mutex): void {
    const seen = Atomics.load(this.sequence, this.at);
    mutex.unlock();
    Atomics.wait(this.sequence, this.at, seen);
    mutex.lock();
  }

  notifyOne(): void {
    Atomics.add(this.sequence, this.at, 1);
    Atomics.notify(this.sequence, this.at, 1);
  }
}
