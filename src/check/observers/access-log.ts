/**
 * What an observer may have to tell later about accesses and locks of the execution under way, as numbers: a search makes
 * millions of accesses and reports hardly any.
 */
import type { World } from '../evidence/observer.ts';
import { ChainNumbers } from './chain-numbers.ts';

/** A noted access. */
export interface Access {
  readonly cpu: number;
  readonly kind: number;
  readonly step: number;
  readonly task: number;
  /** What the word held before. */
  readonly value: number;
  /** Places of its call chain, innermost first. */
  readonly places: readonly number[];
}

/** Frames of a call chain that are kept. */
const DEPTH = 20;
const HEAD = 6;

export class AccessLog {
  #rows = new Int32Array(1 << 12);
  #used = 1;
  readonly #chains = new ChainNumbers();

  clear(): void {
    this.#used = 1;
  }

  /** The rows so far, to go back to. */
  keep(): () => void {
    const rows = this.#rows.slice(0, this.#used);
    return () => {
      this.#rows.set(rows);
      this.#used = rows.length;
    };
  }

  /** Notes what a CPU is about to do; the number of the row, never 0. */
  add(world: World, cpu: number, kind: number, address: number): number {
    const row = this.#used;
    if (row + HEAD + DEPTH > this.#rows.length) this.#rows = grown(this.#rows);
    const rows = this.#rows;
    const count = world.chain(cpu, rows, row + HEAD, DEPTH);
    rows[row] = cpu;
    rows[row + 1] = kind;
    rows[row + 2] = world.step;
    rows[row + 3] = world.task(cpu);
    rows[row + 4] = world.view.words[address >> 2] as number;
    rows[row + 5] = count;
    this.#used = row + HEAD + count;
    return row;
  }

  read(row: number): Access {
    const [cpu = 0, kind = 0, step = 0, task = 0, value = 0, count = 0] = this.#rows.subarray(row, row + HEAD);
    return { cpu, kind, step, task, value, places: [...this.#rows.subarray(row + HEAD, row + HEAD + count)] };
  }

  /** The call chain of a row as a number: of two rows of one log, of whichever executions, the same for equal chains. */
  chainOf(row: number): number {
    return this.#chains.of(this.#rows, row + HEAD, this.#rows[row + 5] as number);
  }
}

export class LockLog {
  /** Step, CPU, and the lock with its lowest bit set when it is given back. */
  #events = new Int32Array(1 << 10);
  #used = 0;

  clear(): void {
    this.#used = 0;
  }

  /** The events so far, to go back to. */
  keep(): () => void {
    const events = this.#events.slice(0, this.#used);
    return () => {
      this.#events.set(events);
      this.#used = events.length;
    };
  }

  add(step: number, cpu: number, lock: number, released: boolean): void {
    if (this.#used + 3 > this.#events.length) this.#events = grown(this.#events);
    this.#events[this.#used++] = step;
    this.#events[this.#used++] = cpu;
    this.#events[this.#used++] = released ? lock | 1 : lock;
  }

  /** The locks a CPU held when it took a step, oldest first. */
  heldAt(cpu: number, step: number): number[] {
    const held: number[] = [];
    for (let i = 0; i < this.#used && (this.#events[i] as number) < step; i += 3) {
      if (this.#events[i + 1] !== cpu) continue;
      const lock = this.#events[i + 2] as number;
      if (lock & 1) held.splice(held.lastIndexOf(lock & ~1), 1);
      else held.push(lock);
    }
    return held;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
