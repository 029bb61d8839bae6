/** A thread on which an agent of a recorded execution runs for real (src/javascript/threads). */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ThreadSetup } from '../src/javascript/threads/messages.ts';
import { runThread } from '../src/javascript/threads/thread.ts';

await runThread(parentPort as MessagePort, workerData as ThreadSetup);
