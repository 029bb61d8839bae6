/**
 * The steps of one execution with their happens-before: vector clocks over the order of dependent accesses. Event i is
 * the i-th step. Clocks hold, for each CPU, 1 + the number of the last of its events that happens before (or is) this one.
 *
 * A prefix that the next execution shares is kept; what each word was last accessed by is worked out anew, because it
 * belongs to the end of the history and not to an event.
 */
import { cpuOf, type Move } from '../../stepped/move.ts';
import type { Explored } from '../subject/explored.ts';
import { EVERYTHING, type Footprint, type Footprints, type Waits } from '../subject/footprint.ts';

export interface Race {
  /** The earlier event, and the later one. `later` is the length of the history for a CPU that waits at its end. */
  readonly earlier: number;
  readonly later: number;
}

const NONE = -1;
const VALUE = 0;
const WRITE = 1;

const histories = new WeakMap<Explored, History>();

export class History {
  readonly cpus: number;
  length = 0;
  /** By event. */
  readonly moves: Move[] = [];
  readonly footprints: Footprint[] = [];
  /** Of each word of an event, in the order of its footprint: what it held before, and the write of it before. */
  readonly #undo: number[][] = [];
  #clocks = new Int32Array(1 << 12);
  readonly #lastOf: number[];
  /** The events that the step which is looked at may race with. */
  readonly #found: number[] = [];
  /** By word: the execution that what follows belongs to, the last write, and the last read of each CPU since. */
  readonly #executions: Int32Array;
  readonly #writes: Int32Array;
  readonly #reads: Int32Array;
  /** What a word holds now. */
  #valueOf: (word: number) => number = () => 0;
  /** The last event that touched everything. */
  #barrier = NONE;
  /** The event that ended the execution: nothing is behind it. */
  #fatal = NONE;
  #execution = 0;

  /** The history of a machine: its tables hold every word, and one search of it comes after the other. */
  static of(machine: Explored, cpus: number, footprints: Pick<Footprints, 'words' | 'valueOf'>): History {
    const known = histories.get(machine) ?? new History(cpus, footprints.words);
    histories.set(machine, known);
    known.#valueOf = (word) => footprints.valueOf(word);
    return known;
  }

  private constructor(cpus: number, words: number) {
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
    this.#barrier = NONE;
    this.#fatal = NONE;
  }

  /** The CPU whose step an event is. */
  cpuOf(event: number): number {
    return cpuOf(this.moves[event] as Move);
  }

  /** True when event `i` happens before event `j`, or is it. */
  before(i: number, j: number): boolean {
    return (this.#clocks[j * this.cpus + this.cpuOf(i)] as number) > i;
  }

  /** Of a list by event, what belongs to the events after `event` that do not depend on it; nothing for `but`. */
  independentOf<What>(event: number, byEvent: readonly What[], but: number): What[] {
    const clocks = this.#clocks;
    const found: What[] = [];
    let at = event * this.cpus + this.cpuOf(event);
    for (let other = event + 1; other < this.length; other++) {
      at += this.cpus;
      if ((clocks[at] as number) <= event && other !== but) found.push(byEvent[other] as What);
    }
    return found;
  }

  /** One more than the number of the last event of a CPU that happens before an event, or is it; 0 for none. */
  lastBefore(event: number, cpu: number): number {
    return this.#clocks[event * this.cpus + cpu] as number;
  }

  /** Repeats an event of the last execution: its clock is known, only the words have to be told. */
  repeat(): void {
    const event = this.length++;
    const footprint = this.footprints[event] as Footprint;
    this.#lastOf[this.cpuOf(event)] = event;
    if (footprint === EVERYTHING) {
      this.#barrier = event;
      return;
    }
    for (let i = 0; i < footprint.length; i++) this.#touch(footprint[i] as number, event);
  }

  /**
   * Adds a move that is about to be performed, and the races in which it is the later event. `waits`, for one that may
   * have to wait: whether it could be performed with its words holding other values. One that touches EVERYTHING is a
   * barrier: it comes behind all that has been, all that comes is behind it, and nothing is turned round with it.
   */
  add(move: Move, footprint: Footprint, waits: Waits | undefined, races: Race[]): void {
    const event = this.length++;
    const cpu = cpuOf(move);
    this.moves[event] = move;
    this.footprints[event] = footprint;
    this.#reserve(event);
    this.#startClock(event, cpu);
    if (footprint === EVERYTHING) {
      for (const last of this.#lastOf) if (last >= 0) this.#join(event, last);
      this.#lastOf[cpu] = event;
      this.#barrier = event;
      return;
    }
    const undo: number[] = [];
    for (let i = 0; i < footprint.length; i++) {
      const word = (footprint[i] as number) >> 1;
      undo.push(this.#valueOf(word), this.#writeOf(word));
    }
    this.#undo[event] = undo;
    this.#races(event, this.#lastOf[cpu] as number, footprint, waits, races);
    this.#joinWords(event, footprint);
    this.#lastOf[cpu] = event;
    for (let i = 0; i < footprint.length; i++) this.#touch(footprint[i] as number, event);
  }

  /** The races of a step that a CPU has not performed when the execution ends. */
  pending(cpu: number, footprint: Footprint, waits: Waits | undefined, races: Race[]): void {
    this.#races(this.length, this.#lastOf[cpu] as number, footprint, waits, races);
  }

  /** The last event ended the execution: it races with the last one of every other CPU. */
  failed(races: Race[]): void {
    const later = this.length - 1;
    this.#fatal = later;
    const others = this.#lastOf.filter((event) => event >= 0 && event !== later);
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
    if (this.#barrier >= 0) this.#join(event, this.#barrier);
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
    } else this.#reads[word * this.cpus + this.cpuOf(event)] = event;
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
    const found = this.#found;
    found.length = 0;
    if (waits === undefined) this.#addWrites(footprint, found);
    else this.#addPassable(footprint, last, waits, found);
    for (const key of footprint) if ((key & 1) === 1) this.#addReads(key >> 1, waits, found);
    for (const earlier of found) {
      if (earlier <= this.#barrier || (last >= 0 && this.before(earlier, last))) continue;
      if (this.#isIndirect(earlier, found) || isAmong(races, earlier, later)) continue;
      races.push({ earlier, later });
    }
  }

  /** Whether an event happens before another one of them. */
  #isIndirect(event: number, found: readonly number[]): boolean {
    for (const other of found) if (other !== event && this.before(event, other)) return true;
    return false;
  }

  #addWrites(footprint: Footprint, found: number[]): void {
    for (const key of footprint) {
      const write = this.#writeOf(key >> 1);
      if (write >= 0) found.push(write);
    }
  }

  /** The reads of a word since its last write; of a lock that is held while somebody looks at it none can be passed. */
  #addReads(word: number, waits: Waits | undefined, found: number[]): void {
    this.#writeOf(word);
    const at = word * this.cpus;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const read = this.#reads[at + cpu] as number;
      if (read >= 0 && (waits === undefined || this.#lets(waits, read))) found.push(read);
    }
  }

  /**
   * A step that waits for words cannot be moved in front of the write that let it through, only in front of one without
   * which it would have been let through as well: a lock in front of the last taking of it, not its release. So of every
   * write of its words it is asked what they would hold if that one, and all that happens after it, had not been.
   */
  #addPassable(footprint: Footprint, last: number, waits: Waits, found: number[]): void {
    for (const key of footprint) {
      for (let event = this.#writeOf(key >> 1); event >= 0; event = this.#undoOf(event, key >> 1, WRITE)) {
        if (event <= this.#barrier || (last >= 0 && this.before(event, last))) break;
        if (!found.includes(event) && this.#lets(waits, event)) found.push(event);
      }
    }
  }

  /** Whether a step that waits would have been let through without an event and those that happen after it. */
  #lets(waits: Waits, event: number): boolean {
    return waits((word) => this.without(event, word));
  }

  /** What a word would hold now without an event and those that happen after it, nor the one that ended the execution. */
  without(event: number, word: number): number {
    let value = this.#valueOf(word);
    const isGone = (write: number): boolean => write === this.#fatal || this.before(event, write);
    for (let write = this.#writeOf(word); write >= 0 && isGone(write); ) {
      value = this.#undoOf(write, word, VALUE);
      write = this.#undoOf(write, word, WRITE);
    }
    return value;
  }

  #undoOf(event: number, word: number, what: number): number {
    const undo = this.#undo[event] as readonly number[];
    const keys = this.footprints[event] as Footprint;
    return undo[2 * keys.findIndex((key) => key >> 1 === word && (key & 1) === 1) + what] as number;
  }
}

function isAmong(races: readonly Race[], earlier: number, later: number): boolean {
  for (const race of races) if (race.earlier === earlier && race.later === later) return true;
  return false;
}
