/** Starts a program, or agents of a spec, in a world. */
import { pathToFileURL } from 'node:url';
import type { Running } from '../operation.ts';
import { isPromise, performThen } from '../language/promise/promise.ts';
import type { WorldAgent } from '../world/agent.ts';
import type { Source } from '../world/loop.ts';
import type { World } from '../world/world.ts';
import './code-of-text.ts';
import './native-promises.ts';
import './stacks.ts';
import { Output } from './console.ts';
import { loadFile, loadMain } from './load.ts';
import { isModuleText, isModuleUrl } from './programs.ts';
import { type MainFile, Realm, type Shared } from './realm.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly seed?: number;
  /** Names of pages and their workers; there unless it is false. */
  readonly web?: boolean;
  readonly output?: Output;
  /** Whether instances of modules without state of their own serve in the next execution; unless it is false. */
  readonly reuse?: boolean;
}

const urls = new Map<string, string>();

function urlOf(file: string): string {
  let url = urls.get(file);
  if (url === undefined) urls.set(file, (url = pathToFileURL(file).href));
  return url;
}

/** What the agents of a world have in common, for a program that begins with this file. */
export function sharedOf(world: World, main: string, options: ProgramOptions = {}): Shared {
  return {
    world,
    main,
    mainUrl: urlOf(main),
    cwd: options.cwd ?? process.cwd(),
    seed: options.seed ?? 1,
    isWeb: options.web ?? true,
    reuses: options.reuse ?? true,
    output: options.output ?? new Output(),
    load: loadMain,
    isModule: ({ url, text }: MainFile) => (text === undefined ? isModuleUrl(url) : isModuleText(text, url)),
  };
}

/** The agent lives until the promise is settled. One that is rejected is an unhandled rejection, as any other. */
function stayFor(agent: WorldAgent, promise: object): void {
  const source: Source = {
    text: 'its promise',
    waiting: 0,
    isRef: true,
    touches: () => [],
    countTouches: () => [],
    isThereIf: () => false,
    take: () => () => undefined,
  };
  agent.loop.sources.add(source);
  agent.owesEnd = true;
  const done = (): void => {
    agent.owesEnd = false;
    agent.loop.sources.delete(source);
  };
  performThen(
    promise,
    () => empty(done),
    (reason) =>
      empty(() => {
        done();
        throw reason;
      }),
  );
}

/** A whole program: its main thread is the first agent. */
export function startProgram(shared: Shared): WorldAgent {
  const main = { url: shared.mainUrl };
  const agent = shared.world.start({
    name: 'main',
    entry: () => loadMain(realmOf(), main),
    isModule: shared.isModule(main),
  });
  const realm = new Realm(agent, shared, undefined);
  const realmOf = (): Realm => realm;
  return agent;
}

/** An agent of a spec: it has its own instance of the file, and does with its exports what it is told to. */
export function startAgent(
  shared: Shared,
  name: string,
  use: (exports: Record<string, unknown>) => Running,
  leavesAll = false,
): WorldAgent {
  const entry = (): Running => uses(realm, use);
  const agent = shared.world.start({ name, entry, isModule: true, leavesAll });
  const realm = new Realm(agent, shared, undefined);
  return agent;
}

/**
 * No closure, and so are all generator functions that an execution calls: the engine makes a shape for the objects of each
 * when it is first called, and that keeps alive what the closure sees until the collector goes through everything.
 */
function* uses(realm: Realm, use: (exports: Record<string, unknown>) => Running): Running {
  const result = yield* loadFile(realm, realm.shared.mainUrl, use);
  if (isPromise(result)) stayFor(realm.agent, result);
  return result;
}

/** Code without a step. */
function* empty(run: () => void): Running {
  run();
  return yield* [];
}
