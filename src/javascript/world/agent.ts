/**
 * An agent that steps: the code it is in the middle of, and the loop that says what comes next. All that it knows of the
 * others it has read, received or been woken by.
 */
import { type Agent, type Deferred, type Job, type Pending, running } from '../agent.ts';
import { Refusal } from '../error.ts';
import { newPromise } from '../language/promise/constructor.ts';
import { reject, resolveInto } from '../language/promise/promise.ts';
import { Makes, newPlace } from '../memory/places.ts';
import { Woken } from '../memory/wait.ts';
import type { At, Operation, Place, Running } from '../operation.ts';
import { sites } from '../sites.ts';
import type { End } from './channel.ts';
import { Course } from './course.ts';
import { clearAway, EndAll, type Mortal } from './ending.ts';
import type { ExitError } from './exit.ts';
import { HungError } from './hung.ts';
import { inOneStep } from './leave.ts';
import { Loop, type LoopOptions } from './loop.ts';
import type { Failed, Manners } from './manners.ts';
import { Moment } from './moment.ts';
import { Posted } from './posted.ts';
import { Recent, type Reread } from './recent.ts';
import { Start } from './starting.ts';
import { Task } from './task.ts';

/** The world, as an agent sees it. */
export interface Around {
  readonly agents: readonly WorldAgent[];
  readonly births: Place;
  startBehind(gone: Mortal, killer: Mortal, entry: () => Running): Mortal;
  performed(agent: WorldAgent, operation: Operation, isEffect: boolean, result: unknown): void;
  /** Something that it performs in the middle of a step, so that nobody could come between. */
  unpreempted(site: number): void;
  ended(agent: WorldAgent): void;
  /** `isTold`: to its maker, who may deal with it. */
  failed(agent: WorldAgent, failure: Failed, isTold: boolean): void;
  woken(by: Agent, woken: WorldAgent): void;
  put(by: WorldAgent, at: At): void;
  took(by: WorldAgent, at: At): void;
}

export interface AgentOptions {
  readonly name: string;
  readonly entry: Job;
  /** Its first code is a module, or all of it: microtasks come before process.nextTick's after it. */
  readonly isModule: boolean;
  readonly mayWait: boolean;
  readonly isImpatient: boolean;
  /** Its errors are told to its maker. */
  readonly isWorker: boolean;
  /** It has started for another that has ended: to clear away behind that. */
  readonly isUndertaker: boolean;
  /** What it has is not its own, and stays when it ends. */
  readonly leavesAll: boolean;
  readonly loop: LoopOptions;
}

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
  /** What it has of the platform (platform/realm.ts). */
  realm: unknown;
  /** Whether it has promised to come to an end, and has not yet. */
  owesEnd = false;
  /** Whether its first module still waits for what it awaits at its top. */
  isUnsettled: () => boolean = () => false;
  manners: Manners | undefined;
  operation: Operation | undefined;
  /** What it stood in front of when somebody ended it. */
  cutOff: Operation | undefined;
  readonly places: Makes;
  performed = 0;
  effects = 0;
  turns = 0;
  now = 0;
  exitCode: number | undefined;
  /** It goes round a loop without end. */
  hang: HungError | undefined;
  readonly recent = new Recent();
  readonly #options: AgentOptions;
  readonly #posted: Posted;
  readonly #course: Course;
  /** Whether a step has written that it is at its end: those that end with the whole process are not. */
  #isOver = false;

  constructor(id: number, world: Around, maker: WorldAgent | undefined, options: AgentOptions) {
    this.id = id;
    this.name = options.name;
    this.maker = maker;
    this.mayWait = options.mayWait;
    this.isImpatient = options.isImpatient;
    this.places = new Makes(options.name);
    this.#options = options;
    this.#course = new Course(this, options.entry, options.isModule);
    this.world = world;
    this.loop = new Loop(this, options.loop);
    this.life = newPlace('life', this, () => (this.#isOver ? 0 : 1));
    this.offspring = newPlace('agents', this, (n) => (n <= this.started ? 1 : 0));
    this.#posted = new Posted(this);
    this.loop.sources.add(this.#posted);
    this.now = maker?.now ?? 0;
    this.operation = new Start(maker);
  }

  get isDone(): boolean {
    return this.operation === undefined;
  }

  get isUndertaker(): boolean {
    return this.#options.isUndertaker;
  }

  get isHalted(): boolean {
    return this.#course.isHalted;
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
    this.world.put(this, at);
  }

  took(at: At, sent: number): void {
    this.now = Math.max(this.now, sent);
    this.effects++;
    this.world.took(this, at);
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
    if (by !== this) this.world.woken(by, this);
  }

  rejected(promise: object, reason: unknown): void {
    this.#course.rejected(promise, reason);
  }

  handled(promise: object): void {
    this.#course.handled(promise);
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
    this.world.unpreempted(operation.site);
    return this.performAlone(operation);
  }

  /** The same where nobody else runs. */
  performAlone(operation: Operation): unknown {
    const standing = this.operation;
    let next = operation;
    try {
      for (;;) {
        if (next.enabled?.() === false) throw this.#cannotWait(next);
        this.operation = next;
        const before = this.effects;
        this.performed++;
        const result = next.perform(this, 0);
        this.world.performed(this, next, this.effects !== before, result);
        if (this.operation === next) return result;
        next = this.operation;
      }
    } finally {
      this.operation = standing;
    }
  }

  /** Native code has called, which cannot be left. In the engine it would wait, so no other end is right. */
  #cannotWait(operation: Operation): Refusal {
    const what = `${operation.text()}, called by native code, which cannot be left here: have such code call a function`;
    const error = new Refusal(operation.site < 0 ? what : `${sites.where(operation.site)} ${what}`);
    this.refused(error);
    return error;
  }

  /** Its program may catch the error: it goes round without end all the same, and a worker's maker cannot deal with it. */
  hung(site: number): Error {
    const error = new HungError(this.name, site);
    this.hang ??= error;
    this.world.failed(this, { error, kind: 'uncaught' }, false);
    return error;
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
    this.world.performed(this, operation, this.effects !== before, isThrown ? undefined : result);
    if (isThrown || this.operation === operation) this.#course.goOn(result, isThrown);
    return result;
  }

  /** Ends it where it stands; its code is not gone on with. */
  halt(code: number): void {
    if (this.isDone) return;
    this.#course.isHalted = true;
    this.exitCode = code;
    if (running.agent === this) return;
    this.cutOff = this.operation;
    this.operation = undefined;
    this.world.ended(this);
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
  exit(code: number, asked?: ExitError): Running<never> {
    return this.#course.exit(code, asked);
  }

  /** Steps at its end. The main thread's is that of the process; all else that it has goes as that of a worker does. */
  *leaves(): Running {
    if (this.maker === undefined && this.children.size > 0) {
      yield new EndAll(this);
      this.children.clear();
    }
    if (!this.isUndertaker && !this.#options.leavesAll) yield* clearAway(this, this);
    return undefined;
  }

  goes(): void {
    this.#isOver ||= this.maker !== undefined;
  }

  gone(): void {
    this.world.ended(this);
  }

  failed(failure: Failed): void {
    this.world.failed(this, failure, this.#options.isWorker);
  }

  /** It has come to what cannot be run here. */
  refused(error: Error): void {
    this.failed({ error, kind: 'uncaught' });
  }

  get woken(): number {
    return this.#posted.waiting;
  }
}
