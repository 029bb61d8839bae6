/**
 * Promises of Atomics.waitAsync that were woken, as tasks of their agent, in the order in which they were. Who wakes puts
 * them there in a step of its own (Post): which lists they were on says nothing of that order.
 */
import type { Agent, Job } from '../agent.ts';
import { newPlace } from '../memory/places.ts';
import type { Place, Touch } from '../operation.ts';
import { Fifo } from './fifo.ts';
import type { Source, ValueAt } from './loop.ts';

interface PostedJob {
  readonly job: Job;
  /** The clock of who put it there. */
  readonly at: number;
  /** Nobody has woken it: its time was over. */
  readonly isOver: boolean;
}

export class Posted implements Source {
  readonly text = 'a promise of Atomics.waitAsync';
  /** Those that are there keep it alive, but that is for a step to say (LastLook). */
  readonly isRef = false;
  /** Byte 0: how many there have been; byte n: whether the n-th is there, from 1. */
  readonly place: Place;
  readonly #owner: Agent;
  readonly #jobs = new Fifo<PostedJob>();
  #came = 0;

  constructor(owner: Agent) {
    this.#owner = owner;
    this.place = newPlace('promises', owner, (byte) => (byte === 0 ? this.#came : Number(byte <= this.#came)));
  }

  get waiting(): number {
    return this.#jobs.length;
  }

  /** Whether the first of them was not woken by anybody. */
  get isOver(): boolean {
    return this.#jobs.first?.isOver === true;
  }

  push(job: Job, by: Agent | undefined): void {
    const byte = ++this.#came;
    this.#jobs.push({ job, at: by?.now ?? 0, isOver: by === undefined });
    by?.put({ place: this.place, byte });
  }

  touches(): Touch[] {
    return [{ place: this.place, from: 0, to: 1, writes: false, atomic: true }];
  }

  countTouches(): Touch[] {
    return this.touches();
  }

  isThereIf(valueAt: ValueAt): boolean {
    return valueAt(this.place, 0) > this.#came - this.waiting;
  }

  take(): Job {
    const byte = this.#came - this.waiting + 1;
    const { job, at } = this.#jobs.shift() as PostedJob;
    this.#owner.took({ place: this.place, byte }, at);
    return job;
  }
}
