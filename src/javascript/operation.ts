/**
 * Agents as the language sees them (ECMA-262, 9.7), and the operations that they stand in front of: transformed code yields
 * one, and the expression is given back what it comes to, or what it throws. The world (world/) makes agents and lets them
 * step.
 */
/** What may be shared, as footprints and happens-before see it: the bytes of a buffer, a queue, a list of waiters. */
export interface Place {
  /**
   * Depends on who made it and how many that agent had made before, and not on what others did meanwhile: the same in
   * every execution in which the agent does the same.
   */
  readonly id: number;
  /** For people: `buffer 1 of main`, `port 2 of worker`. */
  readonly name: string;
  /** Whether its bytes are memory, so that plain accesses to it may race. All else orders who comes to it. */
  readonly isMemory: boolean;
  /**
   * What it holds as it is now, of what somebody may wait for: a byte of memory; of a queue 1 when the n-th message was
   * sent; of a list of waiters the sum of 2 ** id of the agents on it.
   */
  valueAt?(byte: number): number;
}

/** A range of a place that an operation reads or writes. */
export interface Touch {
  readonly place: Place;
  /** First byte, and the one behind the last; 0 and 1 of what has no bytes. */
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
  /** A sequentially consistent access, ordered with all others of the range; false of a plain one. */
  readonly atomic: boolean;
}

export type OperationKind =
  /** A plain read or write of one element. */
  | 'read'
  | 'write'
  /** One of Atomics that neither waits nor wakes, by whether it may write. */
  | 'load'
  | 'store'
  | 'update'
  /** Several elements at once: a part of a set(), fill(), copy, decoding. */
  | 'bulk'
  | 'wait'
  /** Goes on after a wait: it was woken, or its time is over. */
  | 'woken'
  | 'waitAsync'
  | 'notify'
  /** Of ports. */
  | 'send'
  | 'receive'
  /** The next task of the agent's event loop. */
  | 'task'
  /** The agent's first step. */
  | 'start'
  /** The head of a loop whose last turn changed nothing: goes on when something it has read is another than it was. */
  | 'spin'
  /** A value from 0 to below `values`. */
  | 'choose';

export interface Operation {
  readonly kind: OperationKind;
  /** Number of the place in the source (sites.ts); -1 for none. */
  readonly site: number;
  /** Fixed while it is pending. */
  readonly touches: readonly Touch[];
  /** Of a choice: how many values there are. */
  readonly values?: number;
  /** `Atomics.store(Int32Array[1], 2)`: for people, made when somebody asks. */
  text(): string;
  /** Whether it can be performed now; without it always. It depends on nothing but what it touches. */
  enabled?(): boolean;
  /** Of one that may have to wait: the same if what it touches held other values (Place.valueAt). */
  enabledIf?(valueAt: (place: Place, byte: number) => number): boolean;
  /** Of one that writes or does not: whether it has, by what it came to. */
  wrote?(result: unknown): boolean;
  /** Does it at once; `value` is the one that was chosen. What it throws is thrown where it was yielded. */
  perform(agent: Agent, value: number): unknown;
}

/** Code of an agent that can be left at every operation. */
export type Running<Result = unknown> = Generator<Operation, Result, unknown>;

/** Something that the agent's event loop does. What it gives back is code that can be left on the way. */
export type Job = () => Running | void;

/** A promise of the agent, and what settles it. */
export interface Deferred {
  readonly promise: unknown;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** What waits for its time beside the agent itself: a promise of Atomics.waitAsync. */
export interface Pending {
  /** By the agent's clock; Infinity for never. */
  readonly deadline: number;
  /** Whether nobody has woken it yet. */
  readonly isWaiting: boolean;
  /** The list that it waits on. */
  readonly touches: readonly Touch[];
  readonly site: number;
  text(): string;
  timeOut(): void;
  /** Nobody will wake it. */
  leave(): void;
}

/** A byte of a place. */
export interface At {
  readonly place: Place;
  readonly byte: number;
}

export interface Agent {
  /** Index among the agents of the world, in the order they were started. */
  readonly id: number;
  /** One of its world has it, and it follows from who started it and how many that one had started before. */
  readonly name: string;
  /** What it stands in front of; undefined when it is done. */
  readonly operation: Operation | undefined;
  /** Operations it has performed. */
  readonly performed: number;
  /**
   * Grows with all that outlives an iteration of a loop. Transformed code counts what it does itself; an operation counts
   * in its perform(), and only when it changed something: a failed compareExchange does not.
   */
  effects: number;
  /** Heads of loops come to since the last operation: the world sets it to 0 with each, the language counts up to a hang. */
  turns: number;
  /** An iteration ended without effect; all that it performed came behind the first `since` operations. */
  idle(site: number, since: number): void;
  /**
   * Performs an operation in the middle of a step, for code that cannot be left. Throws for one that would have to wait;
   * what it reads and writes is told to who listens, as with every other.
   */
  perform(operation: Operation): unknown;
  /** A loop goes round and round without an operation: the failure of the program, to be thrown. */
  hung(site: number): Error;
  /** How many places of each kind it has made: they are numbered by who made them. */
  readonly places: { next(what: string): { readonly id: number; readonly name: string } };
  /** Its clock, in milliseconds. It goes on when its own time passes, and to that of whoever woke it or wrote to it. */
  readonly now: number;
  /** Whether a wait with a time may be over at any moment, and not only when nobody else can go on. */
  readonly isImpatient: boolean;
  /** Whether it may wait in Atomics.wait: the main thread of a page may not. */
  readonly mayWait: boolean;
  /** Promises of Atomics.waitAsync that are not settled, as far as it knows. */
  readonly pending: Set<Pending>;
  /** Those of them that were woken, as a place (world/posted.ts). */
  readonly promises: Place;
  /** Puts a job behind the microtasks that wait. */
  enqueue(job: Job): void;
  /** Puts a task behind those that wake-ups of Atomics.waitAsync have put there. */
  post(job: Job, by: Agent | undefined): void;
  /** A task that comes up at any moment from now on, whatever else there is. */
  postAtAnyMoment(job: Job): void;
  /** It has put something here for another, and has taken something that another put at this time of its clock. */
  put(at: At): void;
  took(at: At, sent: number): void;
  /** Another agent, at this time of its own, has made this one go on. */
  wokenBy(by: Agent | undefined): void;
  /** The operation it performs is not over: it stands in front of this one now, whose answer is the answer. */
  stand(next: Operation): void;
  deferred(): Deferred;
  /** A promise was rejected that nobody handles, and one that was is handled now. */
  rejected(promise: object, reason: unknown): void;
  handled(promise: object): void;
}
