/**
 * Atomics.wait, waitAsync and notify (ECMA-262, 25.4.3). To compare and to enter the list is one step. A wait ends by a
 * notify that takes it off the list, first come first woken, or when its time is over; never by itself.
 *
 * Wait and notify are ordered by the list, a place of its own beside the memory; only the compare reads memory. A promise
 * that is woken becomes a task of its agent in a step behind that (Post), for other lists wake promises of that agent too.
 */
import { type Agent, type Deferred, type Pending, running } from '../agent.ts';
import type { Operation, Place, Touch } from '../operation.ts';
import { atomicText, atomicTouch } from './atomic-touch.ts';
import { isAmong, type Waiter, type Waiters } from './places.ts';
import type { SharedView } from './views.ts';

type Result = 'ok' | 'timed-out';
type Args = readonly unknown[];

/** A wait; of an agent that is impatient a choice first, whether its time is over before anybody wakes it. */
export function waitOf(shared: SharedView | undefined, at: number | undefined, args: Args, site: number): Operation {
  const wait = new Wait(shared, at, args, site);
  if (!isImpatient(args)) return wait;
  return new Patience(wait, new Wait(shared, at, [...args.slice(0, 3), 0], site));
}

/** The same of a promise: it is on no list, and is settled at any moment from then on. */
export function waitAsyncOf(
  shared: SharedView | undefined,
  at: number | undefined,
  args: Args,
  site: number,
): Operation {
  const wait = new WaitAsync(shared, at, args, site);
  return isImpatient(args) ? new Patience(wait, new WaitAsync(shared, at, args, site, true)) : wait;
}

function isImpatient(args: Args): boolean {
  const milliseconds = timeout(args[3]);
  return running.agent?.isImpatient === true && Number.isFinite(milliseconds) && milliseconds > 0;
}

/** To time out is the same as not to wait: whoever is not woken does nothing until it goes on, which may be at any moment. */
class Patience implements Operation {
  readonly kind = 'choose';
  readonly values = 2;
  readonly touches: readonly Touch[] = [];
  readonly site: number;
  readonly #wait: ListCall;
  readonly #over: ListCall;

  constructor(wait: ListCall, over: ListCall) {
    this.site = wait.site;
    this.#wait = wait;
    this.#over = over;
  }

  text(): string {
    return `whether ${this.#wait.text()} times out`;
  }

  perform(agent: Agent, value: number): undefined {
    agent.stand(value === 1 ? this.#over : this.#wait);
    return undefined;
  }
}

/** A call about the agents that wait for an element. */
abstract class ListCall implements Operation {
  /** Its name among Atomics, too. */
  abstract readonly kind: 'wait' | 'waitAsync' | 'notify';
  readonly touches: readonly Touch[];
  readonly site: number;
  protected readonly shared: SharedView | undefined;
  protected readonly at: number | undefined;
  protected readonly args: Args;

  constructor(
    touches: readonly Touch[],
    shared: SharedView | undefined,
    at: number | undefined,
    args: Args,
    site: number,
  ) {
    this.touches = touches;
    this.shared = shared;
    this.at = at;
    this.args = args;
    this.site = site;
  }

  text(): string {
    return atomicText(this.kind, this.args);
  }

  abstract perform(agent: Agent): unknown;
}

export class Wait extends ListCall {
  readonly kind = 'wait';

  constructor(shared: SharedView | undefined, at: number | undefined, args: Args, site: number) {
    super(waitTouches(shared, at), shared, at, args, site);
  }

  perform(agent: Agent): unknown {
    const milliseconds = timeout(this.args[3]);
    if (!agent.mayWait) throw new TypeError('Atomics.wait cannot be called in this context');
    const result = compared(this.args);
    if (result !== undefined) return result;
    if (milliseconds === 0) return 'timed-out';
    const { waiters } = (this.shared as SharedView).place;
    const deadline = agent.now + milliseconds;
    const woken = new Woken(agent, waiters, this.at as number, deadline, this.site, this.args);
    waiters.list.push(woken);
    agent.effects++;
    agent.stand(woken);
    return undefined;
  }
}

/** On the list, until it is woken or its time is over. */
abstract class OnList implements Waiter {
  abstract readonly isAsync: boolean;
  readonly touches: readonly Touch[];
  readonly waiters: Waiters;
  readonly agent: Agent;
  readonly at: number;
  readonly deadline: number;
  readonly site: number;

  constructor(agent: Agent, waiters: Waiters, at: number, deadline: number, site: number) {
    this.agent = agent;
    this.waiters = waiters;
    this.at = at;
    this.deadline = deadline;
    this.site = site;
    this.touches = [listTouch(waiters, at, false)];
  }

  abstract wake(result: Result, by: Agent | undefined): void;

  timeOut(): void {
    if (this.waiters.remove(this)) this.wake('timed-out', undefined);
  }

  leave(): void {
    this.waiters.remove(this);
  }
}

/** Goes on once it was woken. Both the waiter on the list and what its agent stands in front of. */
export class Woken extends OnList implements Operation {
  readonly kind = 'woken';
  readonly isAsync = false;
  readonly #args: Args;
  #result: Result | undefined;

  constructor(agent: Agent, waiters: Waiters, at: number, deadline: number, site: number, args: Args) {
    super(agent, waiters, at, deadline, site);
    this.#args = args;
  }

  text(): string {
    const call = atomicText('wait', this.#args);
    return this.#result === undefined ? `sleeps in ${call}` : `${call} = ${this.#result}`;
  }

  /** Whether the element is what it was when the wait began. */
  get isUnchanged(): boolean {
    return compared(this.#args) === undefined;
  }

  enabled(): boolean {
    return this.#result !== undefined;
  }

  enabledIf(valueAt: (place: Place, byte: number) => number): boolean {
    return !isAmong(valueAt(this.waiters, this.at), this.agent);
  }

  wake(result: Result, by: Agent | undefined): void {
    this.#result = result;
    this.agent.wokenBy(by);
  }

  perform(): Result | undefined {
    return this.#result;
  }
}

/** A promise on the list: it is settled by a task of its agent. */
class Promised extends OnList implements Pending {
  readonly isAsync = true;
  readonly #deferred: Deferred;

  constructor(agent: Agent, waiters: Waiters, at: number, deadline: number, site: number, deferred: Deferred) {
    super(agent, waiters, at, deadline, site);
    this.#deferred = deferred;
  }

  text(): string {
    return 'a promise of Atomics.waitAsync';
  }

  get isWaiting(): boolean {
    return this.waiters.list.includes(this);
  }

  /** Until its task has come up the agent knows of nothing. */
  wake(result: Result, by: Agent | undefined): void {
    const settle = (): void => {
      this.agent.pending.delete(this);
      this.#deferred.resolve(result);
    };
    this.agent.post(settle, by);
  }
}

/** Promises that a notify has taken off their list become tasks of their agents. It comes to what the notify comes to. */
export class Post implements Operation {
  readonly kind = 'send';
  readonly site: number;
  readonly touches: readonly Touch[];
  readonly #woken: readonly Waiter[];
  readonly #count: number;

  constructor(woken: readonly Waiter[], count: number, site: number) {
    this.#woken = woken;
    this.#count = count;
    this.site = site;
    const places = new Set(woken.map(({ agent }) => agent.promises));
    this.touches = [...places].map((place) => ({ place, from: 0, to: 1, writes: true, atomic: true }));
  }

  text(): string {
    return `settles ${this.#woken.length === 1 ? 'a promise' : 'promises'} of Atomics.waitAsync`;
  }

  perform(agent: Agent): number {
    for (const waiter of this.#woken) waiter.wake('ok', agent);
    return this.#count;
  }
}

/** An agent that ends is on no list any more. */
export class Leave implements Operation {
  readonly kind = 'notify';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #left: readonly Pick<Pending, 'leave'>[];

  constructor(left: readonly Pick<Pending, 'leave' | 'touches'>[]) {
    this.#left = left;
    this.touches = left.flatMap(({ touches }) => touches.map((touch) => ({ ...touch, writes: true })));
  }

  text(): string {
    return 'waits no longer';
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    for (const one of this.#left) one.leave();
    return undefined;
  }
}

export class WaitAsync extends ListCall {
  readonly kind = 'waitAsync';
  /** Whether its time is over before anybody wakes it. */
  readonly #isOver: boolean;

  constructor(shared: SharedView | undefined, at: number | undefined, args: Args, site: number, isOver = false) {
    super(waitTouches(shared, at), shared, at, args, site);
    this.#isOver = isOver;
  }

  perform(agent: Agent): { async: boolean; value: unknown } {
    const milliseconds = timeout(this.args[3]);
    const result = compared(this.args);
    if (result !== undefined) return { async: false, value: result };
    if (milliseconds === 0) return { async: false, value: 'timed-out' };
    const { waiters } = (this.shared as SharedView).place;
    const deferred = agent.deferred();
    agent.effects++;
    if (this.#isOver) {
      agent.postAtAnyMoment(() => deferred.resolve('timed-out'));
      return { async: true, value: deferred.promise };
    }
    const promised = new Promised(agent, waiters, this.at as number, agent.now + milliseconds, this.site, deferred);
    waiters.list.push(promised);
    agent.pending.add(promised);
    return { async: true, value: deferred.promise };
  }
}

export class Notify extends ListCall {
  readonly kind = 'notify';

  constructor(shared: SharedView | undefined, at: number | undefined, args: Args, site: number) {
    super(notifyTouches(shared, at), shared, at, args, site);
  }

  perform(agent: Agent): number {
    // The engine's own has nobody to wake: it checks, and says what is wrong.
    Reflect.apply(Atomics.notify, Atomics, this.args.slice(0, 3));
    if (this.shared === undefined || this.at === undefined) return 0;
    const count = this.args[2] === undefined ? Infinity : Math.max(0, Math.trunc(Number(this.args[2])) || 0);
    const { waiters } = this.shared.place;
    const found = waiters.list.filter((waiter) => waiter.at === this.at).slice(0, count);
    for (const waiter of found) waiters.remove(waiter);
    for (const waiter of found) if (!waiter.isAsync) waiter.wake('ok', agent);
    if (found.length > 0) agent.effects++;
    const promises = found.filter(({ isAsync }) => isAsync);
    if (promises.length > 0) agent.stand(new Post(promises, found.length, this.site));
    return found.length;
  }
}

function notifyTouches(shared: SharedView | undefined, at: number | undefined): Touch[] {
  return shared === undefined || at === undefined ? [] : [listTouch(shared.place.waiters, at, true)];
}

/** Undefined when the element is what was expected. What cannot be waited for is the engine's to refuse. */
function compared(args: Args): 'not-equal' | undefined {
  const found = Reflect.apply(Atomics.wait, Atomics, [args[0], args[1], args[2], 0]);
  return found === 'not-equal' ? found : undefined;
}

function timeout(value: unknown): number {
  const milliseconds = Number(value);
  return Number.isNaN(milliseconds) ? Infinity : Math.max(milliseconds, 0);
}

function waitTouches(shared: SharedView | undefined, at: number | undefined): Touch[] {
  if (shared === undefined || at === undefined) return [];
  return [...atomicTouch(shared, at, false), listTouch(shared.place.waiters, at, true)];
}

export function listTouch(waiters: Waiters, at: number, writes: boolean): Touch {
  return { place: waiters, from: at, to: at + 1, writes, atomic: true };
}
