/** A ring for one producer and one consumer: indices through Atomics, elements as plain memory. */
export class Ring {
  static readonly HEAD = 0;
  static readonly TAIL = 1;
  readonly #index: Int32Array;
  readonly slots: Int32Array;

  constructor(memory: SharedArrayBuffer, capacity: number) {
    this.#index = new Int32Array(memory, 0, 2);
    this.slots = new Int32Array(memory, 8, capacity);
  }

  static bytes(capacity: number): number {
    return 8 + 4 * capacity;
  }

  protected get index(): Int32Array {
    return this.#index;
  }

  /** False when it is full. */
  push(value: number): boolean {
    const tail = Atomics.load(this.#index, Ring.TAIL);
    if (tail - Atomics.load(this.#index, Ring.HEAD) === this.slots.length) return false;
    this.slots[tail % this.slots.length] = value;
    Atomics.store(this.#index, Ring.TAIL, tail + 1);
    return true;
  }

  /** Undefined when it is empty. */
  pop(): number | undefined {
    const head = Atomics.load(this.#index, Ring.HEAD);
    if (head === Atomics.load(this.#index, Ring.TAIL)) return undefined;
    const value = this.slots[head % this.slots.length];
    Atomics.store(this.#index, Ring.HEAD, head + 1);
    return value;
  }
}
