/** The thread of one agent, as it is seen from outside: what it has told and is not taken yet, and its turns. */
import { Worker } from 'node:worker_threads';
import type { FromThread, Sleep, Standing, ThreadSetup, ToThread } from './messages.ts';

/** The program's files become modules of the engine as texts. */
const FLAGS = ['--no-warnings', '--experimental-vm-modules'];
const CODE = new URL('../../../workers/agent.js', import.meta.url);

export class AgentThread {
  /** Where it sleeps, or slept last. */
  sleep: Sleep | undefined;
  /** Where it stands, or stood last. */
  standing: Standing | undefined;
  readonly #worker: Worker;
  readonly #control: Int32Array;
  readonly #told: FromThread[] = [];
  #heard: (() => void) | undefined;

  constructor(setup: ThreadSetup) {
    this.#control = setup.control;
    this.#worker = new Worker(CODE, { workerData: setup, env: {}, execArgv: FLAGS, stdout: true, stderr: true });
    this.#worker.on('message', (message: FromThread) => this.#hear(message));
    this.#worker.on('error', (error) => this.#hear({ kind: 'failed', what: `uncaught ${String(error)}`, stack: [] }));
  }

  /** What it tells next, which stays there; undefined when it tells nothing for so many milliseconds. */
  async next(milliseconds: number): Promise<FromThread | undefined> {
    if (this.#told.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#heard = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#heard = undefined;
    }
    return this.#told[0];
  }

  /** The same, and it is taken. */
  async take(milliseconds: number): Promise<FromThread | undefined> {
    const message = await this.next(milliseconds);
    this.#told.shift();
    return message;
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
    this.#worker.postMessage(message);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    if (message.kind === 'sleeps') this.sleep = message;
    if (message.kind === 'stands') this.standing = message;
    this.#told.push(message);
    this.#heard?.();
  }
}
