/** Which machine this is, how quiet it is, and how near its cores are to each other at this moment. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { Worker } from 'node:worker_threads';
import { sample } from './rounds.ts';

/** A round trip of a cache line below this is near: two threads on cores that share a cache. */
const NEAR_NS = 250;
const TRIPS = 20_000;

/** Both sides of the ping-pong: the even one writes odd numbers. */
const PARTNER = `
const { workerData } = require('node:worker_threads');
const word = new Int32Array(workerData.memory);
for (let i = 1; i < 2 * workerData.trips; i += 2) { while (Atomics.load(word, 0) !== i); Atomics.store(word, 0, i + 1); }
`;

/** Nanoseconds of a cache line's round trip between two threads, best of a few. */
async function pingPong(): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) {
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
  return sample(times).median;
}

/** The lines every run of the bench begins with. */
export async function machineLines(): Promise<string[]> {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  const lines = [`${cpus()[0]?.model ?? 'unknown CPU'}, ${cores} cores, Node ${process.versions.node}`];
  if (load > cores - 1)
    lines.push(`noisy: the load is ${load.toFixed(1)} on ${cores} cores, only ratios mean something`);
  if (cores < 2) return [...lines, 'one core: figures for two CPUs are those of taking turns'];
  const trip = await pingPong();
  const phase = trip < NEAR_NS ? 'near' : 'far';
  return [...lines, `a cache line goes to the other core and back in ${trip.toFixed(0)} ns: ${phase}`];
}
