/**
 * Data races by the memory model of ECMAScript (ECMA-262, 29): two accesses of different agents whose ranges overlap, one of
 * them a write, at least one of them plain or of another range than the other, and neither happens before the other.
 *
 * What orders
 *   Atomics          who reads what a sequentially consistent write of the very same range wrote
 *   notify           who woke before who was woken, and everybody who comes to a list of waiters before who comes later
 *   messages         who sent before who receives, by way of the port's queue
 *   starting         who starts an agent before all that it does
 *
 * Happens-before by vector clocks with the epochs of FastTrack (Flanagan, Freund, PLDI 2009), byte by byte. An interleaving
 * is sequentially consistent, and a race says that others would be allowed: a program without races has no others
 * (29.10, "data race freedom").
 */
import type { Agent } from '../agent.ts';
import type { Operation, Touch } from '../operation.ts';
import { OVERFLOW, WORDS, type Words } from '../words.ts';
import { Clocks } from './clocks.ts';

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

/** What an access leaves at each of its bytes: who, when, where; and of which range, since ranges tell Atomics apart. */
class Shadow {
  readonly times: Int32Array;
  readonly sites: Int32Array;
  /** First word * 16 + bytes * 2 + 1 when it is sequentially consistent. */
  readonly ranges: Int32Array;

  constructor(size: number) {
    this.times = new Int32Array(size);
    this.sites = new Int32Array(size);
    this.ranges = new Int32Array(size);
  }

  set(at: number, time: number, site: number, range: number): void {
    this.times[at] = time;
    this.sites[at] = site;
    this.ranges[at] = range;
  }
}

export class Races {
  readonly #words: Words;
  readonly #agents: number;
  #clocks: Clocks;
  readonly #writers = new Int32Array(WORDS);
  #writes: Shadow;
  /** Word * agents + agent. */
  #reads: Shadow;
  readonly #found: (race: Race) => void;

  /** `found` is told of every race, those seen before again. */
  constructor(words: Words, agents: number, found: (race: Race) => void) {
    this.#words = words;
    this.#agents = agents;
    this.#found = found;
    this.#clocks = new Clocks(agents);
    this.#writes = new Shadow(WORDS);
    this.#reads = new Shadow(WORDS * agents);
  }

  /** A new execution. */
  begin(): void {
    if (this.#clocks.begin()) return;
    this.#clocks = new Clocks(this.#agents);
    this.#writes = new Shadow(WORDS);
    this.#reads = new Shadow(WORDS * this.#agents);
    this.#clocks.begin();
  }

  woken(by: Agent | undefined, agent: Agent): void {
    if (by !== undefined) this.#clocks.join(agent.id, by.id);
  }

  started(by: Agent | undefined, agent: Agent): void {
    if (by === undefined) return;
    this.#clocks.join(agent.id, by.id);
    this.#clocks.tick(by.id);
  }

  performed(agent: Agent, { kind, touches, site }: Operation): void {
    let publishes = false;
    for (const touch of touches) {
      if (touch.place.isMemory) this.#access(agent.id, touch, site, kind !== 'store');
      else this.#meet(agent.id, touch);
      publishes ||= touch.writes && (touch.atomic || !touch.place.isMemory);
    }
    if (publishes) this.#clocks.tick(agent.id);
  }

  /** What is no memory orders all that comes to it, and so does memory that has no words of its own: no race is made up. */
  #meet(agent: number, { place, from, writes }: Pick<Touch, 'place' | 'from' | 'writes'>): void {
    const word = this.#words.of(place, from);
    this.#clocks.acquire(agent, word);
    if (writes) this.#clocks.publishToo(agent, word);
  }

  #access(agent: number, { place, from, to, writes, atomic }: Touch, site: number, reads: boolean): void {
    const first = this.#words.of(place, from);
    if (first === OVERFLOW) {
      this.#meet(agent, { place, from, writes });
      return;
    }
    const bytes = to - from;
    const range = first * 16 + (bytes > 7 ? 7 : bytes) * 2 + (atomic ? 1 : 0);
    // Reads what a write of the same range published: all its bytes are of that write, or it was torn.
    if (atomic && reads && this.#writes.ranges[first] === range) this.#clocks.acquire(agent, first);
    for (let byte = from; byte < to; byte++) {
      const word = this.#words.of(place, byte);
      if (word !== OVERFLOW) this.#byte(agent, word, range, site, writes);
    }
    if (atomic && writes) this.#clocks.publish(agent, first);
  }

  #byte(agent: number, word: number, range: number, site: number, writes: boolean): void {
    const writer = this.#writers[word] as number;
    const time = this.#clocks.time(agent);
    if (writer !== agent) this.#compare(agent, word, range, site, writes, this.#writes, word, writer, true);
    const reads = word * this.#agents;
    if (writes) {
      for (let other = 0; other < this.#agents; other++) {
        if (other !== agent) this.#compare(agent, word, range, site, writes, this.#reads, reads + other, other, false);
      }
      this.#writers[word] = agent;
      this.#writes.set(word, time, site, range);
    } else this.#reads.set(reads + agent, time, site, range);
  }

  /** Holds an access against one that left its mark before. */
  #compare(
    agent: number,
    word: number,
    range: number,
    site: number,
    writes: boolean,
    marks: Shadow,
    at: number,
    other: number,
    wrote: boolean,
  ): void {
    if (this.#clocks.knows(agent, other, marks.times[at] as number)) return;
    const before = marks.ranges[at] as number;
    if (before === range && (range & 1) === 1) return;
    this.#found({
      earlier: { agent: other, site: marks.sites[at] as number, writes: wrote, atomic: (before & 1) === 1 },
      later: { agent, site, writes, atomic: (range & 1) === 1 },
      word,
    });
  }
}
