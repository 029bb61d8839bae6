/**
 * One agent starts another. Agents are numbered in the order in which they were started, by whomever, so every start comes
 * before or behind every other.
 */
import type { Agent } from '../agent.ts';
import type { Operation, Place, Touch } from '../operation.ts';
import type { ValueAt } from './loop.ts';

export interface Maker {
  /** Its n-th byte: whether it has started its n-th agent, from 1. */
  readonly offspring: Place;
  readonly started: number;
  readonly world: { readonly births: Place };
}

const touchOf = (place: Place, byte: number, writes: boolean): Touch => ({
  place,
  from: byte,
  to: byte + 1,
  writes,
  atomic: true,
});

/** What the next start by an agent writes. */
export const birthTouches = ({ offspring, started, world }: Maker): Touch[] => [
  touchOf(offspring, started + 1, true),
  touchOf(world.births, 0, true),
];

/** What a worker is started with: the agent is there behind it. */
export class Spawn implements Operation {
  readonly kind = 'send';
  readonly touches: readonly Touch[];
  readonly site: number;

  constructor(maker: Maker, site: number) {
    this.touches = birthTouches(maker);
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

/** The first step of an agent: behind the one that started it, where one did. */
export class Start implements Operation {
  readonly kind = 'start';
  readonly site = -1;
  readonly touches: readonly Touch[];

  constructor(maker: Maker | undefined) {
    this.touches = maker === undefined ? [] : [touchOf(maker.offspring, maker.started, false)];
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
