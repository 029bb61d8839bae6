/**
 * The steps of one execution with their happens-before: vector clocks over the order of dependent accesses. Event i is
 * the i-th step. Clocks hold, for each CPU, 1 + the number of the last of its events that happens before (or is) this one.
 *
 * A prefix that the next execution shares is kept; what each word was last accessed by is worked out anew, because it
 * belongs to the end of the history and not to an event.
 */
import { EVERYTHING, type Footprint } from './footprint.ts';

export interface Race {
  /** The earlier event, and the later one. `later` is the length of the history for a CPU that waits at its end. */
  readonly earlier: number;
  readonly later: number;
}

const NONE = -1;

/** Whether a step that may have to wait could be performed with one of its words holding a value. */
export type Waits = (value: number, word: number) => boolean;

export class History {
  readonly cpus: number;
  length = 0;
  /** By event. */
  readonly cpu: number[] = [];
  readonly footprints: Footprint[] = [];
  /** The write of the same word before an event's, and what the word held before: of events of one word. */
  readonly #writeBefore: number[] = [];
  readonly #valueBefore: number[] = [];
  #clocks = new Int32Array(1 << 12);
  readonly #lastOf: number[];
  /** By word: the execution that what follows belongs to, the last write, and the last read of each CPU since. */
  readonly #executions: Int32Array;
  readonly #writes: Int32Array;
  readonly #reads: Int32Array;
  #execution = 0;

  /** `words`: how many words RAM has. */
  constructor(cpus: number, words: number) {
    this.cpus = cpus;
    this.#lastOf = Array.from({ length: cpus }, () => NONE);
    this.#executions = new Int32Array(words);
    this.#writes = new Int32Array(words);
    this.#reads = new Int32Array(words * cpus);
  }

  /** Starts over. The events stay until they are overwritten. */
  restart(): void {
    this.#execution++;
    this.length = 0;
    this.#lastOf.fill(NONE);
  }

  /** True when event `i` happens before event `j`, or is it. */
  before(i: number, j: number): boolean {
    return (this.#clocks[j * this.cpus + (this.cpu[i] as number)] as number) > i;
  }

  /** Repeats an event of the last execution: its clock is known, only the words have to be told. */
  repeat(): void {
    const event = this.length++;
    const footprint = this.footprints[event] as Footprint;
    this.#lastOf[this.cpu[event] as number] = event;
    if (footprint === EVERYTHING) return;
    for (let i = 0; i < footprint.length; i++) this.#touch(footprint[i] as number, event);
  }

  /**
   * Adds a step, and the races in which it is the later event. `value` is what its word holds before it; `waits` tells
   * whether the step could be performed with its word holding a value, for one that may have to wait. One that touches
   * EVERYTHING comes behind all that has been, and races with nothing.
   */
  add(cpu: number, footprint: Footprint, value: number, waits: Waits | undefined, races: Race[]): void {
    const event = this.length++;
    this.cpu[event] = cpu;
    this.footprints[event] = footprint;
    this.#valueBefore[event] = value;
    this.#reserve(event);
    this.#startClock(event, cpu);
    if (footprint === EVERYTHING) {
      for (const last of this.#lastOf) if (last >= 0) this.#join(event, last);
      this.#lastOf[cpu] = event;
      return;
    }
    this.#writeBefore[event] = footprint.length > 0 ? this.#writeOf((footprint[0] as number) >> 1) : NONE;
    this.#races(event, this.#lastOf[cpu] as number, footprint, waits, races);
    this.#joinWords(event, footprint);
    this.#lastOf[cpu] = event;
    for (let i = 0; i < footprint.length; i++) this.#touch(footprint[i] as number, event);
  }

  /** The races of a step that a CPU waits with at the end of the execution. */
  waiting(cpu: number, footprint: Footprint, waits: Waits | undefined, races: Race[]): void {
    this.#races(this.length, this.#lastOf[cpu] as number, footprint, waits, races);
  }

  /** The last event ended the execution: it races with the last one of every other CPU. */
  failed(races: Race[]): void {
    const later = this.length - 1;
    const others = this.#lastOf.filter((event) => event >= 0 && event !== later);
    this.footprints[later] = EVERYTHING;
    for (const earlier of others) {
      if (this.before(earlier, later) || others.some((one) => one !== earlier && this.before(earlier, one))) continue;
      races.push({ earlier, later });
    }
  }

  #reserve(event: number): void {
    const needed = (event + 1) * this.cpus;
    if (needed <= this.#clocks.length) return;
    const larger = new Int32Array(2 * needed);
    larger.set(this.#clocks);
    this.#clocks = larger;
  }

  #startClock(event: number, cpu: number): void {
    const { cpus } = this;
    const last = this.#lastOf[cpu] as number;
    const clock = event * cpus;
    for (let i = 0; i < cpus; i++) this.#clocks[clock + i] = last < 0 ? 0 : (this.#clocks[last * cpus + i] as number);
    this.#clocks[clock + cpu] = event + 1;
  }

  #join(event: number, other: number): void {
    const { cpus } = this;
    const clocks = this.#clocks;
    for (let i = 0; i < cpus; i++) {
      const theirs = clocks[other * cpus + i] as number;
      if (theirs > (clocks[event * cpus + i] as number)) clocks[event * cpus + i] = theirs;
    }
  }

  /** The last write of a word in this execution. */
  #writeOf(word: number): number {
    if (this.#executions[word] !== this.#execution) {
      this.#executions[word] = this.#execution;
      this.#writes[word] = NONE;
      this.#forgetReads(word);
    }
    return this.#writes[word] as number;
  }

  #forgetReads(word: number): void {
    const at = word * this.cpus;
    for (let cpu = 0; cpu < this.cpus; cpu++) this.#reads[at + cpu] = NONE;
  }

  #touch(key: number, event: number): void {
    const word = key >> 1;
    this.#writeOf(word);
    if ((key & 1) === 1) {
      this.#writes[word] = event;
      this.#forgetReads(word);
    } else this.#reads[word * this.cpus + (this.cpu[event] as number)] = event;
  }

  #joinWords(event: number, footprint: Footprint): void {
    for (let i = 0; i < footprint.length; i++) {
      const key = footprint[i] as number;
      const write = this.#writeOf(key >> 1);
      if (write >= 0) this.#join(event, write);
      if ((key & 1) === 0) continue;
      const at = (key >> 1) * this.cpus;
      for (let cpu = 0; cpu < this.cpus; cpu++) {
        const read = this.#reads[at + cpu] as number;
        if (read >= 0) this.#join(event, read);
      }
    }
  }

  /** `last` is the CPU's event before: what happens before that one cannot be passed. */
  #races(later: number, last: number, footprint: Footprint, waits: Waits | undefined, races: Race[]): void {
    const found: number[] = [];
    for (let i = 0; i < footprint.length; i++) {
      const key = footprint[i] as number;
      const write = this.#writeOf(key >> 1);
      const earlier = waits === undefined ? write : this.#lastPassable(write, last, key >> 1, waits);
      if (earlier >= 0) found.push(earlier);
      if ((key & 1) === 0) continue;
      const at = (key >> 1) * this.cpus;
      for (let cpu = 0; cpu < this.cpus; cpu++) {
        const read = this.#reads[at + cpu] as number;
        if (read >= 0) found.push(read);
      }
    }
    for (const earlier of found) {
      if (last >= 0 && this.before(earlier, last)) continue;
      const indirect = waits === undefined && found.some((other) => other !== earlier && this.before(earlier, other));
      if (!indirect && !races.some((race) => race.earlier === earlier && race.later === later)) {
        races.push({ earlier, later });
      }
    }
  }

  /**
   * A step that waits for a word cannot be moved in front of the write that let it through, only in front of an earlier
   * one before which it would have been let through as well: a lock in front of the last taking of it, not its release.
   */
  #lastPassable(write: number, last: number, word: number, waits: Waits): number {
    for (let event = write; event >= 0; event = this.#writeBefore[event] as number) {
      if (last >= 0 && this.before(event, last)) return NONE;
      const single = (this.footprints[event] as Footprint)[0] as number;
      if (single >> 1 !== word) return event;
      if (waits(this.#valueBefore[event] as number, word)) return event;
    }
    return NONE;
  }
}
