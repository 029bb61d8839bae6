/**
 * The agents of one execution. Whoever drives it asks who can go on and has one step; when nobody can, time passes for
 * the one whose time is over first. A world is used once.
 */
import { type Agent, type Job, running } from '../agent.ts';
import { isRefusal } from '../error.ts';
import { memory } from '../language/memory.ts';
import { atomic, bulk, bulkNew, isShared, read, write } from '../memory/access.ts';
import { forgetPlaces, newPlace } from '../memory/places.ts';
import type { At, Operation, Place, Running } from '../operation.ts';
import { type Around, WorldAgent } from './agent.ts';
import type { Failed } from './manners.ts';

export interface Listener {
  /** Behind all that the step woke; before the agent has run on to its next operation. */
  performed?(agent: WorldAgent, operation: Operation, result: unknown): void;
  /** A step of `by` made `woken` go on. */
  woken?(by: Agent, woken: WorldAgent): void;
  started?(by: WorldAgent | undefined, child: WorldAgent): void;
  /** An agent has put something somewhere, or taken what is there: a message, a wake-up of waitAsync. */
  put?(by: WorldAgent, at: At): void;
  took?(by: WorldAgent, at: At): void;
  /** At this place something was done in the middle of a step, so that nobody could come between. */
  unpreempted?(site: number): void;
  ended?(agent: WorldAgent): void;
}

export interface Failure extends Failed {
  readonly agent: WorldAgent;
}

export interface WorldOptions {
  readonly listener?: Listener;
  /** Whether a wait with a time may be over at any moment. */
  readonly isImpatient?: boolean;
  /** Milliseconds that a timer may be early: those due so soon race with whatever else is ready. */
  readonly slack?: number;
  /** Of every choice that agents draw: Math.random, getRandomValues. */
  readonly seed?: number;
  /** Whether an agent goes by how many messages there are when poll begins (Loop): all do, unless this says otherwise. */
  readonly counts?: (name: string) => boolean;
}

/** A new agent. */
export interface NewAgent {
  readonly name: string;
  readonly entry: Job;
  readonly isModule?: boolean;
  readonly mayWait?: boolean;
  /**
   * Its errors are told to its maker (Manners.last), who may deal with them: they are no failure of the world. What cannot
   * be run here is, whoever it is told.
   */
  readonly isWorker?: boolean;
  /** What it has is for others, and stays when it ends. */
  readonly leavesAll?: boolean;
}

const SLACK = 1;
const SHARED = { atomic, bulk, bulkNew, isShared, read, write };

/** No two agents of a world have one name, and none depends on what others do. */
const workerName = (name: string, number: number, { name: maker }: WorldAgent): string =>
  `${name} ${number}${maker === 'main' ? '' : ` of ${maker}`}`;

export class World implements Around {
  readonly agents: WorldAgent[] = [];
  readonly options: WorldOptions;
  /** Every start of an agent writes this. */
  readonly births: Place;
  /** The first error that nobody caught: where it went to if it came from a worker is the platform's. */
  failure: Failure | undefined;
  listener: Listener;

  constructor(options: WorldOptions = {}) {
    forgetPlaces();
    this.births = newPlace('births', undefined, () => this.agents.length);
    memory.current = SHARED;
    this.options = options;
    this.listener = options.listener ?? {};
  }

  /** Starts an agent: it comes up to its start. It is ended when its maker is. */
  start(given: NewAgent, maker?: WorldAgent): WorldAgent {
    const name = maker === undefined ? this.#ownName(given.name) : workerName(given.name, ++maker.workers, maker);
    const agent = this.#start({ ...given, name }, maker);
    maker?.children.add(agent);
    return agent;
  }

  /** Starts an agent that clears away behind another, when its killer has ended that. */
  startBehind(gone: WorldAgent, killer: WorldAgent, entry: () => Running): WorldAgent {
    const agent = this.#start({ name: `the end of ${gone.name}`, entry, isWorker: true, isUndertaker: true }, killer);
    this.listener.started?.(gone, agent);
    return agent;
  }

  /** Of agents that nobody has started: `name`, `name (2)` and so on. */
  #ownName(name: string): string {
    const isTaken = (wanted: string): boolean => this.agents.some((one) => one.name === wanted);
    let [full, n] = [name, 1];
    while (isTaken(full)) full = `${name} (${++n})`;
    return full;
  }

  #start(given: NewAgent & { isUndertaker?: boolean }, maker: WorldAgent | undefined): WorldAgent {
    if (maker !== undefined) maker.started++;
    const { slack = SLACK, counts } = this.options;
    const agent = new WorldAgent(this.agents.length, this, maker, {
      name: given.name,
      entry: given.entry,
      isModule: given.isModule === true,
      mayWait: given.mayWait !== false,
      isImpatient: this.options.isImpatient === true,
      isWorker: given.isWorker === true,
      isUndertaker: given.isUndertaker === true,
      leavesAll: given.leavesAll === true,
      loop: { slack, counts: counts?.(given.name) ?? true },
    });
    this.agents.push(agent);
    this.listener.started?.(maker, agent);
    return agent;
  }

  /** Whether it can perform what it stands in front of. */
  enabled(agent: Agent): boolean {
    const { operation } = agent;
    return operation !== undefined && (operation.enabled === undefined || operation.enabled());
  }

  /** Performs its operation, and runs it on to the next. `value` is what was chosen. */
  step(agent: WorldAgent, value = 0): void {
    running.agent = agent;
    try {
      agent.step(value);
    } finally {
      running.agent = undefined;
    }
  }

  /** Those that reread what was changed have something new to read. */
  performed(agent: WorldAgent, operation: Operation, isEffect: boolean, result: unknown): void {
    agent.recent.performed(operation, isEffect);
    if (isEffect) {
      for (const other of this.agents) if (other !== agent) other.recent.changed(operation.touches);
    }
    this.listener.performed?.(agent, operation, result);
  }

  unpreempted(site: number): void {
    this.listener.unpreempted?.(site);
  }

  failed(agent: WorldAgent, failure: Failed, isTold: boolean): void {
    if (!isTold || isRefusal(failure.error)) this.failure ??= { agent, ...failure };
  }

  ended(agent: WorldAgent): void {
    this.listener.ended?.(agent);
  }

  woken(by: Agent, woken: WorldAgent): void {
    this.listener.woken?.(by, woken);
  }

  put(by: WorldAgent, at: At): void {
    this.listener.put?.(by, at);
  }

  took(by: WorldAgent, at: At): void {
    this.listener.took?.(by, at);
  }

  /** The one whose time is over first, of those that wait for time and whose clocks have not passed the horizon. */
  nextInTime(horizon = Infinity): WorldAgent | undefined {
    let next: WorldAgent | undefined;
    for (const agent of this.agents) {
      if (agent.isDone) continue;
      const { deadline } = agent;
      if (deadline === Infinity || agent.now > horizon) continue;
      if (next === undefined || deadline < next.deadline) next = agent;
    }
    return next;
  }

  /**
   * Its time passes, and that of all who wait for about the same moment, for nobody's clock is that exact: what they wait for
   * is over, and any of them may come first.
   */
  passTime({ deadline }: WorldAgent): void {
    const { slack = SLACK } = this.options;
    for (const agent of this.agents.filter((one) => !one.isDone && one.deadline <= deadline + slack)) {
      running.agent = agent;
      agent.passTime();
    }
    running.agent = undefined;
  }

  /** Who waits where: for people. */
  get waitersText(): string {
    const lines = this.agents
      .filter((agent) => !agent.isDone)
      .map((agent) => `${agent.name}: ${agent.operation?.text() ?? ''}`);
    return lines.join('\n');
  }
}
