/**
 * The agents of one execution. Whoever drives it asks who can go on and has one step; when nobody can, time passes for
 * the one whose time is over first. A world is used once.
 */
import { type Agent, type Job, running } from '../agent.ts';
import { memory } from '../language/memory.ts';
import { atomic, bulk, bulkNew, isShared, read, write } from '../memory/access.ts';
import { present } from '../memory/places.ts';
import type { Operation } from '../operation.ts';
import { WorldAgent } from './agent.ts';
import type { Failed } from './manners.ts';

export interface Listener {
  /** Behind all that the step woke; before the agent has run on to its next operation. */
  performed?(agent: WorldAgent, operation: Operation, result: unknown): void;
  /** A step of `by` made `woken` go on. */
  woken?(by: Agent, woken: WorldAgent): void;
  started?(by: WorldAgent | undefined, child: WorldAgent): void;
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
}

/** A new agent. */
export interface NewAgent {
  readonly name: string;
  readonly entry: Job;
  readonly isModule?: boolean;
  readonly mayWait?: boolean;
  /** Its errors are told to its maker (Manners.last), who may deal with them: they are no failure of the world. */
  readonly isWorker?: boolean;
}

const SLACK = 1;

export class World {
  readonly agents: WorldAgent[] = [];
  readonly options: WorldOptions;
  /** The first error that nobody caught: where it went to if it came from a worker is the platform's. */
  failure: Failure | undefined;
  listener: Listener;

  constructor(options: WorldOptions = {}) {
    present.clear();
    memory.current = { atomic, bulk, bulkNew, isShared, read, write };
    this.options = options;
    this.listener = options.listener ?? {};
  }

  /** Starts an agent: it comes up to its start. It is ended when its maker is. */
  start(given: NewAgent, maker?: WorldAgent): WorldAgent {
    const { name, isWorker } = given;
    const number = maker === undefined ? 0 : ++maker.children;
    const full =
      maker === undefined ? name : `${name} ${number}${maker.maker === undefined ? '' : ` of ${maker.name}`}`;
    const agent = new WorldAgent(this.agents.length, {
      ...given,
      name: full,
      slack: this.options.slack ?? SLACK,
      isImpatient: this.options.isImpatient ?? false,
      maker,
      performed: (one, operation, isEffect, result) => this.#performed(one, operation, isEffect, result),
      unpreempted: (site) => this.listener.unpreempted?.(site),
      failed: (one, failure) => {
        if (isWorker !== true) this.failure ??= { agent: one, ...failure };
      },
      ended: (one) => {
        maker?.dependents.delete(one);
        this.listener.ended?.(one);
      },
      woken: (by, one) => this.listener.woken?.(by, one),
    });
    this.agents.push(agent);
    maker?.dependents.add(agent);
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
  #performed(agent: WorldAgent, operation: Operation, isEffect: boolean, result: unknown): void {
    agent.recent.performed(operation, isEffect);
    if (isEffect) {
      for (const other of this.agents) if (other !== agent) other.recent.changed(operation.touches);
    }
    this.listener.performed?.(agent, operation, result);
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

  /** Its time passes, and that of all who wait for the same moment: what they wait for is over. */
  passTime({ deadline }: WorldAgent): void {
    for (const agent of this.agents.filter((one) => !one.isDone && one.deadline === deadline)) {
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
