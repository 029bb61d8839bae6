/** A bounded queue for many producers and consumers: Vyukov's, with a sequence number in every cell. */
const HEAD = 0;
const TAIL = 1;

export class Queue {
  readonly #ends: Int32Array;
  readonly #sequences: Int32Array;
  readonly #values: Int32Array;
  readonly #capacity: number;

  constructor(memory: SharedArrayBuffer, capacity: number) {
    this.#ends = new Int32Array(memory, 0, 2);
    this.#sequences = new Int32Array(memory, 8, capacity);
    this.#values = new Int32Array(memory, 8 + 4 * capacity, capacity);
    this.#capacity = capacity;
  }

  static make(capacity: number): SharedArrayBuffer {
    const memory = new SharedArrayBuffer(8 + 8 * capacity);
    const sequences = new Int32Array(memory, 8, capacity);
    for (let i = 0; i < capacity; i++) sequences[i] = i;
    return memory;
  }

  /** False when it is full. */
  push(value: number): boolean {
    for (let tail = Atomics.load(this.#ends, TAIL); ; tail = Atomics.load(this.#ends, TAIL)) {
      const cell = tail % this.#capacity;
      const ahead = Atomics.load(this.#sequences, cell) - tail;
      if (ahead < 0) return false;
      if (ahead > 0 || Atomics.compareExchange(this.#ends, TAIL, tail, tail + 1) !== tail) continue;
      this.fill(cell, value, tail + 1);
      return true;
    }
  }

  /** The value, and then that it is there. */
  protected fill(cell: number, value: number, sequence: number): void {
    this.put(cell, value);
    this.publish(cell, sequence);
  }

  protected put(cell: number, value: number): void {
    this.#values[cell] = value;
  }

  protected publish(cell: number, sequence: number): void {
    Atomics.store(this.#sequences, cell, sequence);
  }

  /** 0 when it is empty. */
  pop(): number {
    for (let head = Atomics.load(this.#ends, HEAD); ; head = Atomics.load(this.#ends, HEAD)) {
      const cell = head % this.#capacity;
      const ahead = Atomics.load(this.#sequences, cell) - head - 1;
      if (ahead < 0) return 0;
      if (ahead > 0 || Atomics.compareExchange(this.#ends, HEAD, head, head + 1) !== head) continue;
      const value = this.#values[cell] as number;
      this.publish(cell, head + this.#capacity);
      return value;
    }
  }
}
