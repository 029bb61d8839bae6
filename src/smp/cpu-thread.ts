/**
 * The thread of one CPU, seen from both sides. A thread of Node's own and nothing around it: a pool costs each a seventh more,
 * and a gang has no use for one.
 */
import { parentPort, SHARE_ENV, Worker, workerData } from 'node:worker_threads';
import type { CpuResult, CpuTask } from './cpu-job.ts';

type Answer = { readonly result: CpuResult } | { readonly error: unknown };

const say = (one: Answer): void => parentPort?.postMessage(one);

/** In the thread: plays the CPU and answers with what came of it. */
export async function playCpu(play: (task: CpuTask) => CpuResult | Promise<CpuResult>): Promise<void> {
  try {
    say({ result: await play(workerData as CpuTask) });
  } catch (error) {
    say({ error });
  }
}

export class CpuThread {
  /** Rejected when the thread failed, or ended before it had one. */
  readonly result: Promise<CpuResult>;
  readonly #worker: Worker;

  /** Begins it at once. */
  constructor(file: URL, task: CpuTask) {
    const worker = new Worker(file, { workerData: task, env: SHARE_ENV, trackUnmanagedFds: false });
    this.#worker = worker;
    this.result = new Promise<CpuResult>((resolve, reject) => {
      worker.once('message', (answer: Answer) => ('result' in answer ? resolve(answer.result) : reject(answer.error)));
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread of CPU ${task.cpu} ended by itself with ${code}`)));
    });
  }

  /** Cuts it off, if it is there yet. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
