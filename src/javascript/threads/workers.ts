/**
 * node:worker_threads on a thread. A worker of the program is a thread of the engine's that begins as all of them do here
 * (thread.ts). What its maker is told of it, messages, an error and its end, are tasks.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  MessageChannel,
  MessagePort,
  resourceLimits,
  SHARE_ENV,
  Worker as EngineWorker,
  type WorkerOptions,
} from 'node:worker_threads';
import { CODE, FLAGS } from './agent-thread.ts';
import type { Gate } from './gate.ts';
import type { ThreadSetup } from './messages.ts';
import { RefusedImport } from './modules.ts';
import type { Ports } from './ports.ts';
import type { Tasks } from './tasks.ts';

export interface WorkersSetup {
  readonly setup: ThreadSetup;
  readonly gate: Gate;
  readonly ports: Ports;
  readonly tasks: Tasks;
  /** Of a worker of the program. */
  readonly parentPort: MessagePort | undefined;
}

/** What comes to the maker beside messages. */
const TOLD: ReadonlySet<string | symbol> = new Set(['online', 'error', 'exit']);
const ABSENT = ['BroadcastChannel', 'getEnvironmentData', 'setEnvironmentData', 'moveMessagePortToContext'];

/** The same for the thread that makes what others share: it starts nobody. */
export function workerThreadsAlone(ports: Ports, refused: (why: string) => never): object {
  const absent = ['Worker', ...ABSENT].map((name) => {
    function refuses(): never {
      return refused(`setup() uses ${name} of node:worker_threads`);
    }
    return [name, refuses] as const;
  });
  const all = {
    MessageChannel: ports.MessageChannel,
    MessagePort,
    receiveMessageOnPort: (port: MessagePort) => ports.receive(port),
    isMainThread: true,
    parentPort: null,
    workerData: null,
    threadId: 0,
    resourceLimits,
    SHARE_ENV,
    ...Object.fromEntries(absent),
  };
  return { ...all, default: all };
}

/** As the program imports it. */
export function workerThreads(own: WorkersSetup): object {
  const { setup, ports, gate } = own;
  const { born } = setup;
  const absent = (name: string) =>
    function refused(): never {
      return refuse(gate, `it uses ${name} of node:worker_threads, which is not there on these threads`);
    };
  const parentPort = own.parentPort ?? null;
  if (born !== undefined && parentPort !== null) ports.name(parentPort, `parentPort ${born.number} of ${born.maker}`);
  const all = {
    Worker: workerClass(own),
    MessageChannel: ports.MessageChannel,
    MessagePort,
    receiveMessageOnPort: (port: MessagePort) => ports.receive(port),
    isMainThread: born === undefined,
    parentPort,
    workerData: born === undefined ? null : ports.opened(born.workerData),
    threadId: born?.threadId ?? 0,
    resourceLimits,
    SHARE_ENV,
    ...Object.fromEntries(ABSENT.map((name) => [name, absent(name)])),
  };
  return { ...all, default: all };
}

function refuse(gate: Gate, why: string): never {
  gate.tell({ kind: 'refused', why });
  throw new RefusedImport(why);
}

function workerClass({ setup, gate, ports, tasks }: WorkersSetup): typeof EngineWorker {
  let made = 0;
  const maker = setup.names[setup.agent as number] as string;

  class Worker extends EngineWorker {
    readonly #name: string;
    readonly #agent: string;

    constructor(filename: string | URL, options: WorkerOptions = {}) {
      const file = fileOf(gate, filename, options);
      gate.perform('new Worker', () => undefined);
      const number = ++made;
      const name = nameOf(options.name, number, maker);
      const agent = setup.names.indexOf(name);
      const transfer = [...((options.transferList ?? []) as readonly unknown[])];
      const workerData = ports.closed(options.workerData, transfer);
      const { port1, port2 } = new MessageChannel();
      const { files, control, names, promises } = setup;
      const threadId = (setup.born?.threadId ?? 0) * 1000 + number;
      const own = {
        main: file,
        files,
        control,
        names,
        promises,
        agent,
        given: undefined,
        calls: undefined,
        notes: [],
        owners: [],
      };
      const born = { number, maker, workerData, threadId, gate: port1 };
      super(CODE, {
        workerData: { ...own, isProgram: true, born },
        transferList: [...transfer, port1] as never,
        env: {},
        execArgv: FLAGS,
        stdout: true,
        stderr: true,
      });
      this.#agent = name;
      this.#name = `worker ${number} of ${maker}`;
      ports.name(publicPortOf(this), this.#name);
      gate.tell({ kind: 'begins', agent, port: port2 }, [port2]);
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (!TOLD.has(event)) return super.emit(event as 'message', ...(args as [unknown]));
      const run = (): void => void super.emit(event as 'message', ...(args as [unknown]));
      // That it is there is no turn where nobody listens.
      const isLazy = event === 'online';
      tasks.arrived(`${String(event)} of ${this.#name}`, { port: undefined, data: undefined, run, isLazy });
      return true;
    }

    override terminate(): Promise<number> {
      return gate.perform(
        `terminates ${this.#agent}`,
        () => super.terminate(),
        undefined,
        () => 'undefined',
      );
    }
  }
  return Worker;
}

/** As the world names it (javascript/world/world.ts). */
function nameOf(given: string | undefined, number: number, maker: string): string {
  const name = given === undefined || given === '' ? 'worker' : given;
  return `${name} ${number}${maker === 'main' ? '' : ` of ${maker}`}`;
}

function publicPortOf(worker: EngineWorker): object {
  const symbol = Object.getOwnPropertySymbols(worker).find(({ description }) => description === 'kPublicPort');
  return Reflect.get(worker, symbol as symbol) as object;
}

function fileOf(gate: Gate, filename: string | URL, options: WorkerOptions): string {
  if (options.eval === true) refuse(gate, 'it starts a worker from a text, which cannot be done on these threads');
  if (options.stdin === true || options.stdout === true || options.stderr === true)
    refuse(gate, 'it reads what a worker prints, or writes what it reads, which cannot be done on these threads');
  if (typeof options.env === 'symbol') refuse(gate, 'it shares its environment with a worker');
  const text = String(filename);
  if (filename instanceof URL && text.startsWith('file:')) return fileURLToPath(filename);
  if (typeof filename === 'string' && /^(\/|\.\.?\/)/.test(filename)) return resolve(HERE, filename);
  return refuse(gate, `it starts a worker from ${text}, which cannot be done on these threads`);
}

const HERE = process.cwd();
