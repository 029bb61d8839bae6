/** The global object of an agent: what the engine has, and in place of what belongs to a process, what the platform has. */
import { AgentPromise } from '../language/promise/constructor.ts';
import { AgentSharedArrayBuffer } from '../memory/places.ts';
import type { Packed } from '../world/clone.ts';
import { pack, unpack } from '../world/clone.ts';
import { leavable } from '../world/leave.ts';
import './buffers.ts';
import { isLikeBuiltIn } from './built-ins.ts';
import { type Chance, makeChance } from './chance.ts';
import { makeDate, makePerformance } from './clock.ts';
import { AgentWeakRef, NeverCollected } from './collected.ts';
import {
  AgentCustomEvent,
  AgentErrorEvent,
  AgentEvent,
  AgentMessageEvent,
  dispatch,
  listen,
  unlisten,
} from './event-target.ts';
import { hide } from './events.ts';
import { ENGINE_NAMES } from './global-names.ts';
import { ports, post, transferOf } from './ports.ts';
import { makeProcess } from './process.ts';
import { makeOwnConsole } from './printing.ts';
import { ownRealm, type Realm } from './realm.ts';
import { refusedFunction } from './refused.ts';
import { makeTimers, type TimerFunctions } from './timers.ts';
import { makeWebWorker } from './worker.ts';
import { makeWorkerThreads, parentPort } from './worker-threads.ts';

/** Classes of Node's that the platform has not. */
const ABSENT = /^(\w*Stream\w*|\w+QueuingStrategy|File|FormData|Headers|Performance\w*)$/;

/** Names of what would reach out of the program. */
const REFUSED = ['fetch', 'Request', 'Response'] as const;
/** The same of pages alone: many ask by them whether they are in one. */
const REFUSED_IN_PAGES = ['WebSocket', 'EventSource', 'XMLHttpRequest', 'importScripts'] as const;

/** Properties that an agent makes when it first looks. */
const MADE: Readonly<Record<string, (realm: Realm) => unknown>> = {
  Date: (of) => of.kept('Date', makeDate),
  performance: (realm) => realm.once('performance', makePerformance),
  Math: (realm) => chanceOf(realm).Math,
  crypto: (realm) => chanceOf(realm).crypto,
  console: (realm) => realm.once('console', () => makeOwnConsole(realm, () => processOf(realm))),
  process: (realm) => processOf(realm),
  structuredClone: cloneOf,
  EventTarget: (realm) => realm.EventTarget,
  AbortController: (realm) => realm.abort.AbortController,
  AbortSignal: (realm) => realm.abort.AbortSignal,
  MessageChannel: (realm) => realm.ports.MessageChannel,
  MessagePort: (realm) => realm.ports.MessagePort,
  BroadcastChannel: (realm) => threads(realm).BroadcastChannel,
};
const TIMERS = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
] as const;

/** What all global objects have: made once. */
const common = {};
for (const name of ENGINE_NAMES) {
  const engine = globalThis as unknown as Record<string, unknown>;
  if (name in engine) hide(common, name, engine[name]);
}
for (const [name, value] of Object.entries({
  Promise: AgentPromise,
  SharedArrayBuffer: AgentSharedArrayBuffer,
  FinalizationRegistry: NeverCollected,
  WeakRef: AgentWeakRef,
  Event: AgentEvent,
  MessageEvent: AgentMessageEvent,
  CustomEvent: AgentCustomEvent,
  ErrorEvent: AgentErrorEvent,
})) {
  hide(common, name, value);
}
for (const name of REFUSED) hide(common, name, noNetwork(name));
for (const name of Object.getOwnPropertyNames(globalThis).filter((one) => ABSENT.test(one))) {
  hide(common, name, refusedFunction(`${name} is not there: write an object of your own in its place`));
}
for (const [name, make] of Object.entries(MADE)) lazy(common, name, make);
for (const name of TIMERS) lazy(common, name, (realm) => timersOf(realm)[name]);
const web = Object.create(common) as object;
for (const name of REFUSED_IN_PAGES) hide(web, name, noNetwork(name));
lazy(web, 'Worker', (of) => of.kept('web Worker', () => makeWebWorker(of)));
isLikeBuiltIn(common, 'what every global object has');
isLikeBuiltIn(web, 'what the global object of a page has');

function noNetwork(name: string): () => never {
  return refusedFunction(`${name} is not there: explored code opens no network`);
}

function processOf(realm: Realm): Record<string, unknown> {
  return realm.once('process', () => makeProcess(realm));
}

function chanceOf(realm: Realm): Chance {
  return realm.once('chance', () => makeChance(realm.agent, realm.shared.seed));
}

/**
 * A property of the agent that runs; written to, or once it is made, it is the global object's own. Who asks one of the
 * objects that all agents have gets it too, and nobody else does.
 */
function lazy(target: object, name: string, make: (realm: Realm) => unknown): void {
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: false,
    get(this: object) {
      const realm = ownRealm();
      const value = make(realm);
      if (this === globalsOf(realm)) hide(this, name, value);
      return value;
    },
    set(this: object, value) {
      hide(this, name, value);
    },
  });
}

export function globalsOf(of: Realm): Record<string, unknown> {
  return of.once('globals', () => makeGlobals(of));
}

function makeGlobals(of: Realm): Record<string, unknown> {
  const isWeb = of.shared.isWeb && of.started?.isOfPage !== false;
  const globals = Object.create(isWeb ? web : common) as Record<string, unknown>;
  hide(globals, 'globalThis', globals);
  hide(globals, 'global', globals);
  if (isWeb) addWeb(of, globals);
  return globals;
}

export function timersOf(of: Realm): TimerFunctions {
  return of.kept('timers', makeTimers);
}

export function threads(realm: Realm): Record<string, unknown> {
  return realm.once('threads', () => makeWorkerThreads(realm));
}

/** What a page and its workers have; a worker's global object is the target of its messages. */
function addWeb(realm: Realm, globals: object): void {
  hide(globals, 'self', globals);
  const port = parentPort(realm);
  const target = port ?? globals;
  hide(globals, 'addEventListener', (type: string, listener: unknown, options: unknown) =>
    listen(target, type, listener, options),
  );
  hide(globals, 'removeEventListener', (type: string, listener: unknown, options: unknown) =>
    unlisten(target, type, listener, options),
  );
  hide(
    globals,
    'dispatchEvent',
    leavable('dispatchEvent', 1, ({ args: [event], site }) => dispatch(target, event as AgentEvent, site)),
  );
  const { started } = realm;
  if (port === null || started === undefined) return;
  hide(globals, 'name', started.threadName);
  hide(
    globals,
    'postMessage',
    leavable('postMessage', 1, ({ args, site }) => post(started.end, args, 'postMessage', site)),
  );
  hide(
    globals,
    'close',
    leavable('close', 0, () => realm.agent.exit(0)),
  );
  Object.defineProperty(globals, 'onmessage', {
    configurable: true,
    get: () => (port as { onmessage: unknown }).onmessage,
    set: (value) => {
      Reflect.set(port, 'onmessage', value);
    },
  });
}

function cloneOf(realm: Realm): Function {
  return function structuredClone(value: unknown, options?: unknown): unknown {
    const packed: Packed = pack(value, transferOf(options), ports);
    for (const end of packed.ends) end.detach();
    return unpack(packed, realm.ports.portOf).value;
  };
}
