/**
 * An agent that steps: the code it is in the middle of, and the loop that says what comes next. All that it knows of the
 * others it has read, received or been woken by.
 */
import { type Agent, type Deferred, type Job, type Pending, running } from '../agent.ts';
import { newPromise } from '../language/promise/constructor.ts';
import { reject, resolveInto } from '../language/promise/promise.ts';
import { newPlace } from '../memory/places.ts';
import { Woken } from '../memory/wait.ts';
import type { Operation, Place, Running, Touch } from '../operation.ts';
import { inOneStep } from './leave.ts';
import { Loop } from './loop.ts';
import type { Failed, Manners } from './manners.ts';
import { Posted } from './posted.ts';
import { Recent, type Reread } from './recent.ts';
import { Halt, Start, Task } from './task.ts';

export interface AgentOptions {
  readonly name: string;
  readonly entry: Job;
  /** Its first code is a module, or all of it: microtasks come before process.nextTick's after it. */
  readonly isModule?: boolean;
  readonly mayWait?: boolean;
  readonly isImpatient?: boolean;
  readonly slack: number;
  readonly maker: WorldAgent | undefined;
  performed(agent: WorldAgent, operation: Operation, isEffect: boolean, result: unknown): void;
  /** Something that it performs in the middle of a step, so that nobody could come between. */
  unpreempted(site: number): void;
  ended(agent: WorldAgent): void;
  failed(agent: WorldAgent, failure: Failed): void;
  woken(by: Agent, woken: WorldAgent): void;
}

/** Code that is running, and what it is, as far as its end is concerned. */
type Part = 'entry' | 'job' | 'uncaught' | 'beforeExit' | 'exit' | 'last';

export class WorldAgent implements Agent {
  readonly id: number;
  readonly name: string;
  readonly maker: WorldAgent | undefined;
  readonly mayWait: boolean;
  readonly isImpatient: boolean;
  readonly pending = new Set<Pending>();
  readonly loop: Loop;
  /** Every operation of it reads this place, in effect, for somebody may end it between any two. */
  readonly life: Place;
  /** Its n-th byte: whether it has started its n-th agent, from 1. */
  readonly offspring: Place;
  /** Of the platform, per agent. */
  readonly realm = new Map<unknown, unknown>();
  /** Whether it has promised to come to an end, and has not yet. */
  owesEnd = false;
  manners: Manners | undefined;
  operation: Operation | undefined;
  readonly places = new Map<string, number>();
  children = 0;
  performed = 0;
  effects = 0;
  turns = 0;
  now = 0;
  exitCode: number | undefined;
  /** Every one is ended when it is. */
  readonly dependents = new Set<WorldAgent>();
  readonly recent = new Recent();
  readonly #options: AgentOptions;
  readonly #posted: Posted;
  readonly #rejections = new Map<object, unknown>();
  #entry: Job | undefined;
  #code: Running | undefined;
  #part: Part = 'entry';
  #isHalted = false;
  #saidBeforeExit = false;
  #failure: Failed | undefined;
  #suspect: Failed = { error: undefined, kind: 'uncaught' };

  constructor(id: number, options: AgentOptions) {
    this.id = id;
    this.name = options.name;
    this.maker = options.maker;
    this.mayWait = options.mayWait ?? true;
    this.isImpatient = options.isImpatient ?? false;
    this.#options = options;
    this.#entry = options.entry;
    this.loop = new Loop(this, options.slack);
    this.life = newPlace('life', this, () => (this.isDone ? 0 : 1));
    this.offspring = newPlace('agents', this, (n) => (n <= this.children ? 1 : 0));
    this.#posted = new Posted(this);
    this.loop.sources.add(this.#posted);
    this.now = options.maker?.now ?? 0;
    this.operation = new Start(options.maker);
  }

  get isDone(): boolean {
    return this.operation === undefined;
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** What it would be rereading to no purpose if it went on. */
  get reread(): Reread | undefined {
    return this.recent.reread;
  }

  enqueue(job: Job): void {
    this.loop.microtasks.push(job);
  }

  post(job: Job, touches: readonly Touch[]): void {
    this.#posted.push(job, touches);
  }

  stand(next: Operation): void {
    this.operation = next;
  }

  deferred(): Deferred {
    const promise = newPromise();
    return {
      promise,
      resolve: (value) => void inOneStep(resolveInto(promise, value)),
      reject: (reason) => reject(promise, reason),
    };
  }

  wokenBy(by: Agent | undefined): void {
    if (by === undefined) return;
    this.now = Math.max(this.now, by.now);
    if (by !== this) this.#options.woken(by, this);
  }

  rejected(promise: object, reason: unknown): void {
    this.#rejections.set(promise, reason);
  }

  handled(promise: object): void {
    this.#rejections.delete(promise);
  }

  idle(site: number, since: number): void {
    this.recent.idle(site, since, this.performed);
  }

  /** When the time of something it waits for is over; Infinity for never. */
  get deadline(): number {
    let earliest = this.operation instanceof Woken && !this.operation.enabled() ? this.operation.deadline : Infinity;
    for (const { deadline } of this.pending) earliest = Math.min(earliest, deadline);
    if (this.operation instanceof Task) earliest = Math.min(earliest, this.loop.timers.first?.deadline ?? Infinity);
    return earliest;
  }

  /** The time of what it waits for is over. */
  passTime(): void {
    const { deadline } = this;
    if (deadline === Infinity) return;
    this.now = Math.max(this.now, deadline);
    if (this.operation instanceof Woken && this.operation.deadline <= deadline) this.operation.timeOut();
    for (const one of Array.from(this.pending)) if (one.deadline <= deadline) one.timeOut();
  }

  perform(operation: Operation): unknown {
    this.#options.unpreempted(operation.site);
    return this.performAlone(operation);
  }

  /** The same where nobody else runs. */
  performAlone(operation: Operation): unknown {
    const standing = this.operation;
    let next = operation;
    try {
      for (;;) {
        if (next.enabled?.() === false) throw new Error(`${next.text()}: native code has called, and cannot wait`);
        this.operation = next;
        const before = this.effects;
        this.performed++;
        const result = next.perform(this, 0);
        this.#options.performed(this, next, this.effects !== before, result);
        if (this.operation === next) return result;
        next = this.operation;
      }
    } finally {
      this.operation = standing;
    }
  }

  hung(site: number): Error {
    return new HungError(this.name, site);
  }

  /** Performs what it stands in front of, and goes on to the next. Gives back what the operation came to. */
  step(value: number): unknown {
    const operation = this.operation as Operation;
    let result: unknown;
    let isThrown = false;
    const before = this.effects;
    this.performed++;
    this.turns = 0;
    try {
      result = operation.perform(this, value);
    } catch (error) {
      result = error;
      isThrown = true;
    }
    this.#options.performed(this, operation, this.effects !== before, isThrown ? undefined : result);
    if (isThrown || this.operation === operation) this.goOn(result, isThrown);
    return result;
  }

  /** Runs to the next operation, or to its end. */
  goOn(value: unknown, isThrown: boolean): void {
    let given = value;
    let throws = isThrown;
    for (;;) {
      if (this.#code !== undefined) {
        try {
          const next = throws ? this.#code.throw(given) : this.#code.next(given);
          if (this.#isHalted) return this.#end();
          if (!next.done) {
            this.operation = next.value;
            return;
          }
          this.#over(next.value);
        } catch (error) {
          if (this.#isHalted) return this.#end();
          this.#threw(error);
        }
        given = undefined;
        throws = false;
      }
      if (this.#isHalted) return this.#end();
      if (this.#code === undefined && !this.#begin()) return;
    }
  }

  /** Ends it where it stands; its code is not gone on with. */
  halt(code: number): void {
    if (this.isDone) return;
    this.#isHalted = true;
    this.exitCode = code;
    if (running.agent !== this) this.#end();
  }

  /** process.exit: what is said last is said, then there is nothing more. Never comes back. */
  *exit(code: number): Running<never> {
    this.exitCode = code;
    this.loop.stop();
    if (this.#part !== 'exit' && this.#part !== 'last') {
      this.#part = 'exit';
      if (this.manners !== undefined) this.exitCode = yield* this.manners.exit(code);
    }
    return yield* this.#last();
  }

  *#last(): Running<never> {
    this.#part = 'last';
    if (this.manners !== undefined) yield* this.manners.last(this.exitCode ?? 0, this.#failure);
    this.#isHalted = true;
    yield new Halt();
    throw new Error('it has ended');
  }

  /** Takes up what comes next. False when it stands in front of something, or has ended. */
  #begin(): boolean {
    const { loop } = this;
    const job = this.#entry ?? loop.next(() => this.#nextRejection());
    if (job !== undefined) {
      this.#part = this.#entry === undefined ? 'job' : 'entry';
      this.#entry = undefined;
      this.#run(job);
      return true;
    }
    if (loop.isAlive) {
      this.#saidBeforeExit = false;
      this.operation = new Task(this, loop, this.#pendingTouches());
      return false;
    }
    if (!this.#saidBeforeExit && this.manners !== undefined) {
      this.#saidBeforeExit = true;
      this.#code = this.manners.beforeExit();
      this.#part = 'beforeExit';
      return true;
    }
    this.#code = this.exit(this.exitCode ?? 0);
    return true;
  }

  #run(job: Job): void {
    try {
      const code = job();
      if (code === undefined) this.#over(undefined);
      else this.#code = code as Running;
    } catch (error) {
      this.#threw(error);
    }
  }

  #over(value: unknown): void {
    this.#code = undefined;
    if (this.#part === 'uncaught' && value !== true) {
      this.#fail(this.#suspect);
      return;
    }
    if (this.#part === 'uncaught') {
      this.#part = 'job';
      this.loop.errorHandled();
      return;
    }
    const isModule = this.#part === 'entry' && this.#options.isModule === true;
    this.#part = 'job';
    this.loop.callbackOver(isModule);
  }

  /** An error that nothing has caught: the program may have asked to be told; else that is its end. */
  #threw(error: unknown): void {
    const isTelling = this.#part === 'uncaught' || this.#part === 'exit' || this.#part === 'last';
    this.#suspect = { error, kind: 'uncaught' };
    this.#code = undefined;
    if (this.manners === undefined || isTelling) {
      this.#fail(this.#suspect);
      return;
    }
    this.#part = 'uncaught';
    this.#code = this.manners.uncaught(error, 'uncaughtException');
  }

  #fail(failure: Failed): void {
    const isLast = this.#part === 'last';
    this.#failure ??= failure;
    this.#options.failed(this, failure);
    this.exitCode = 1;
    if (isLast) this.halt(1);
    else this.#code = this.#part === 'exit' ? this.#last() : this.exit(1);
  }

  #nextRejection(): Job | undefined {
    const [first] = this.#rejections;
    if (first === undefined) return undefined;
    const [promise, reason] = first;
    this.#rejections.delete(promise);
    return () => this.#tell(promise, reason);
  }

  *#tell(promise: object, reason: unknown): Running {
    if (this.manners !== undefined && (yield* this.manners.rejected(promise, reason))) return true;
    this.#suspect = { error: reason, kind: 'rejection' };
    this.#part = 'uncaught';
    return this.manners !== undefined && (yield* this.manners.uncaught(reason, 'unhandledRejection'));
  }

  #pendingTouches(): Touch[] {
    return [...this.pending].flatMap(({ touches }) => touches);
  }

  #end(): void {
    this.operation = undefined;
    this.#code = undefined;
    this.loop.stop();
    this.pending.clear();
    for (const one of this.dependents) one.halt(1);
    this.#options.ended(this);
  }
}

/** A loop that has gone round for long without coming to anything shared. */
export class HungError extends Error {
  readonly site: number;
  constructor(name: string, site: number) {
    super(`${name} goes round a loop without end, and comes to nothing shared`);
    this.name = 'HungError';
    this.site = site;
  }
}
