/**
 * An agent that steps: the code it is in the middle of, and the loop that says what comes next. All that it knows of the
 * others it has read, received or been woken by.
 */
import { type Agent, type Deferred, type Job, type Pending, running } from '../agent.ts';
import { isRefusal } from '../error.ts';
import { newPromise } from '../language/promise/constructor.ts';
import { reject, resolveInto } from '../language/promise/promise.ts';
import { newPlace } from '../memory/places.ts';
import { Woken } from '../memory/wait.ts';
import type { At, Operation, Place, Running } from '../operation.ts';
import type { End } from './channel.ts';
import { clearAway, EndAll, type Mortal } from './ending.ts';
import { inOneStep } from './leave.ts';
import { Loop, type LoopOptions } from './loop.ts';
import type { Failed, Manners } from './manners.ts';
import { Moment } from './moment.ts';
import { Posted } from './posted.ts';
import { Recent, type Reread } from './recent.ts';
import { Start } from './starting.ts';
import { Halt, LastLook, Task } from './task.ts';

/** The world, as an agent sees it. */
interface Around {
  readonly agents: readonly WorldAgent[];
  readonly births: Place;
  startBehind(gone: Mortal, killer: Mortal, entry: () => Running): Mortal;
}

export interface AgentOptions {
  readonly name: string;
  readonly entry: Job;
  /** Its first code is a module, or all of it: microtasks come before process.nextTick's after it. */
  readonly isModule?: boolean;
  readonly mayWait?: boolean;
  readonly isImpatient?: boolean;
  readonly loop: LoopOptions;
  readonly world: Around;
  readonly maker: WorldAgent | undefined;
  /** It has started for another that has ended: to clear away behind that. */
  readonly isUndertaker?: boolean;
  /** What it has is not its own, and stays when it ends. */
  readonly leavesAll?: boolean;
  performed(agent: WorldAgent, operation: Operation, isEffect: boolean, result: unknown): void;
  /** Something that it performs in the middle of a step, so that nobody could come between. */
  unpreempted(site: number): void;
  ended(agent: WorldAgent): void;
  failed(agent: WorldAgent, failure: Failed): void;
  woken(by: Agent, woken: WorldAgent): void;
  put(by: WorldAgent, at: At): void;
  took(by: WorldAgent, at: At): void;
}

/** Code that is running, and what it is, as far as its end is concerned. */
type Part = 'entry' | 'job' | 'uncaught' | 'beforeExit' | 'exit' | 'last';

export class WorldAgent implements Mortal {
  readonly id: number;
  readonly name: string;
  readonly maker: WorldAgent | undefined;
  readonly mayWait: boolean;
  readonly isImpatient: boolean;
  readonly pending = new Set<Pending>();
  readonly loop: Loop;
  /** Every operation of it and of those behind it reads this, in effect, for they may be ended between any two. */
  readonly life: Place;
  /** Its n-th byte: whether it has started its n-th agent, from 1. */
  readonly offspring: Place;
  readonly world: Around;
  /** The ends of channels that it has. */
  readonly ends = new Set<End>();
  readonly unclaimed = new Set<End>();
  /** Agents that it has started, whatever for, and of those the workers. */
  started = 0;
  workers = 0;
  /** Its workers whose end it has not been told of. */
  readonly children = new Set<WorldAgent>();
  /** Of a worker: whether its maker lives as long as it does. */
  keepsMaker: () => boolean = () => false;
  /** Who clears away behind it, when somebody else has ended it. */
  undertaker: Mortal | undefined;
  /** Of the platform, per agent. */
  readonly realm = new Map<unknown, unknown>();
  /** Whether it has promised to come to an end, and has not yet. */
  owesEnd = false;
  manners: Manners | undefined;
  operation: Operation | undefined;
  /** What it stood in front of when somebody ended it. */
  cutOff: Operation | undefined;
  readonly places = new Map<string, number>();
  performed = 0;
  effects = 0;
  turns = 0;
  now = 0;
  exitCode: number | undefined;
  readonly recent = new Recent();
  readonly #options: AgentOptions;
  readonly #posted: Posted;
  readonly #rejections = new Map<object, unknown>();
  #entry: Job | undefined;
  #code: Running | undefined;
  #part: Part = 'entry';
  #isHalted = false;
  /** Whether a step has written that it is at its end: those that end with the whole process are not. */
  #isOver = false;
  #saidBeforeExit = false;
  #hasLooked = false;
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
    this.world = options.world;
    this.loop = new Loop(this, options.loop);
    this.life = newPlace('life', this, () => (this.#isOver ? 0 : 1));
    this.offspring = newPlace('agents', this, (n) => (n <= this.started ? 1 : 0));
    this.#posted = new Posted(this);
    this.loop.sources.add(this.#posted);
    this.now = options.maker?.now ?? 0;
    this.operation = new Start(options.maker);
  }

  get isDone(): boolean {
    return this.operation === undefined;
  }

  get isUndertaker(): boolean {
    return this.#options.isUndertaker === true;
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

  get promises(): Place {
    return this.#posted.place;
  }

  post(job: Job, by: Agent | undefined): void {
    this.#posted.push(job, by);
  }

  postAtAnyMoment(job: Job): void {
    this.loop.sources.add(new Moment(this.loop, job));
  }

  put(at: At): void {
    this.effects++;
    this.#options.put(this, at);
  }

  took(at: At, sent: number): void {
    this.now = Math.max(this.now, sent);
    this.effects++;
    this.#options.took(this, at);
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
    for (const { deadline, isWaiting } of this.pending) if (isWaiting) earliest = Math.min(earliest, deadline);
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
    if (running.agent === this) return;
    this.cutOff = this.operation;
    this.operation = undefined;
    this.#options.ended(this);
  }

  /** The same by a step that says so. */
  cut(code: number): void {
    this.halt(code);
    this.#isOver = true;
  }

  /** Ends all that it has started, and all that they have. */
  endOffspring(): void {
    this.#isOver = true;
    this.#endOffspring();
  }

  #endOffspring(): void {
    for (const one of this.world.agents) {
      if (one.maker !== this) continue;
      one.halt(1);
      one.#endOffspring();
    }
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
    if (this.#failure !== undefined && this.manners !== undefined) yield* this.manners.failed(this.#failure);
    if (this.maker === undefined && this.children.size > 0) {
      yield new EndAll(this);
      this.children.clear();
    }
    if (!this.isUndertaker && this.#options.leavesAll !== true) yield* clearAway(this, this);
    if (this.manners !== undefined) yield* this.manners.ended(this.exitCode ?? 0);
    this.#isHalted = true;
    this.#isOver ||= this.maker !== undefined;
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
    const isWoken = (): boolean => this.#posted.waiting > 0;
    if (loop.isAlive || (this.#hasLooked && isWoken())) {
      this.#saidBeforeExit = false;
      this.#hasLooked = false;
      this.operation = new Task(loop);
      return false;
    }
    // Whether somebody has woken one of them by now is not asked before.
    if (!this.#hasLooked && this.pending.size > 0) {
      this.#hasLooked = true;
      this.operation = new LastLook(isWoken, this.promises);
      return false;
    }
    this.#hasLooked = false;
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
    if (this.manners === undefined || isTelling || isRefusal(error)) {
      this.#fail(this.#suspect);
      return;
    }
    this.#part = 'uncaught';
    this.#code = this.manners.uncaught(error, 'uncaughtException');
  }

  /** It has come to what cannot be run here. */
  refused(error: Error): void {
    this.#options.failed(this, { error, kind: 'uncaught' });
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

  #end(): void {
    this.operation = undefined;
    this.#code = undefined;
    this.loop.stop();
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
