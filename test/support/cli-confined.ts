/**
 * Command lines about JavaScript that need no process of their own: they share one, confined as the door confines it, and so
 * the second in which two processes get ready. They run through the code of the real command; what does not take part is
 * Door, that the command is begun anew, and the start and the end of a process: for these there is cli-process.ts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { confinedArguments } from '../../dist/src/cli/confined.js';
import { type FromCommand, SETUP_VARIABLE } from '../../dist/src/cli/protocol.js';
import { Heard } from './cli-heard.js';
import type { Finished } from './cli-process.ts';

const HOST = fileURLToPath(new URL('./cli-confined-host.js', import.meta.url));
const HANGS_MS = 540_000;
/** What programs leave behind in a process must not add up. */
const MOST = 40;

export class ConfinedCommands {
  readonly #folder: string;
  readonly #threads: boolean;
  #host: ChildProcess | undefined;
  #left = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /** In this folder, to which they may write. `threads`: they may begin real ones. */
  constructor(folder: string, { threads = false } = {}) {
    this.#folder = folder;
    this.#threads = threads;
  }

  /** As `tasklock` of cli-process.ts; one after the other. */
  run(args: readonly string[], { cwd = this.#folder } = {}): Promise<Finished> {
    const result = this.#queue.then(() => this.#perform(args, cwd));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /** To be waited for before the folder goes. */
  async end(): Promise<void> {
    const host = this.#host;
    this.#host = undefined;
    if (host === undefined || host.exitCode !== null || host.signalCode !== null) return;
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await gone;
  }

  async #perform(args: readonly string[], cwd: string): Promise<Finished> {
    if (this.#left-- === 0 || this.#host?.connected !== true) {
      await this.end();
      this.#host = this.#begun();
      this.#left = MOST - 1;
    }
    const host = this.#host as ChildProcess;
    const heard = new Heard();
    const see = (text: Buffer): void => heard.see('stderr', text.toString());
    host.stderr?.on('data', see);
    const watchdog = setTimeout(() => host.kill('SIGKILL'), HANGS_MS);
    try {
      return await new Promise<Finished>((resolve, reject) => {
        host.on('message', (message: FromCommand) => {
          const finished = heard.hear(message);
          if (finished !== undefined) resolve(finished);
        });
        host.once('exit', () => reject(new Error(`tasklock ${args.join(' ')} did not end, or ended its process`)));
        host.send({ args, cwd });
      });
    } finally {
      clearTimeout(watchdog);
      host.stderr?.off('data', see);
      host.removeAllListeners();
    }
  }

  #begun(): ChildProcess {
    const confinement = { writes: [this.#folder], threads: this.#threads };
    return spawn(process.execPath, [...confinedArguments(confinement), HOST], {
      env: { [SETUP_VARIABLE]: '{}' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
  }
}
