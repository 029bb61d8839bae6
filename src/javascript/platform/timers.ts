/** Timers, immediates and microtasks, whose callbacks can be left. */
import type { Job } from '../agent.ts';
import type { Immediate } from '../world/loop.ts';
import type { Timer } from '../world/timers.ts';
import { NOTHING } from '../language/lasting.ts';
import { reachOf, stampReach } from '../language/stamps.ts';
import { current } from '../world/current.ts';
import { callBack } from '../world/leave.ts';
import { abortError, wrongCallback } from './errors.ts';
import { listen, unlisten } from './event-target.ts';
import { hide } from './events.ts';
import { withInnards } from './kept.ts';
import { refusedFunction } from './refused.ts';

export interface TimerFunctions {
  readonly setTimeout: Function;
  readonly setInterval: Function;
  readonly setImmediate: Function;
  readonly clearTimeout: Function;
  readonly clearInterval: Function;
  readonly clearImmediate: Function;
  readonly queueMicrotask: Function;
}

export function makeTimers(): TimerFunctions {
  class Timeout {
    readonly #timer: Timer;
    constructor(job: Job, milliseconds: unknown, repeats: boolean) {
      const { loop, now } = current();
      this.#timer = loop.timers.set(job, milliseconds, repeats, now);
    }
    ref(): this {
      this.#timer.isRef = true;
      return this;
    }
    unref(): this {
      this.#timer.isRef = false;
      return this;
    }
    hasRef(): boolean {
      return this.#timer.isRef;
    }
    refresh(): this {
      const { loop, now } = current();
      if (this.#timer.isSet) loop.timers.start(this.#timer, now);
      return this;
    }
    close(): this {
      current().loop.timers.clear(this.#timer);
      return this;
    }
    [Symbol.toPrimitive](): number {
      return this.#timer.number;
    }
  }
  hide(Timeout.prototype, Symbol.dispose ?? Symbol.for('nodejs.dispose'), Timeout.prototype.close);

  class AgentImmediate {
    readonly #immediate: Immediate;
    constructor(job: Job) {
      this.#immediate = current().loop.setImmediate(job);
    }
    ref(): this {
      this.#immediate.isRef = true;
      return this;
    }
    unref(): this {
      this.#immediate.isRef = false;
      return this;
    }
    hasRef(): boolean {
      return this.#immediate.isRef && this.#immediate.isSet;
    }
    static clear(one: unknown): void {
      if (typeof one === 'object' && one !== null && #immediate in one) one.#immediate.isSet = false;
    }
  }
  Object.defineProperty(AgentImmediate, 'name', { value: 'Immediate' });

  const clear = (one: unknown): void => {
    if (one instanceof Timeout) one.close();
    else if (typeof one === 'number' || typeof one === 'string') {
      const { timers } = current().loop;
      const timer = timers.byNumber(Number(one));
      if (timer !== undefined) timers.clear(timer);
    }
  };
  const functions = {
    setTimeout(f: unknown, milliseconds?: unknown, ...args: unknown[]) {
      check(f);
      const timeout: Timeout = new Timeout(() => callBack(f, timeout, args), milliseconds, false);
      return timeout;
    },
    setInterval(f: unknown, milliseconds?: unknown, ...args: unknown[]) {
      check(f);
      const timeout: Timeout = new Timeout(() => callBack(f, timeout, args), milliseconds, true);
      return timeout;
    },
    setImmediate(f: unknown, ...args: unknown[]) {
      check(f);
      const immediate: AgentImmediate = new AgentImmediate(() => callBack(f, immediate, args));
      return immediate;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: (one: unknown) => AgentImmediate.clear(one),
    queueMicrotask(f: unknown) {
      check(f);
      current().enqueue(() => callBack(f, undefined, []));
    },
  };
  for (const one of Object.values(functions)) if (reachOf(one) === undefined) stampReach(one, NOTHING);
  return withInnards(functions, Timeout, AgentImmediate);
}

/** node:timers/promises */
export function makeTimerPromises(timers: TimerFunctions): object {
  const { setTimeout, setImmediate, clearTimeout, clearImmediate } = timers;
  const timeout = (milliseconds: unknown, value: unknown, options: unknown): unknown =>
    later((done) => setTimeout(done, milliseconds) as Started, clearTimeout, value, options);
  const immediate = (value: unknown, options: unknown): unknown =>
    later((done) => setImmediate(done) as Started, clearImmediate, value, options);
  return {
    setTimeout: timeout,
    setImmediate: immediate,
    setInterval: refusedFunction('timers/promises.setInterval is not there: set a timeout again and again'),
    scheduler: {
      wait: (milliseconds: unknown, options: unknown) => timeout(milliseconds, undefined, options),
      yield: () => immediate(undefined, undefined),
    },
  };
}

interface Started {
  unref(): void;
}

/** A promise of what a timer will give; a signal that is aborted before that clears the timer. */
function later(start: (done: () => void) => Started, clear: Function, value: unknown, options: unknown): unknown {
  const { promise, resolve, reject } = current().deferred();
  const { signal, ref } = (options ?? {}) as { signal?: { aborted: boolean; reason: unknown }; ref?: boolean };
  if (signal?.aborted === true) {
    reject(abortError(signal.reason));
    return promise;
  }
  const timer = start(() => {
    if (signal !== undefined) unlisten(signal, 'abort', aborted);
    resolve(value);
  });
  const aborted = (): void => {
    clear(timer);
    reject(abortError(signal?.reason));
  };
  if (signal !== undefined) listen(signal, 'abort', aborted, { once: true });
  if (ref === false) timer.unref();
  return promise;
}

function check(f: unknown): void {
  if (typeof f !== 'function') throw wrongCallback(f);
}
