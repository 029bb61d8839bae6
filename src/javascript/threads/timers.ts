/**
 * Timers of a thread, in virtual time: which of them is due when is the recording's, and each is begun when it is its turn. It
 * is named by how many the agent had set before, and by its delay, so one that is set otherwise here is another.
 */
import { timerText } from './turns.ts';

const LONGEST = 2 ** 31 - 1;

/** Whoever has them: is told of one that can be begun, and that there are others by now. */
export interface TimerOwner {
  arrived(what: string, run: () => void): void;
  changed(): void;
}

export class ThreadTimers {
  readonly #owner: TimerOwner;
  /** Those that are set, by number. */
  readonly #set = new Map<number, ThreadTimer>();
  #count = 0;

  constructor(owner: TimerOwner) {
    this.#owner = owner;
  }

  /** Puts them in place of the engine's. */
  install(): void {
    const set =
      (repeats: boolean) =>
      (f: unknown, milliseconds?: unknown, ...args: unknown[]): ThreadTimer => {
        if (typeof f !== 'function') throw new TypeError('The "callback" argument must be of type function.');
        const timer = new ThreadTimer(this, ++this.#count, milliseconds, repeats, () => Reflect.apply(f, timer, args));
        this.start(timer);
        return timer;
      };
    const clear = (one: unknown): void => {
      const timer = one instanceof ThreadTimer ? one : this.#set.get(Number(one));
      if (timer !== undefined) this.clear(timer);
    };
    Object.assign(globalThis, { setTimeout: set(false), setInterval: set(true) });
    Object.assign(globalThis, { clearTimeout: clear, clearInterval: clear });
  }

  /** Whether one of them keeps the agent alive. */
  get keepAlive(): boolean {
    return [...this.#set.values()].some(({ isRef }) => isRef);
  }

  start(timer: ThreadTimer): void {
    const isNew = !this.#set.has(timer.number);
    this.#set.set(timer.number, timer);
    if (isNew) this.#owner.arrived(timer.text, () => this.#fire(timer));
    this.#owner.changed();
  }

  clear(timer: ThreadTimer): void {
    timer.isCleared = true;
    this.#set.delete(timer.number);
    this.#owner.changed();
  }

  changed(): void {
    this.#owner.changed();
  }

  #fire(timer: ThreadTimer): void {
    if (!this.#set.delete(timer.number)) return;
    try {
      timer.run();
    } finally {
      if (timer.repeats && !timer.isCleared) this.start(timer);
      this.#owner.changed();
    }
  }
}

class ThreadTimer {
  readonly number: number;
  readonly repeats: boolean;
  readonly text: string;
  readonly run: () => void;
  readonly #timers: ThreadTimers;
  isRef = true;
  isCleared = false;

  constructor(timers: ThreadTimers, number: number, milliseconds: unknown, repeats: boolean, run: () => void) {
    const n = Number(milliseconds);
    this.#timers = timers;
    this.number = number;
    this.repeats = repeats;
    this.text = timerText({ number, delay: n >= 1 && n <= LONGEST ? Math.trunc(n) : 1 });
    this.run = run;
  }

  ref(): this {
    this.isRef = true;
    this.#timers.changed();
    return this;
  }

  unref(): this {
    this.isRef = false;
    this.#timers.changed();
    return this;
  }

  hasRef(): boolean {
    return this.isRef;
  }

  refresh(): this {
    if (!this.isCleared) this.#timers.start(this);
    return this;
  }

  close(): this {
    this.#timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.number;
  }
}
