/**
 * Vector clocks of agents. Times only grow, from one execution to the next too: an execution begins with everybody knowing
 * everything so far, so what is left over from the last one has happened before, and nothing needs to be cleared.
 */
import { WORDS } from '../words.ts';

/** A clock that carries what a write, a message or a waker knew. */
export type Stamp = Int32Array;

export class Clocks {
  readonly agents: number;
  /** Of agent a: from a * agents on. */
  readonly #clocks: Int32Array;
  /** By word: what the last sequentially consistent write of it published. */
  readonly #published: (Stamp | undefined)[] = Array.from({ length: WORDS });

  constructor(agents: number) {
    this.agents = agents;
    this.#clocks = new Int32Array(agents * agents);
  }

  /** Everybody knows everything, and enters a new time. False when the times are used up. */
  begin(): boolean {
    const known = this.#clocks.reduce((most, time) => Math.max(most, time), 0);
    this.#clocks.fill(known);
    for (let agent = 0; agent < this.agents; agent++) this.tick(agent);
    return known < 1 << 30;
  }

  /** The time that an agent is in. */
  time(agent: number): number {
    return this.#clocks[agent * this.agents + agent] as number;
  }

  tick(agent: number): void {
    const at = agent * this.agents + agent;
    this.#clocks[at] = (this.#clocks[at] as number) + 1;
  }

  /** Whether what an agent did at a time is ordered before what another one does now. */
  knows(agent: number, of: number, time: number): boolean {
    return (this.#clocks[agent * this.agents + of] as number) >= time;
  }

  /** An agent takes over all that another one knows. */
  join(agent: number, other: number): void {
    this.#take(agent, this.#clocks, other * this.agents);
  }

  /** Publishes what an agent knows through a word, in place of what was published before. */
  publish(agent: number, word: number): void {
    const from = agent * this.agents;
    this.#published[word] ??= new Int32Array(this.agents);
    this.#published[word].set(this.#clocks.subarray(from, from + this.agents));
  }

  /** Adds to what was published. */
  publishToo(agent: number, word: number): void {
    const stamp = (this.#published[word] ??= new Int32Array(this.agents));
    for (let i = 0; i < this.agents; i++) {
      const time = this.#clocks[agent * this.agents + i] as number;
      if (time > (stamp[i] as number)) stamp[i] = time;
    }
  }

  acquire(agent: number, word: number): void {
    const stamp = this.#published[word];
    if (stamp !== undefined) this.#take(agent, stamp, 0);
  }

  #take(agent: number, from: Int32Array, at: number): void {
    const to = agent * this.agents;
    for (let i = 0; i < this.agents; i++) {
      const time = from[at + i] as number;
      if (time > (this.#clocks[to + i] as number)) this.#clocks[to + i] = time;
    }
  }
}
