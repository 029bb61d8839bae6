/** What an agent stands in front of between two callbacks, and when it has none left. */
import type { Agent } from '../agent.ts';
import type { Operation, Place, Touch } from '../operation.ts';
import type { Loop, ValueAt, Way } from './loop.ts';

/** The next task, when there is one. When there are several ways to go on, a choice is what comes of it. */
export class Task implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #loop: Loop;

  constructor(loop: Loop) {
    this.#loop = loop;
    this.touches = loop.touches();
  }

  text(): string {
    const ways = this.#loop.ways();
    return ways.length === 0 ? 'waits for a task' : `next task: ${ways.map(({ text }) => text).join(' or ')}`;
  }

  enabled(): boolean {
    return this.#loop.isReady;
  }

  enabledIf(valueAt: ValueAt): boolean {
    return this.#loop.isReadyIf(valueAt);
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    for (const source of this.#loop.sources) source.passes?.();
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

/**
 * Before an agent ends that has called Atomics.waitAsync: whether others have woken a promise of it by now. They decide
 * that, so it is a step, and not the end of the one before it.
 */
export class LastLook implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #isWoken: () => boolean;

  constructor(isWoken: () => boolean, promises: Place) {
    this.#isWoken = isWoken;
    this.touches = [{ place: promises, from: 0, to: 1, writes: false, atomic: true }];
  }

  text(): string {
    return 'whether anything is left to do';
  }

  perform(agent: Agent): boolean {
    agent.effects++;
    return this.#isWoken();
  }
}
