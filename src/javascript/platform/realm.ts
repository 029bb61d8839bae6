/** What one agent has of the platform: made when it is asked for, and nobody else's. */
import type { World } from '../world/world.ts';
import type { WorldAgent } from '../world/agent.ts';
import type { End } from '../world/channel.ts';
import type { Packed } from '../world/clone.ts';
import { current } from '../world/current.ts';
import { type Kept, keptFor } from './kept.ts';
import type { Output } from './console.ts';
import { type Aborting, makeAbort } from './abort.ts';
import { makeEventTarget, type TargetClass } from './event-target.ts';
import { type EmitterClass, makeEmitter, makeEvents } from './events.ts';
import { makePorts, type PortClasses } from './ports.ts';

/** What a worker was started with. */
export interface Started {
  readonly end: End;
  /** What it tells its maker beside messages: that it is there, what it prints, its error. */
  readonly news: End;
  readonly workerData: Packed | undefined;
  readonly environmentData: Packed;
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it prints and its maker reads. */
  readonly prints: ReadonlySet<'stdout' | 'stderr'>;
  readonly resourceLimits: object;
  readonly threadId: number;
  readonly threadName: string;
  /** Whether it is a worker as a page starts them: node:worker_threads gives its own no names of pages. */
  readonly isOfPage: boolean;
}

/** What all agents of a program have in common. */
export interface Shared {
  readonly world: World;
  readonly output: Output;
  readonly seed: number;
  /** The file that the program begins with: paths of workers are relative to the folder that it is run in. */
  readonly main: string;
  readonly mainUrl: string;
  readonly cwd: string;
  /** Whether modules and classes that are the same after an execution serve in the next. */
  readonly reuses: boolean;
  /** Whether names of pages and their workers are there: self, Worker, onmessage. */
  readonly isWeb: boolean;
  /** Starts a worker's program in its agent. */
  load(realm: Realm, main: MainFile): import('../operation.ts').Running;
  isModule(main: MainFile): boolean;
}

/** What an agent begins with: a file, a URL, or a text. */
export interface MainFile {
  readonly url: string;
  /** Text of `eval: true`. */
  readonly text?: string;
}

export class Realm {
  readonly agent: WorldAgent;
  readonly shared: Shared;
  readonly started: Started | undefined;
  /** Instances of modules, by file. */
  readonly modules = new Map<string, unknown>();
  readonly #made = new Map<string, unknown>();
  readonly lasting: Kept;

  constructor(agent: WorldAgent, shared: Shared, started: Started | undefined) {
    this.agent = agent;
    this.shared = shared;
    this.started = started;
    this.lasting = keptFor(agent.name, !shared.reuses);
    agent.realm = this;
  }

  /** What `make` makes, the first time it is asked for. */
  once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make());
    return this.#made.get(name) as T;
  }

  /** The same, and of use in the next execution: it knows nothing of this one. */
  kept<T>(name: string, make: () => T): T {
    return this.lasting.get(name, make);
  }

  get EventTarget(): TargetClass {
    return this.kept('EventTarget', makeEventTarget);
  }

  get abort(): Aborting {
    return this.kept('abort', () => makeAbort(this.EventTarget));
  }

  get EventEmitter(): EmitterClass {
    return this.kept('EventEmitter', () => makeEvents(makeEmitter()));
  }

  get ports(): PortClasses {
    return this.kept('ports', () => makePorts(this.EventTarget));
  }
}

/** That of the agent that runs. */
export function ownRealm(): Realm {
  const { realm } = current();
  if (!(realm instanceof Realm)) throw new Error('this agent has no platform');
  return realm;
}
