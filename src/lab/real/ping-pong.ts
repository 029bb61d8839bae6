/** How near the cores are to each other at this moment: a cache line's way to another core and back. */
import { Worker } from 'node:worker_threads';
import { sampleOf } from '../sample.ts';

const TRIPS = 20_000;
const TRIES = 3;

/** Both sides of the ping-pong: the even one writes odd numbers. */
const PARTNER = `
const { workerData } = require('node:worker_threads');
const word = new Int32Array(workerData.memory);
for (let i = 1; i < 2 * workerData.trips; i += 2) { while (Atomics.load(word, 0) !== i); Atomics.store(word, 0, i + 1); }
`;

/** Nanoseconds of a round trip between two threads, the median of a few tries. */
export async function pingPong(): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const memory = new SharedArrayBuffer(64);
    const word = new Int32Array(memory);
    const worker = new Worker(PARTNER, { eval: true, workerData: { memory, trips: TRIPS } });
    await new Promise((resolve) => worker.once('online', resolve));
    let startedAt = 0;
    for (let i = 0; i < 2 * TRIPS; i += 2) {
      if (i === TRIPS) startedAt = performance.now();
      Atomics.store(word, 0, i + 1);
      while (Atomics.load(word, 0) !== i + 2);
    }
    times.push(((performance.now() - startedAt) * 1e6) / (TRIPS / 2));
    await worker.terminate();
  }
  return sampleOf(times).median;
}
