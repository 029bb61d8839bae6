/** Timers of an agent, in virtual time: by when they are due, then in the order in which they were set. */
import type { Job } from '../agent.ts';

const LONGEST = 2 ** 31 - 1;

export interface Timer {
  readonly number: number;
  readonly job: Job;
  /** Milliseconds, as Node rounds them. */
  readonly delay: number;
  readonly repeats: boolean;
  deadline: number;
  /** Of those with one deadline, the one that was set first. */
  order: number;
  isRef: boolean;
  /** False once it was cleared. */
  isSet: boolean;
}

export class Timers {
  readonly #set = new Set<Timer>();
  /** How many were ever set. */
  count = 0;
  #orders = 0;

  set(job: Job, milliseconds: unknown, repeats: boolean, now: number): Timer {
    const n = Number(milliseconds);
    const delay = n >= 1 && n <= LONGEST ? Math.trunc(n) : 1;
    const number = ++this.count;
    const timer = { number, job, delay, repeats, deadline: 0, order: 0, isRef: true, isSet: false };
    this.start(timer, now);
    return timer;
  }

  /** Begins it anew. */
  start(timer: Timer, now: number): void {
    timer.deadline = now + timer.delay;
    timer.order = ++this.#orders;
    timer.isSet = true;
    this.#set.add(timer);
  }

  /** It is due: it is set no longer, unless it is set again. */
  fired(timer: Timer): void {
    this.#set.delete(timer);
  }

  clear(timer: Timer): void {
    timer.isSet = false;
    this.#set.delete(timer);
  }

  byNumber(number: number): Timer | undefined {
    for (const timer of this.#set) if (timer.number === number) return timer;
    return undefined;
  }

  get first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#set) if (first === undefined || isBefore(timer, first)) first = timer;
    return first;
  }

  get keepAlive(): boolean {
    for (const timer of this.#set) if (timer.isRef) return true;
    return false;
  }

  clearAll(): void {
    if (this.#set.size === 0) return;
    for (const timer of this.#set) timer.isSet = false;
    this.#set.clear();
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.order < b.order);
}
