/**
 * Data races by the memory model of ECMAScript (ECMA-262, 29): two accesses of different agents whose ranges overlap, one of
 * them a write, at least one of them plain or of another range than the other, and neither happens before the other.
 *
 * What orders
 *   Atomics          who reads what a sequentially consistent write of the very same range wrote
 *   notify           who woke before who was woken, and everybody who comes to a list of waiters before who comes later
 *   messages         who sent before who takes it, and a wake-up of waitAsync likewise: not before who finds nothing, or
 *                    takes something else first
 *   starting         who starts an agent before all that it does
 *
 * Happens-before by vector clocks with the epochs of FastTrack (Flanagan, Freund, PLDI 2009), byte by byte. An interleaving
 * is sequentially consistent, and a race says that others would be allowed: a program without races has no others
 * (29.10, "data race freedom").
 */
import type { Agent } from '../agent.ts';
import type { At, Operation, OperationKind, Touch } from '../operation.ts';
import { OVERFLOW, WORDS, type Words } from '../words.ts';
import { OwnStorage } from '../../check/evidence/storage.ts';
import { Clocks, cpuOfEpoch } from '../../check/observers/clocks.ts';

/** One of the two accesses. */
export interface Racer {
  readonly agent: number;
  readonly site: number;
  readonly writes: boolean;
  readonly atomic: boolean;
}

export interface Race {
  readonly earlier: Racer;
  readonly later: Racer;
  /** The byte at which they meet, as a word. */
  readonly word: number;
}

/** What accesses leave at each byte: when and by whom, where; and of which range, since ranges tell Atomics apart. */
class Marks {
  readonly epochs: Int32Array;
  readonly sites: Int32Array;
  /** First word * 16 + bytes * 2 + 1 when it is sequentially consistent. */
  readonly ranges: Int32Array;

  constructor(size: number) {
    this.epochs = new Int32Array(size);
    this.sites = new Int32Array(size);
    this.ranges = new Int32Array(size);
  }
}

/** What these hand over is told when it is (put, took, handed): to have looked orders nothing. */
const HANDED_BY_ITSELF: ReadonlySet<OperationKind> = new Set(['send', 'receive', 'task', 'start', 'choose']);

/** A word behind all others: through it goes what one agent hands to another by itself. */
const HANDED = WORDS;

export class Races {
  readonly #words: Words;
  readonly #agents: number;
  #clocks: Clocks;
  #writes: Marks;
  /** Word * agents + agent. */
  #reads: Marks;
  readonly #found: (race: Race) => void;
  /** The access that is looked at: whose, where, of which range. Not an object, for there are as many as steps. */
  #agent = 0;
  #site = -1;
  #range = 0;

  /** `found` is told of every race, those seen before again. */
  constructor(words: Words, agents: number, found: (race: Race) => void) {
    this.#words = words;
    this.#agents = agents;
    this.#found = found;
    this.#clocks = new Clocks(agents, WORDS + 1, new OwnStorage());
    this.#writes = new Marks(WORDS);
    this.#reads = new Marks(WORDS * agents);
  }

  /** A new execution. */
  begin(): void {
    if (this.#clocks.begin()) return;
    this.#clocks = new Clocks(this.#agents, WORDS + 1, new OwnStorage());
    this.#writes = new Marks(WORDS);
    this.#reads = new Marks(WORDS * this.#agents);
    this.#clocks.begin();
  }

  /** One agent has woken or started another: all that it has done comes before all that the other does now. */
  handed(by: Agent | undefined, agent: Agent): void {
    if (by === undefined) return;
    this.#clocks.release(by.id, HANDED);
    this.#clocks.acquire(agent.id, HANDED, false);
  }

  /** Something was put somewhere for another, and was taken there. */
  put(agent: Agent, { place, byte }: At): void {
    this.#clocks.releaseShared(agent.id, this.#words.of(place, byte));
  }

  took(agent: Agent, { place, byte }: At): void {
    this.#clocks.acquire(agent.id, this.#words.of(place, byte), true);
  }

  performed(agent: Agent, operation: Operation, result: unknown): void {
    const { kind, touches } = operation;
    if (HANDED_BY_ITSELF.has(kind)) return;
    const wrote = operation.wrote?.(result) ?? true;
    this.#agent = agent.id;
    this.#site = operation.site;
    for (let i = 0; i < touches.length; i++) {
      const touch = touches[i] as Touch;
      const writes = touch.writes && wrote;
      if (touch.place.isMemory) this.#access(touch, writes, kind !== 'store');
      else this.#meet(this.#words.of(touch.place, touch.from), writes);
    }
  }

  /** What is no memory orders all that comes to it, and so does memory that has no words of its own: no race is made up. */
  #meet(word: number, writes: boolean): void {
    this.#clocks.acquire(this.#agent, word, true);
    if (writes) this.#clocks.releaseShared(this.#agent, word);
  }

  #access({ place, from, to, atomic }: Touch, writes: boolean, reads: boolean): void {
    const agent = this.#agent;
    const first = this.#words.of(place, from);
    if (first === OVERFLOW) {
      this.#meet(first, writes);
      return;
    }
    const range = first * 16 + Math.min(to - from, 7) * 2 + (atomic ? 1 : 0);
    // Reads what a write of the same range published: all its bytes are of that write, or it was torn.
    if (atomic && reads && this.#writes.ranges[first] === range) this.#clocks.acquire(agent, first, false);
    this.#range = range;
    let word = first;
    for (let byte = from; byte < to; byte++) {
      // Those of one group of eight follow each other.
      if (byte % 8 === 0) word = this.#words.of(place, byte);
      if (word === OVERFLOW) continue;
      if (writes) this.#writeOf(word);
      else this.#readOf(word);
      word++;
    }
    if (atomic && writes) this.#clocks.release(agent, first);
  }

  #writeOf(word: number): void {
    const reads = word * this.#agents;
    this.#compare(word, this.#writes, word, true);
    for (let other = 0; other < this.#agents; other++) {
      if (other !== this.#agent) this.#compare(word, this.#reads, reads + other, true);
    }
    this.#mark(this.#writes, word);
  }

  #readOf(word: number): void {
    this.#compare(word, this.#writes, word, false);
    this.#mark(this.#reads, word * this.#agents + this.#agent);
  }

  #mark(marks: Marks, at: number): void {
    marks.epochs[at] = this.#clocks.epochs[this.#agent] as number;
    marks.sites[at] = this.#site;
    marks.ranges[at] = this.#range;
  }

  /** Holds the access against one that left its mark before; its own are known to whoever it is. */
  #compare(word: number, marks: Marks, at: number, writes: boolean): void {
    const wrote = marks === this.#writes;
    const epoch = marks.epochs[at] as number;
    if (this.#clocks.knows(this.#agent, epoch)) return;
    const before = marks.ranges[at] as number;
    if (before === this.#range && (before & 1) === 1) return;
    const earlier = { site: marks.sites[at] as number, writes: wrote, atomic: (before & 1) === 1 };
    const later = { site: this.#site, writes, atomic: (this.#range & 1) === 1 };
    this.#found({
      earlier: { agent: cpuOfEpoch(epoch), ...earlier },
      later: { agent: this.#agent, ...later },
      word,
    });
  }
}
