/**
 * What an agent's program is in the middle of: the code that runs, and what comes when that is over. First its entry, then
 * jobs of the event loop; when nothing keeps it alive, what it says before its end and at it; an error that nobody caught
 * goes to the program's own handlers first. All of it is code that can be left at any operation.
 */
import type { Job } from '../agent.ts';
import { isRefusal, OwnFault } from '../error.ts';
import type { Operation, Place, Running } from '../operation.ts';
import { ExitError } from './exit.ts';
import type { Loop } from './loop.ts';
import type { Failed, Manners } from './manners.ts';
import { Halt, LastLook, Task } from './task.ts';

/** The agent, as its course needs it. */
interface Walker {
  readonly loop: Loop;
  readonly manners: Manners | undefined;
  operation: Operation | undefined;
  exitCode: number | undefined;
  /** Promises of Atomics.waitAsync that are not settled; those of them that were woken, and how many of these there are. */
  readonly pending: ReadonlySet<unknown>;
  readonly promises: Place;
  readonly woken: number;
  /** Steps at its end. */
  leaves(): Running;
  /** The next step is its last. */
  goes(): void;
  /** It has come to its end. */
  gone(): void;
  failed(failure: Failed): void;
}

/** Code that is running, and what it is, as far as its end is concerned. */
type Part = 'entry' | 'job' | 'uncaught' | 'beforeExit' | 'exit' | 'last';

export class Course {
  /** Its code is not gone on with. */
  isHalted = false;
  readonly #agent: Walker;
  /** Its first code is a module. */
  readonly #isModule: boolean;
  readonly #rejections = new Map<object, unknown>();
  #entry: Job | undefined;
  #code: Running | undefined;
  #part: Part = 'entry';
  #saidBeforeExit = false;
  #hasLooked = false;
  #failure: Failed | undefined;
  /** Where it has asked for its end. */
  #asked: ExitError | undefined;
  #suspect: Failed = { error: undefined, kind: 'uncaught' };

  constructor(agent: Walker, entry: Job, isModule: boolean) {
    this.#agent = agent;
    this.#entry = entry;
    this.#isModule = isModule;
  }

  rejected(promise: object, reason: unknown): void {
    this.#rejections.set(promise, reason);
  }

  handled(promise: object): void {
    this.#rejections.delete(promise);
  }

  /** Runs to the next operation, which is the agent's then, or to its end. */
  goOn(value: unknown, isThrown: boolean): void {
    let given = value;
    let throws = isThrown;
    for (;;) {
      if (this.#code !== undefined) {
        try {
          const next = throws ? this.#code.throw(given) : this.#code.next(given);
          if (this.isHalted) return this.#end();
          if (!next.done) {
            this.#agent.operation = next.value;
            return;
          }
          this.#over(next.value);
        } catch (error) {
          if (this.isHalted) return this.#end();
          this.#threw(error);
        }
        given = undefined;
        throws = false;
      }
      if (this.isHalted) return this.#end();
      if (this.#code === undefined && !this.#begin()) return;
    }
  }

  /** process.exit: what is said last is said, then there is nothing more. Never comes back. */
  *exit(code: number, asked?: ExitError): Running<never> {
    const agent = this.#agent;
    this.#asked = asked;
    agent.exitCode = code;
    agent.loop.stop();
    if (this.#part !== 'exit' && this.#part !== 'last') {
      this.#part = 'exit';
      const end = asked !== undefined ? 'asked' : this.#failure === undefined ? 'at rest' : 'failed';
      if (agent.manners !== undefined) agent.exitCode = yield* agent.manners.exit(code, end);
    }
    return yield* this.#last();
  }

  *#last(): Running<never> {
    const agent = this.#agent;
    this.#part = 'last';
    const code = agent.exitCode ?? 0;
    if (this.#failure === undefined && code !== 0) {
      const error = this.#asked ?? new ExitError(code);
      error.code = code;
      agent.failed({ error, kind: 'uncaught' });
    }
    if (this.#failure !== undefined && agent.manners !== undefined) yield* agent.manners.failed(this.#failure);
    yield* agent.leaves();
    if (agent.manners !== undefined) yield* agent.manners.ended(code);
    this.isHalted = true;
    agent.goes();
    yield new Halt();
    throw new Error('it has ended');
  }

  /** Takes up what comes next. False when it stands in front of something, or has ended. */
  #begin(): boolean {
    const agent = this.#agent;
    const { loop, manners } = agent;
    const job = this.#entry ?? loop.next(() => this.#nextRejection());
    if (job !== undefined) {
      this.#part = this.#entry === undefined ? 'job' : 'entry';
      this.#entry = undefined;
      this.#run(job);
      return true;
    }
    if (loop.isAlive || (this.#hasLooked && agent.woken > 0)) {
      this.#saidBeforeExit = false;
      this.#hasLooked = false;
      agent.operation = new Task(loop);
      return false;
    }
    // Whether somebody has woken one of them by now is not asked before.
    if (!this.#hasLooked && agent.pending.size > 0) {
      this.#hasLooked = true;
      agent.operation = new LastLook(() => agent.woken > 0, agent.promises);
      return false;
    }
    this.#hasLooked = false;
    if (!this.#saidBeforeExit && manners !== undefined) {
      this.#saidBeforeExit = true;
      this.#code = manners.beforeExit();
      this.#part = 'beforeExit';
      return true;
    }
    this.#code = this.exit(agent.exitCode ?? 0);
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
      this.#agent.loop.errorHandled();
      return;
    }
    const isModule = this.#part === 'entry' && this.#isModule;
    this.#part = 'job';
    this.#agent.loop.callbackOver(isModule);
  }

  /** An error that nothing has caught: the program may have asked to be told; else that is its end. */
  #threw(error: unknown): void {
    const { manners } = this.#agent;
    const isTelling = this.#part === 'uncaught' || this.#part === 'exit' || this.#part === 'last';
    // The program has had its say by then: what fails is ours.
    const isOurs = this.#part === 'last' && !isRefusal(error);
    this.#suspect = { error: isOurs ? new OwnFault(error) : error, kind: 'uncaught' };
    this.#code = undefined;
    if (manners === undefined || isTelling || isRefusal(error)) {
      this.#fail(this.#suspect);
      return;
    }
    this.#part = 'uncaught';
    this.#code = manners.uncaught(error, 'uncaughtException');
  }

  #fail(failure: Failed): void {
    const agent = this.#agent;
    this.#failure ??= failure;
    agent.failed(failure);
    agent.exitCode = 1;
    if (this.#part === 'last') this.isHalted = true;
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
    const { manners } = this.#agent;
    if (manners !== undefined && (yield* manners.rejected(promise, reason))) return true;
    this.#suspect = { error: reason, kind: 'rejection' };
    this.#part = 'uncaught';
    return manners !== undefined && (yield* manners.uncaught(reason, 'unhandledRejection'));
  }

  #end(): void {
    this.#code = undefined;
    this.#agent.operation = undefined;
    this.#agent.loop.stop();
    this.#agent.gone();
  }
}
