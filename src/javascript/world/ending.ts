/**
 * The end of an agent. What it leaves behind is cleared away in steps, as Node does: those it has started are ended and
 * waited for, the other ends of its ports are told, also of those that nobody has got yet, nobody wakes it any more, and whoever started it is told last.
 *
 * An agent that ends by itself takes these steps itself. For one that somebody else ends, wherever it stood, another agent
 * is started that does: the one that was ended stands for ever in front of what it would have done next, with all that it
 * had then, so that it can be told in which orders it would have come to do that. With the main thread ends the process:
 * all that it has started, and they, is gone in one step.
 */
import type { Agent } from '../agent.ts';
import { Leave, Post, Woken } from '../memory/wait.ts';
import type { Operation, Place, Running, Touch } from '../operation.ts';
import { abandon, type Owner, Send } from './channel.ts';
import type { ValueAt } from './loop.ts';
import { birthTouches, type Maker } from './starting.ts';

/** An agent, as far as it can end and be ended. */
export interface Mortal extends Owner, Maker {
  /** Every step of it reads this, and so does every step of what the main thread has started of the main thread's. */
  readonly life: Place;
  readonly isDone: boolean;
  /** What it stood in front of when somebody ended it. */
  readonly cutOff: Operation | undefined;
  /** Its workers whose end it has not been told of. */
  readonly children: ReadonlySet<Mortal>;
  /** Who clears away behind it, when somebody else has ended it. */
  undertaker: Mortal | undefined;
  readonly world: Maker['world'] & { startBehind(gone: Mortal, killer: Mortal, entry: () => Running): Mortal };
  /** Ends it where it stands, by a step that says so. */
  cut(code: number): void;
  /** Ends all that it has started, and all that they have. */
  endOffspring(): void;
}

const lifeTouch = ({ life }: Mortal, writes: boolean): Touch => ({ place: life, from: 0, to: 1, writes, atomic: true });

/** What the last step of an agent does besides. */
export const deathTouches = (agent: Mortal): Touch[] => [lifeTouch(agent, true)];

/** Of an agent that ends, what it says last. */
export type Farewell = (by: Mortal) => Running;

/** Ends an agent, if it is there still: it is cleared away behind `killer`. */
export class Kill implements Operation {
  readonly kind = 'send';
  readonly site: number;
  readonly touches: readonly Touch[];
  readonly #victim: Mortal;
  readonly #killer: Mortal;
  readonly #farewell: Farewell;

  constructor(victim: Mortal, killer: Mortal, farewell: Farewell, site: number) {
    this.touches = [lifeTouch(victim, true), ...birthTouches(killer)];
    this.#victim = victim;
    this.#killer = killer;
    this.#farewell = farewell;
    this.site = site;
  }

  text(): string {
    return `terminates ${this.#victim.name}`;
  }

  perform(agent: Agent): undefined {
    const victim = this.#victim;
    agent.effects++;
    if (victim.isDone) return undefined;
    victim.cut(1);
    const farewell = this.#farewell;
    const undertaker = this.#killer.world.startBehind(victim, this.#killer, () => buries(victim, undertaker, farewell));
    victim.undertaker = undertaker;
    return undefined;
  }
}

function* buries(victim: Mortal, undertaker: Mortal, farewell: Farewell): Running {
  yield* clearAway(victim, undertaker);
  return yield* farewell(undertaker);
}

/** Nothing is said; it is gone. */
class Gone implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[];

  constructor(agent: Mortal) {
    this.touches = deathTouches(agent);
  }

  text(): string {
    return 'is gone';
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

/** Until others are gone, and those that clear away behind them. */
class Join implements Operation {
  readonly kind = 'task';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #others: readonly Mortal[];

  constructor(others: readonly Mortal[]) {
    this.#others = others;
    this.touches = others.map((one) => lifeTouch(one, false));
  }

  text(): string {
    return `waits for the end of ${this.#others.map(({ name }) => name).join(', ')}`;
  }

  enabled(): boolean {
    return this.#others.every(({ isDone }) => isDone);
  }

  enabledIf(valueAt: ValueAt): boolean {
    return this.#others.every(({ life }) => valueAt(life, 0) === 0);
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    return undefined;
  }
}

/** The main thread ends, and with it all that it has started. Whether any of it is there still is not asked. */
export class EndAll implements Operation {
  readonly kind = 'send';
  readonly site = -1;
  readonly touches: readonly Touch[];
  readonly #main: Mortal;

  constructor(main: Mortal) {
    this.#main = main;
    this.touches = deathTouches(main);
  }

  text(): string {
    return 'ends, and all that it has started with it';
  }

  perform(agent: Agent): undefined {
    agent.effects++;
    this.#main.endOffspring();
    return undefined;
  }
}

function* isGone(by: Mortal): Running {
  return yield new Gone(by);
}

/** Steps of `by`, which is the agent itself or another behind it. */
export function* clearAway(agent: Mortal, by: Mortal): Running {
  const { cutOff } = agent;
  const children = Array.from(agent.children);
  // To wake is one thing for whoever is ended: what is off its list becomes a task.
  if (cutOff instanceof Post) yield cutOff;
  for (const child of children) yield new Kill(child, by, isGone, -1);
  if (children.length > 0)
    yield new Join(children.flatMap((child) => (child.undertaker === undefined ? [child] : [child, child.undertaker])));
  for (const end of [...agent.ends, ...agent.unclaimed]) {
    if (!end.tellsOfEnd) {
      yield* abandon(end.giveUp());
      continue;
    }
    yield new Send(end, { kind: 'close', value: undefined }, -1);
    if (by === agent) yield* abandon(end.shut());
    else yield* abandon(end.closeAsIs());
  }
  const waits = [...agent.pending, ...(cutOff instanceof Woken ? [cutOff] : [])];
  if (waits.length > 0) yield new Leave(waits);
  return undefined;
}
