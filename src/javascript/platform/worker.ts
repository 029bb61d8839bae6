/**
 * Worker of node:worker_threads, and the one of pages over it. Its messages come down one channel; that it is there, what it
 * prints and its error down another, so that any of these may come up before or behind a message, as Node's two ports may. Its
 * end is the last of its messages, and behind all of the other, for Node empties both first.
 */
import { isAbsolute, resolve as resolvePath } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hidden } from '../hidden.ts';
import type { Running } from '../operation.ts';
import type { WorldAgent } from '../world/agent.ts';
import { End, type Message } from '../world/channel.ts';
import { codeError, type Packed, pack, unpack } from '../world/clone.ts';
import { current } from '../world/current.ts';
import { leavableMethods, startsWith } from '../world/leave.ts';
import { Kill } from '../world/ending.ts';
import { Spawn } from '../world/starting.ts';
import { wrongType } from './errors.ts';
import { AgentErrorEvent, AgentMessageEvent, dispatch, handler } from './event-target.ts';
import { emit, listenersOf, watched } from './events.ts';
import { News } from './news.ts';
import { moveAway, ports, post } from './ports.ts';
import { sayExit, unpackError, variablesOf } from './process.ts';
import { type MainFile, ownRealm, Realm } from './realm.ts';
import { refuse } from './refused.ts';
import { makeWorkerOutput, over, printed } from './worker-output.ts';

export interface WorkerOptions {
  readonly workerData?: unknown;
  readonly transferList?: readonly unknown[];
  readonly eval?: boolean;
  readonly argv?: readonly unknown[];
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>> | symbol | null;
  readonly name?: string;
  readonly resourceLimits?: object;
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
}

export const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV');

/** A worker as its maker has it: the agent, and the end that leads to it. */
class Thread {
  readonly end: End;
  readonly theirs: End;
  /** The other channel: what is told of it beside its messages. */
  readonly news: News;
  readonly agent: WorldAgent;
  readonly threadId: number;
  /** Those that wait for its end. */
  readonly ending: ((code: number) => void)[] = [];
  hasEnded = false;

  constructor(maker: Realm, main: MainFile, options: WorkerOptions, isOfPage: boolean) {
    const { agent, shared } = maker;
    const env = envOf(options.env, maker);
    const workerData = pack(options.workerData, options.transferList ?? [], ports);
    moveAway(workerData);
    this.end = new End('worker', agent);
    this.theirs = new End('parentPort', agent);
    this.end.peer = this.theirs;
    this.theirs.peer = this.end;
    this.end.tellsOfEnd = false;
    this.theirs.tellsOfEnd = false;
    this.end.attach(agent);
    this.end.isStarted = true;
    this.end.keepsAlive = true;
    this.news = new News('news', agent);
    const theirNews = new End('news to it', agent);
    this.news.peer = theirNews;
    theirNews.peer = this.news;
    this.news.tellsOfEnd = false;
    this.news.attach(agent);
    this.news.isStarted = true;
    this.end.holds = (first) => first === 'exit' && this.news.waiting > 0;
    const number = agent.workers + 1;
    this.threadId = (maker.started?.threadId ?? 0) * 1000 + number;
    const { name = '' } = options;
    const begin = (): Running => run();
    this.agent = shared.world.start(
      {
        name: name === '' ? 'worker' : name,
        entry: begin,
        isModule: main.text === undefined && shared.isModule(main),
        isWorker: true,
      },
      agent,
    );
    for (const end of [this.theirs, ...workerData.ends]) this.agent.unclaimed.add(end);
    this.agent.keepsMaker = () => this.end.keepsAlive;
    const own = new Realm(this.agent, shared, {
      end: this.theirs,
      news: theirNews,
      workerData,
      environmentData: pack(environmentOf(maker), [], ports),
      argv: (options.argv ?? []).map(String),
      execArgv: options.execArgv ?? [],
      env,
      prints: printsOf(options),
      resourceLimits: { ...options.resourceLimits },
      threadId: this.threadId,
      threadName: name,
      isOfPage,
    });
    const run = (): Running => shared.load(own, main);
  }

  /** Its maker was told. */
  isOver(): void {
    this.hasEnded = true;
    this.end.shut();
    this.news.shut();
    current().children.delete(this.agent);
  }

  /** Who is told what comes down either. */
  deliver(hear: (message: Message) => Running | void): void {
    this.end.deliver = hear;
    this.news.deliver = hear;
  }

  /** A step of the maker: the worker is gone, wherever it stood. */
  kill(site: number): Kill {
    return new Kill(this.agent, current(), (by) => sayExit(this.theirs, 1, by), site);
  }
}

function printsOf({ stdout, stderr }: WorkerOptions): Set<'stdout' | 'stderr'> {
  const asked = [stdout === true ? ['stdout' as const] : [], stderr === true ? ['stderr' as const] : []];
  return new Set(asked.flat());
}

/** That of its maker, unless it is given one. Both would see what either does to one that they share. */
function envOf(env: WorkerOptions['env'], maker: Realm): Record<string, string> {
  if (typeof env === 'symbol')
    refuse('SHARE_ENV is not there: send what changes in the environment, or put it into shared memory');
  return Object.fromEntries(Object.entries(env ?? variablesOf(maker)).map(([key, value]) => [key, String(value)]));
}

export function environmentOf(realm: Realm): Map<unknown, unknown> {
  return realm.once('environmentData', () => {
    const given = realm.started?.environmentData;
    return given === undefined ? new Map() : (unpack(given, realm.ports.portOf).value as Map<unknown, unknown>);
  });
}

const threads = hidden<Thread>();

function threadOf(worker: unknown): Thread {
  const thread = threads.of(worker as object);
  if (thread === undefined) throw new TypeError('Illegal invocation');
  return thread;
}

/** node:worker_threads.Worker */
export function makeWorker(of: Realm): Function {
  class Worker extends (of.EventEmitter as new () => object) {
    readonly resourceLimits: object;
    readonly stdin = null;
    readonly stdout: object;
    readonly stderr: object;
    readonly performance = { eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }) };

    constructor(filename: unknown, options: WorkerOptions = {}) {
      super();
      const maker = ownRealm();
      const main = mainFile(filename, options, maker.shared.cwd);
      if (options.argv !== undefined && !Array.isArray(options.argv)) {
        throw wrongType('"options.argv" property', 'an instance of Array', options.argv);
      }
      if (options.stdin === true) refuse('a worker with stdin is not there: give it what it reads by a message');
      const thread = new Thread(maker, main, options, false);
      threads.put(this, thread);
      this.resourceLimits = { ...options.resourceLimits };
      const Output = maker.kept('worker output', () => makeWorkerOutput(maker));
      this.stdout = new Output('stdout', options.stdout === true);
      this.stderr = new Output('stderr', options.stderr === true);
      thread.deliver((message) => told(this, thread, message, maker));
      thread.news.listens = () => listenersOf(this, 'online').length > 0;
    }

    /** In Node it may be that the event comes yet. */
    [watched](event: string | symbol): void {
      if (event === 'online' && threads.of(this)?.news.hasPassed === true) current().world.unpreempted(-1);
    }

    get threadId(): number {
      const thread = threadOf(this);
      return thread.hasEnded ? -1 : thread.threadId;
    }

    ref(): void {
      threadOf(this).end.keepsAlive = true;
    }

    unref(): void {
      threadOf(this).end.keepsAlive = false;
    }

    getHeapSnapshot(): never {
      return refuse('worker.getHeapSnapshot is not there');
    }
  }
  leavableMethods(Worker.prototype, {
    postMessage: [1, ({ self, args, site }) => post(threadOf(self).end, args, 'Worker.postMessage', site)],
    terminate: [0, ({ self, site }) => terminate(threadOf(self), site)],
  });
  startsWith(Worker, spawn);
  return Worker;
}

/** To start a worker is a step: what the worker does comes behind it. */
const spawn = (): Spawn => new Spawn(current(), -1);

/** A promise of its exit code. */
function* terminate(thread: Thread, site: number): Running {
  const { promise, resolve } = current().deferred();
  if (thread.hasEnded) {
    resolve(undefined);
    return promise;
  }
  thread.end.keepsAlive = true;
  thread.ending.push(resolve);
  yield thread.kill(site);
  return promise;
}

function told(worker: WithOutput, thread: Thread, message: Message, maker: Realm): Running | void {
  switch (message.kind) {
    case 'message':
      return emit(worker, 'message', [unpack(message.value as Packed, maker.ports.portOf).value]);
    case 'online':
      return emit(worker, 'online', []);
    case 'error':
      return emit(worker, 'error', [unpackError(message.value as Packed, maker.ports.portOf)]);
    case 'stdout':
    case 'stderr':
      return printed(worker[message.kind], message.value as string);
    case 'exit':
      return exited(worker, thread, message.value as number);
    default:
      // The worker has closed its parentPort: nothing more comes but its end.
      return undefined;
  }
}

interface WithOutput {
  readonly stdout: object;
  readonly stderr: object;
}

function* exited(worker: WithOutput, thread: Thread, code: number): Running {
  thread.isOver();
  over(worker.stdout);
  over(worker.stderr);
  for (const done of thread.ending) done(code);
  return yield* emit(worker, 'exit', [code]);
}

/** What a worker is to run. A path is from where the program was started. */
function mainFile(filename: unknown, options: WorkerOptions, cwd: string): MainFile {
  if (options.eval === true) {
    if (typeof filename !== 'string') {
      throw codeError(
        TypeError,
        'ERR_INVALID_ARG_VALUE',
        `The property 'options.eval' must be false when 'filename' is not a string. Received ${String(options.eval)}`,
      );
    }
    return { url: pathToFileURL(resolvePath(cwd, '[worker eval]')).href, text: filename };
  }
  if (filename instanceof URL) return { url: filename.href };
  if (typeof filename !== 'string') throw wrongType('filename', 'of type string or an instance of URL', filename);
  if (isAbsolute(filename) || /^\.\.?[\\/]/.test(filename))
    return { url: pathToFileURL(resolvePath(cwd, filename)).href };
  const wrap = /^(file|data):/.test(filename) ? 'Wrap file:// URLs with `new URL`. ' : '';
  const text =
    "The worker script or module filename must be an absolute path or a relative path starting with './' or '../'. " +
    `${wrap}Received "${filename}"`;
  throw codeError(TypeError, 'ERR_WORKER_PATH', text);
}

/** The Worker of pages: an event target over the same. */
export function makeWebWorker(of: Realm): Function {
  class Worker extends of.EventTarget {
    constructor(url: unknown, options: WorkerOptions = {}) {
      super();
      const maker = ownRealm();
      const base = pathToFileURL(maker.shared.main).href;
      const thread = new Thread(maker, { url: new URL(String(url), base).href }, options, true);
      threads.put(this, thread);
      thread.deliver((message) => toldWeb(this, thread, message, maker));
    }
  }
  handler(Worker.prototype, 'message');
  handler(Worker.prototype, 'messageerror');
  handler(Worker.prototype, 'error');
  leavableMethods(Worker.prototype, {
    postMessage: [1, ({ self, args, site }) => post(threadOf(self).end, args, 'Worker.postMessage', site)],
    terminate: [0, ({ self, site }) => terminateWeb(threadOf(self), site)],
  });
  startsWith(Worker, spawn);
  return Worker;
}

function* terminateWeb(thread: Thread, site: number): Running {
  if (!thread.hasEnded) yield thread.kill(site);
  return undefined;
}

function* toldWeb(worker: object, thread: Thread, message: Message, maker: Realm): Running {
  if (message.kind === 'message') {
    const { value, ports: list } = unpack(message.value as Packed, maker.ports.portOf);
    return yield* dispatch(worker, new AgentMessageEvent('message', { data: value, ports: list }));
  }
  if (message.kind === 'error') {
    const error = unpackError(message.value as Packed, maker.ports.portOf);
    const text = error instanceof Error ? error.message : String(error);
    const event = new AgentErrorEvent('error', { error, message: text, cancelable: true });
    if (yield* dispatch(worker, event)) throw error;
  }
  if (message.kind === 'exit') {
    thread.isOver();
  }
  return undefined;
}
