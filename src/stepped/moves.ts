/**
 * The moves that can be made now: of a CPU that can perform its pending access that one, of a CPU at a choice one for each
 * value; when nobody can go on, that time passes. In order: by CPU, then by value. A machine has one such set, which every
 * question about what can be done overwrites; nothing is allocated.
 */
import { lowestBit } from '../base/bits.ts';
import { CpuSet } from '../base/cpu-set.ts';
import { FAIL, INTERRUPT } from '../machine/access.ts';
import { ADDRESS, KIND } from './frames.ts';
import { choiceOf, cpuOf, type Move, tickOf, valueOf } from './move.ts';

export class Moves {
  /** The CPUs that have a move, and those of them that are at a choice. */
  readonly cpus = new CpuSet();
  readonly choosing = new CpuSet();
  /**
   * No CPU from 32 on has a move, and none is at a choice: what holds of most machines, and is asked first. Whoever changes
   * the sets says so (`settle`).
   */
  plain = true;
  /** The CPU for which time passes, and there is no other move; -1 for none. */
  timed = -1;
  readonly #frames: Int32Array;
  readonly #words: number;

  /** `words`: of a CPU's region of the frames. */
  constructor(frames: Int32Array, words: number) {
    this.#frames = frames;
    this.#words = words;
  }

  /** The sets are complete: notes whether they are plain. */
  settle(): void {
    this.plain = (this.cpus.high | this.choosing.low | this.choosing.high) === 0 && this.timed < 0;
  }

  get isEmpty(): boolean {
    return this.cpus.isEmpty;
  }

  has(move: Move): boolean {
    if (this.plain) return move < 32 && (this.cpus.low & (1 << move)) !== 0;
    const cpu = cpuOf(move);
    if (!this.cpus.has(cpu)) return false;
    if (!this.choosing.has(cpu)) return move === this.firstOf(cpu);
    const value = valueOf(move);
    return value < this.values(cpu) && move === choiceOf(cpu, value);
  }

  /** Values that a CPU at a choice can be given: from 0 to below this. */
  values(cpu: number): number {
    return this.#frames[cpu * this.#words + ADDRESS] as number;
  }

  /** Whether a CPU at a choice is asked if something is to fail: 1 is a failure. */
  isFault(cpu: number): boolean {
    return this.#frames[cpu * this.#words + KIND] === FAIL;
  }

  /** Whether it is asked if an interrupt comes: 1 is one. */
  isInterrupt(cpu: number): boolean {
    return this.#frames[cpu * this.#words + KIND] === INTERRUPT;
  }

  /** The first move of a CPU that has any. */
  firstOf(cpu: number): Move {
    if (this.choosing.has(cpu)) return choiceOf(cpu, 0);
    return cpu === this.timed ? tickOf(cpu) : cpu;
  }

  /** The first of all; -1 when there is none. */
  first(): Move {
    const cpu = this.cpus.next(-1);
    return cpu < 0 ? -1 : this.firstOf(cpu);
  }

  /** The move behind another one that is in the set; -1 behind the last. */
  next(move: Move): Move {
    if (this.plain) {
      const above = this.cpus.low & (-2 << move);
      return above === 0 ? -1 : lowestBit(above);
    }
    const at = cpuOf(move);
    if (this.choosing.has(at) && valueOf(move) + 1 < this.values(at)) return choiceOf(at, valueOf(move) + 1);
    const cpu = this.cpus.next(at);
    return cpu < 0 ? -1 : this.firstOf(cpu);
  }

  /** All of them, as a list of their own. */
  list(): Move[] {
    const moves: Move[] = [];
    for (let move = this.first(); move >= 0; move = this.next(move)) moves.push(move);
    return moves;
  }
}
