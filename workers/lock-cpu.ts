/** One CPU of the lock bench: jobs come as messages, each is answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { LockCpu } from '../src/lab/real/cpu.ts';
import type { Answer, Job, WorkerSetup } from '../src/lab/real/job.ts';
import { MachineStopped } from '../src/machine/fault.ts';

const cpu = new LockCpu(workerData as WorkerSetup);

async function answer(job: Job): Promise<Answer<unknown>> {
  try {
    return { kind: 'done', value: await cpu.perform(job) };
  } catch (error) {
    if (error instanceof MachineStopped) return { kind: 'stopped' };
    return { kind: 'failed', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await answer(job)));
