/**
 * What an observer may have to tell later about accesses and locks of the execution under way, as numbers: a search makes
 * millions of accesses and reports hardly any.
 */
import { LOG, LOG_SIZE, LOG_USED, ROW_DEPTH as DEPTH, ROW_HEAD as HEAD } from '../compiled/places.ts';
import type { World } from '../evidence/observer.ts';
import { OwnStorage, type Storage } from '../evidence/storage.ts';
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

export class AccessLog {
  #rows: Int32Array;
  /** One word each: how many of these are used, and how many there are. */
  readonly #used: Int32Array;
  readonly #size: Int32Array;
  readonly #storage: Storage;
  readonly #chains: ChainNumbers;

  /** `before`: a log whose numbers of call chains stay. */
  constructor(storage: Storage = new OwnStorage(), before?: AccessLog) {
    this.#rows = storage.block(LOG, 1 << 12);
    this.#used = storage.words(LOG_USED, 1);
    this.#size = storage.words(LOG_SIZE, 1);
    this.#storage = storage;
    this.#chains = before === undefined ? new ChainNumbers() : before.#chains;
    this.clear();
  }

  clear(): void {
    this.#rows = this.#storage.block(LOG, 1 << 12);
    this.#used[0] = 1;
    this.#size[0] = this.#rows.length;
  }

  /** The rows so far, to go back to. */
  keep(): () => void {
    const rows = this.#rows.slice(0, this.#used[0]);
    return () => {
      this.#rows.set(rows);
      this.#used[0] = rows.length;
    };
  }

  /** Notes what a CPU is about to do; the number of the row, never 0. */
  add(world: World, cpu: number, kind: number, address: number): number {
    const row = this.#used[0] as number;
    if (row + HEAD + DEPTH > this.#rows.length) {
      this.#rows = this.#storage.block(LOG, 2 * this.#rows.length);
      this.#size[0] = this.#rows.length;
    }
    const rows = this.#rows;
    const count = world.chain(cpu, rows, row + HEAD, DEPTH);
    rows[row] = cpu;
    rows[row + 1] = kind;
    rows[row + 2] = world.step;
    rows[row + 3] = world.task(cpu);
    rows[row + 4] = world.view.words[address >> 2] as number;
    rows[row + 5] = count;
    this.#used[0] = row + HEAD + count;
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
