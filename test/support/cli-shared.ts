/**
 * Command lines that need no process of their own: they share one, and so the half second in which a process gets ready.
 * They run in the thread and through the code of the real command; what does not take part is Door, and the start and the
 * end of a process, for which there is cli-process.ts.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Finished } from './cli-process.ts';

const HOST = fileURLToPath(new URL('./cli-host.js', import.meta.url));
const HANGS_MS = 540_000;
/** What a command leaves behind in a thread, such as compiled modules, must not add up. */
const MOST = 100;

export class SharedCommands {
  readonly #file: string;
  #host: ChildProcess | undefined;
  #left = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /** `file`: what the process runs. */
  constructor(file = HOST) {
    this.#file = file;
  }

  /** As `tasklock` of cli-process.ts; one after the other. */
  run(args: readonly string[], { cwd = process.cwd() } = {}): Promise<Finished> {
    const result = this.#queue.then(() => this.#perform(args, cwd));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #perform(args: readonly string[], cwd: string): Promise<Finished> {
    if (this.#left-- === 0 || this.#host?.connected !== true) {
      if (this.#host?.connected === true) this.#host.disconnect();
      this.#host = fork(this.#file, { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      // Files of tests that share a process share it as well. It ends with them.
      this.#host.unref();
      this.#host.channel?.unref();
      this.#left = MOST - 1;
    }
    const child = this.#host;
    const watchdog = setTimeout(() => child.kill('SIGKILL'), HANGS_MS);
    try {
      return await new Promise<Finished>((resolve, reject) => {
        child.once('message', (message) => resolve(message as Finished));
        child.once('exit', () => reject(new Error(`tasklock ${args.join(' ')} did not end, or ended its process`)));
        child.send({ args, cwd });
      });
    } finally {
      clearTimeout(watchdog);
      child.removeAllListeners();
    }
  }
}

const commands = new SharedCommands();

export const shared: SharedCommands['run'] = (...line) => commands.run(...line);
