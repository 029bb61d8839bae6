/** What an agent stands in front of between two callbacks, at its beginning, and at its end. */
import type { Agent } from '../agent.ts';
import type { Operation, Place, Touch } from '../operation.ts';
import { isAmong } from '../memory/places.ts';
import type { Loop, ValueAt, Way } from './loop.ts';

/** Behind the step that started it (Spawn), where one did. */
export class Start implements Operation {
  readonly kind = 'start';
  readonly site = -1;
  readonly touches: readonly Touch[];

  constructor(maker: Maker | undefined) {
    this.touches = maker === undefined ? [] : [childTouch(maker, maker.children, false)];
  }

  enabledIf(valueAt: ValueAt): boolean {
    return this.touches.every(({ place, from }) => valueAt(place, from) > 0);
  }

  text(): string {
    return 'starts';
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

interface Maker {
  readonly offspring: Place;
  readonly children: number;
}

function childTouch({ offspring }: Maker, n: number, writes: boolean): Touch {
  return { place: offspring, from: n, to: n + 1, writes, atomic: true };
}

/** What a worker is started with: the agent is there behind it. */
export class Spawn implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;

  constructor(maker: Maker, site: number) {
    this.touches = [childTouch(maker, maker.children + 1, true)];
    this.site = site;
  }

  text(): string {
    return 'new Worker';
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

/** The next task, when there is one. When there are several ways to go on, a choice is what comes of it. */
export class Task implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #agent: Agent;
  readonly #loop: Loop;
  /** Lists on which promises of the agent wait. */
  readonly #lists: readonly Touch[];

  constructor(agent: Agent, loop: Loop, lists: readonly Touch[]) {
    this.#agent = agent;
    this.#loop = loop;
    this.#lists = lists;
    this.touches = [...loop.touches(), ...lists];
  }

  text(): string {
    const ways = this.#loop.ways();
    return ways.length === 0 ? 'waits for a task' : `next task: ${ways.map(({ text }) => text).join(' or ')}`;
  }

  enabled(): boolean {
    return this.#loop.isReady;
  }

  enabledIf(valueAt: ValueAt): boolean {
    const isOff = ({ place, from }: Touch): boolean => !isAmong(valueAt(place, from), this.#agent);
    return this.#loop.isReadyIf(valueAt) || this.#lists.some(isOff);
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    const ways = this.#loop.ways();
    if (ways.length > 1) agent.stand(new Choice(ways, this.touches));
    else ways[0]?.take();
    return undefined;
  }
}

class Choice implements Operation {
  readonly kind = 'choose';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly values: number;
  readonly #ways: readonly Way[];

  constructor(ways: readonly Way[], touches: readonly Touch[]) {
    this.#ways = ways;
    this.touches = touches;
    this.values = ways.length;
  }

  text(): string {
    return `which task: ${this.#ways.map(({ text }) => text).join(' or ')}`;
  }

  perform(agent: Agent, value: number): undefined {
    const way = this.#ways[value];
    if (way === undefined) throw new RangeError(`a choice of ${this.values} has no ${value}`);
    agent.effects++;
    way.take();
    return undefined;
  }
}

/** Code that is never gone on with: process.exit, and an agent that was ended. */
export class Halt implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[] = [];

  text(): string {
    return 'has ended';
  }

  enabled(): boolean {
    return false;
  }

  perform(): never {
    throw new Error('it has ended');
  }
}

/** Ends an agent, wherever it stands. */
export class Kill implements Operation {
  readonly kind = 'send';
  readonly site: number;
  readonly touches: readonly Touch[];
  readonly #text: string;
  readonly #kill: (by: Agent) => void;

  constructor(life: Place, text: string, kill: (by: Agent) => void, site: number) {
    this.touches = [{ place: life, from: 0, to: 1, writes: true, atomic: true }];
    this.#text = text;
    this.#kill = kill;
    this.site = site;
  }

  text(): string {
    return this.#text;
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    this.#kill(agent);
    return undefined;
  }
}
