/**
 * The event loop of an agent, in the order that Node keeps:
 *
 *   after every callback  process.nextTick's, then microtasks, until there are none of either; then rejections
 *   the phases, in turn   timers, poll (messages, wake-ups), check (immediates), closing
 *
 * What Node leaves open is a choice: which of several ports comes first, whether a timer that is nearly due is due, and
 * whether what came in while poll was going on is seen before the immediates are. All that was there when poll began
 * comes before them, so what there is then is something that the agent goes by.
 */
import type { Job } from '../agent.ts';
import type { Place, Touch } from '../operation.ts';
import { Fifo } from './fifo.ts';
import { type Timer, Timers } from './timers.ts';

/** Where tasks come from: the end of a channel, the wake-ups of Atomics.waitAsync. */
export interface Source {
  /** For people: `message of port 1 of main`. */
  readonly text: string;
  /** How many tasks there are. */
  readonly waiting: number;
  /** Whether the agent lives as long as more may come. */
  readonly isRef: boolean;
  /** What the next task of it, or that there is none, depends on. */
  touches(): Touch[];
  /** What how many there are depends on. */
  countTouches(): Touch[];
  /** Whether there would be one if that held other values. */
  isThereIf(valueAt: ValueAt): boolean;
  /** Takes the first task off. */
  take(): Job;
  /** A task of its owner is about to be taken: what has come in and nobody listens to is over. */
  passes?(): void;
}

/** What a place holds, or might. */
export type ValueAt = (place: Place, byte: number) => number;

/** One way to go on. */
export interface Way {
  readonly text: string;
  take(): void;
}

export interface Immediate {
  readonly job: Job;
  isRef: boolean;
  isSet: boolean;
}

type Phase = 'timers' | 'poll' | 'check' | 'closing';
const NEXT: Readonly<Record<Phase, Phase>> = { timers: 'poll', poll: 'check', check: 'closing', closing: 'timers' };

export interface Clock {
  now: number;
}

export interface LoopOptions {
  /** Timers due within so many milliseconds may be due now, where there is something else to do; else time passes for all. */
  readonly slack: number;
  /**
   * Whether it goes by how many tasks there are when poll begins. That makes an order of what comes in and the beginning
   * of poll, so it is not asked of a loop with nothing but messages; what comes in is never owed there.
   */
  readonly counts: boolean;
}

export class Loop {
  readonly ticks = new Fifo<Job>();
  readonly microtasks = new Fifo<Job>();
  readonly timers = new Timers();
  readonly sources = new Set<Source>();
  readonly #immediates: Immediate[] = [];
  readonly #closing = new Fifo<Job>();
  /** Callbacks of this turn of a phase that are still to come. */
  readonly #batch = new Fifo<Job>();
  /** How many tasks of a source that were there when poll began are still to come. */
  #owed: Map<Source, number> | undefined;
  #phase: Phase = 'timers';
  #isDraining: 'ticks' | 'microtasks' | 'no' = 'no';
  /** Whether there was ever anything but messages. */
  #hasPhases = false;
  readonly #clock: Clock;
  readonly #options: LoopOptions;

  constructor(clock: Clock, options: LoopOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  setImmediate(job: Job): Immediate {
    this.#hasPhases = true;
    const immediate = { job, isRef: true, isSet: true };
    this.#immediates.push(immediate);
    return immediate;
  }

  close(job: Job): void {
    this.#hasPhases = true;
    this.#closing.push(job);
  }

  /** Whether it has had timers, immediates or close callbacks: then it matters how many messages there are when. */
  get hasPhases(): boolean {
    return this.#hasPhases || this.timers.count > 0;
  }

  /** A callback is over. That of a module is a microtask itself: microtasks come first after it. */
  callbackOver(isModule = false): void {
    if (this.#isDraining === 'no') this.#isDraining = this.ticks.length > 0 && !isModule ? 'ticks' : 'microtasks';
  }

  /** An error was dealt with. Microtasks go on; what else was to follow the callback follows an immediate, at the latest. */
  errorHandled(): void {
    if (this.#isDraining === 'microtasks') return;
    this.#isDraining = 'no';
    this.setImmediate(() => undefined);
  }

  /** The next job that needs no decision; undefined when there is none. `rejections` gives those to be told of. */
  next(rejections: () => Job | undefined): Job | undefined {
    for (;;) {
      if (this.#isDraining === 'ticks') {
        const tick = this.ticks.shift();
        if (tick !== undefined) return tick;
        this.#isDraining = 'microtasks';
      }
      if (this.#isDraining === 'microtasks') {
        const job = this.microtasks.shift();
        if (job !== undefined) return job;
        const told = this.ticks.length > 0 ? undefined : rejections();
        this.#isDraining = this.ticks.length > 0 || told !== undefined ? 'ticks' : 'no';
        if (told !== undefined) return told;
        if (this.#isDraining === 'ticks') continue;
      }
      return this.#batch.shift();
    }
  }

  /** The agent ends when nothing keeps it alive. */
  get isAlive(): boolean {
    if (this.#closing.length > 0 || this.timers.keepAlive) return true;
    for (const immediate of this.#immediates) if (immediate.isSet && immediate.isRef) return true;
    for (const source of this.sources) if (source.isRef) return true;
    return false;
  }

  /** Everything that the next task depends on. */
  touches(): Touch[] {
    const counts = this.#options.counts && this.#phase !== 'poll';
    const touches: Touch[] = [];
    for (const source of this.sources) touches.push(...source.touches(), ...(counts ? source.countTouches() : []));
    return touches;
  }

  /** Whether there is a way to go on: the quick form of ways(). */
  get isReady(): boolean {
    for (const source of this.sources) if (source.waiting > 0) return true;
    return this.#isReadyAlone;
  }

  /** The same if what its tasks depend on held other values. */
  isReadyIf(valueAt: ValueAt): boolean {
    for (const source of this.sources) if (source.isThereIf(valueAt)) return true;
    return this.#isReadyAlone;
  }

  /** By what nobody else has to do with. */
  get #isReadyAlone(): boolean {
    if (this.#closing.length > 0 || this.#immediates.length > 0) return true;
    const { first } = this.timers;
    return first !== undefined && first.deadline <= this.#clock.now;
  }

  /** The ways to go on from here. One that is taken later is taken as things are now. */
  ways(): Way[] {
    const ways: Way[] = [];
    let phase = this.#phase;
    for (let turn = 0; turn < 4; turn++) {
      if (turn > 0) phase = NEXT[phase];
      if (this.#waysOf(phase, phase === this.#phase && turn === 0, ways)) break;
    }
    return ways;
  }

  /** Adds the ways of a phase; true when the loop cannot get past it. */
  #waysOf(phase: Phase, isHere: boolean, ways: Way[]): boolean {
    if (phase === 'timers') return this.#timerWay(ways);
    if (phase === 'poll') return this.#pollWays(isHere, ways);
    if (phase === 'check') {
      this.#immediates.splice(0, this.#immediates.length, ...this.#immediates.filter(({ isSet }) => isSet));
      if (this.#immediates.length === 0) return false;
      ways.push({ text: 'immediates', take: () => this.#check() });
      return true;
    }
    if (this.#closing.length === 0) return false;
    ways.push({ text: 'close callbacks', take: () => this.#close() });
    return true;
  }

  #timerWay(ways: Way[]): boolean {
    const { first } = this.timers;
    if (first === undefined || first.deadline > this.#clock.now + this.#options.slack) return false;
    if (ways.some(({ text }) => text === 'timer')) return false;
    ways.push({ text: 'timer', take: () => this.#fire(first) });
    return first.deadline <= this.#clock.now;
  }

  #pollWays(isHere: boolean, ways: Way[]): boolean {
    const owed = (isHere ? this.#owed : this.#countNow()) ?? new Map<Source, number>();
    let isOwed = false;
    for (const source of this.sources) {
      if (source.waiting === 0) continue;
      ways.push({ text: source.text, take: () => this.#poll(source, owed) });
      if (!isHere || (owed.get(source) ?? 0) > 0) isOwed = true;
    }
    return isOwed;
  }

  #countNow(): Map<Source, number> {
    const owed = new Map<Source, number>();
    if (this.#options.counts) for (const one of this.sources) if (one.waiting > 0) owed.set(one, one.waiting);
    return owed;
  }

  #fire(timer: Timer): void {
    this.#phase = 'timers';
    this.#clock.now = Math.max(this.#clock.now, timer.deadline);
    this.timers.fired(timer);
    this.#batch.push(timer.job);
    if (!timer.repeats) return;
    this.#batch.push(() => {
      if (timer.isSet) this.timers.start(timer, this.#clock.now);
    });
  }

  #poll(source: Source, owed: Map<Source, number>): void {
    this.#phase = 'poll';
    this.#owed = owed;
    const before = owed.get(source) ?? 0;
    if (before > 0) owed.set(source, before - 1);
    this.#batch.push(source.take());
  }

  /** All that are there now; those that they set come in the next turn. */
  #check(): void {
    this.#phase = 'check';
    for (const immediate of this.#immediates.splice(0)) {
      this.#batch.push(() => {
        if (!immediate.isSet) return undefined;
        immediate.isSet = false;
        return immediate.job();
      });
    }
    this.#phase = 'closing';
  }

  #close(): void {
    this.#phase = 'timers';
    for (let n = this.#closing.length; n > 0; n--) this.#batch.push(this.#closing.shift() as Job);
  }

  /** Nothing more will be done. */
  stop(): void {
    this.ticks.clear();
    this.microtasks.clear();
    this.#batch.clear();
    this.#closing.clear();
    if (this.#immediates.length > 0) this.#immediates.length = 0;
    this.timers.clearAll();
    if (this.sources.size > 0) this.sources.clear();
    this.#isDraining = 'no';
  }
}
