/** The thread of one agent, as it is seen from outside: what it has told and is not taken yet, and its turns. */
import { type MessagePort, type Transferable, Worker } from 'node:worker_threads';
import type { FromThread, Sleep, Standing, ThreadSetup, ToThread } from './messages.ts';

/** The program's files become modules of the engine as texts. */
export const FLAGS = ['--no-warnings', '--experimental-vm-modules'];
export const CODE = new URL('../../../workers/agent.js', import.meta.url);

/** Told of agents that it starts. */
type Begins = (agent: number, port: MessagePort) => void;

export class AgentThread {
  /** Where it sleeps, or slept last. */
  sleep: Sleep | undefined;
  /** Where it stands, or stood last. */
  standing: Standing | undefined;
  readonly #control: Int32Array;
  readonly #begins: Begins | undefined;
  readonly #told: FromThread[] = [];
  /** Tasks that have come in for it, how many by what they are. */
  readonly #arrived = new Map<string, number>();
  #worker: Worker | undefined;
  #port: Worker | MessagePort | undefined;
  #heard: (() => void) | undefined;

  constructor(control: Int32Array, begins?: Begins) {
    this.#control = control;
    this.#begins = begins;
  }

  /** Starts it from here. */
  start(setup: ThreadSetup): void {
    const transferList = (setup.given?.ports ?? []) as readonly Transferable[];
    const options = { workerData: setup, env: {}, execArgv: FLAGS, stdout: true, stderr: true };
    this.#worker = new Worker(CODE, { ...options, transferList: [...transferList] });
    this.#worker.on('error', (error) => this.#hear({ kind: 'failed', what: `uncaught ${String(error)}`, stack: [] }));
    this.attach(this.#worker);
  }

  /** It is there, and this leads to it. */
  attach(port: Worker | MessagePort): void {
    this.#port = port;
    port.on('message', (message: FromThread) => this.#hear(message));
  }

  /** What it tells next, which stays there; undefined when it tells nothing for so many milliseconds. */
  async next(milliseconds: number): Promise<FromThread | undefined> {
    await this.#until(() => this.#told.length > 0, milliseconds);
    return this.#told[0];
  }

  /** The same, and it is taken. */
  async take(milliseconds: number): Promise<FromThread | undefined> {
    const message = await this.next(milliseconds);
    this.#told.shift();
    return message;
  }

  /** Begins a task once it has come in. False when it does something else, or nothing for so many milliseconds. */
  async begin(what: string, milliseconds: number): Promise<boolean> {
    const count = (): number => this.#arrived.get(what) ?? 0;
    await this.#until(() => count() > 0 || this.#told.length > 0, milliseconds);
    if (count() === 0) return false;
    this.#arrived.set(what, count() - 1);
    this.tell({ begin: what });
    return true;
  }

  async #until(isSo: () => boolean, milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!isSo() && performance.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - performance.now());
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#heard = undefined;
    }
  }

  /** Whether it has told something that is not taken yet. */
  get hasTold(): boolean {
    return this.#told.length > 0;
  }

  /** It is its turn. */
  go(agent: number): void {
    Atomics.add(this.#control, agent, 1);
    Atomics.notify(this.#control, agent);
  }

  tell(message: ToThread): void {
    this.#port?.postMessage(message);
  }

  /** With it ends all that it has started. */
  async end(): Promise<void> {
    await this.#worker?.terminate();
  }

  #hear(message: FromThread): void {
    if (message.kind === 'begins') {
      this.#begins?.(message.agent, message.port);
      return;
    }
    if (message.kind === 'sleeps') this.sleep = message;
    if (message.kind === 'stands') this.standing = message;
    if (message.kind === 'arrived') this.#arrived.set(message.what, (this.#arrived.get(message.what) ?? 0) + 1);
    else this.#told.push(message);
    this.#heard?.();
  }
}
