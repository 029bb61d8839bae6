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

/** An access that is about to be noted. */
interface Access {
  readonly agent: number;
  readonly range: number;
  readonly site: number;
  readonly writes: boolean;
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
    const { kind, touches, site } = operation;
    if (HANDED_BY_ITSELF.has(kind)) return;
    const wrote = operation.wrote?.(result) ?? true;
    for (const touch of touches) {
      const writes = touch.writes && wrote;
      if (touch.place.isMemory) this.#access(touch, { agent: agent.id, site, writes, reads: kind !== 'store' });
      else this.#meet(agent.id, this.#words.of(touch.place, touch.from), writes);
    }
  }

  /** What is no memory orders all that comes to it, and so does memory that has no words of its own: no race is made up. */
  #meet(agent: number, word: number, writes: boolean): void {
    this.#clocks.acquire(agent, word, true);
    if (writes) this.#clocks.releaseShared(agent, word);
  }

  #access({ place, from, to, atomic }: Touch, does: Omit<Access, 'range'> & { readonly reads: boolean }): void {
    const { agent, writes } = does;
    const first = this.#words.of(place, from);
    if (first === OVERFLOW) {
      this.#meet(agent, first, writes);
      return;
    }
    const range = first * 16 + Math.min(to - from, 7) * 2 + (atomic ? 1 : 0);
    // Reads what a write of the same range published: all its bytes are of that write, or it was torn.
    if (atomic && does.reads && this.#writes.ranges[first] === range) this.#clocks.acquire(agent, first, false);
    const access = { ...does, range };
    for (let byte = from; byte < to; byte++) {
      const word = this.#words.of(place, byte);
      if (word !== OVERFLOW) this.#byte(word, access);
    }
    if (atomic && writes) this.#clocks.release(agent, first);
  }

  #byte(word: number, access: Access): void {
    const { agent, writes } = access;
    const reads = word * this.#agents;
    this.#compare(word, access, this.#writes, word, true);
    if (writes) {
      for (let other = 0; other < this.#agents; other++) {
        if (other !== agent) this.#compare(word, access, this.#reads, reads + other, false);
      }
    }
    const [marks, at] = writes ? [this.#writes, word] : [this.#reads, reads + agent];
    marks.epochs[at] = this.#clocks.epochs[agent] as number;
    marks.sites[at] = access.site;
    marks.ranges[at] = access.range;
  }

  /** Holds an access against one that left its mark before; its own are known to whoever it is. */
  #compare(word: number, { agent, range, site, writes }: Access, marks: Marks, at: number, wrote: boolean): void {
    const epoch = marks.epochs[at] as number;
    if (this.#clocks.knows(agent, epoch)) return;
    const before = marks.ranges[at] as number;
    if (before === range && (range & 1) === 1) return;
    const earlier = {
      agent: cpuOfEpoch(epoch),
      site: marks.sites[at] as number,
      writes: wrote,
      atomic: (before & 1) === 1,
    };
    this.#found({ earlier, later: { agent, site, writes, atomic: (range & 1) === 1 }, word });
  }
}
