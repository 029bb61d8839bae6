/** A work-stealing deque: Chase, Lev, "Dynamic Circular Work-Stealing Deque", SPAA 2005, of a fixed size. */
const TOP = 0;
const BOTTOM = 1;

export class Deque {
  protected readonly ends: Int32Array;
  protected readonly tasks: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.ends = new Int32Array(memory, 0, 2);
    this.tasks = new Int32Array(memory, 8);
  }

  /** By its owner. */
  push(task: number): void {
    const bottom = Atomics.load(this.ends, BOTTOM);
    Atomics.store(this.tasks, bottom % this.tasks.length, task);
    Atomics.store(this.ends, BOTTOM, bottom + 1);
  }

  /** By its owner: the last that was pushed, 0 for none. */
  pop(): number {
    const bottom = Atomics.load(this.ends, BOTTOM) - 1;
    Atomics.store(this.ends, BOTTOM, bottom);
    const top = Atomics.load(this.ends, TOP);
    if (top > bottom) {
      Atomics.store(this.ends, BOTTOM, top);
      return 0;
    }
    const task = Atomics.load(this.tasks, bottom % this.tasks.length);
    if (top < bottom) return task;
    const isMine = this.takeLast(top);
    Atomics.store(this.ends, BOTTOM, top + 1);
    return isMine ? task : 0;
  }

  /** By anybody: the first that was pushed, 0 for none. */
  steal(): number {
    const top = Atomics.load(this.ends, TOP);
    if (top >= Atomics.load(this.ends, BOTTOM)) return 0;
    const task = Atomics.load(this.tasks, top % this.tasks.length);
    return this.#take(top) ? task : 0;
  }

  /** The last task is a thief's as well. */
  protected takeLast(top: number): boolean {
    return this.#take(top);
  }

  #take(top: number): boolean {
    return Atomics.compareExchange(this.ends, TOP, top, top + 1) === top;
  }
}
