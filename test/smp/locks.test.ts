/** The contract of every lock algorithm on real threads: nobody is inside with another, everybody comes to an end. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { attach, load, store } from '../../dist/src/machine/bus.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import type { LockKind } from '../../dist/src/machine/locks/lock-kind.js';
import { createRam } from '../../dist/src/machine/ram.js';

/** Behind the machine's own words, on lines of their own. */
const places = { LOCK: 0x40000, RECORDS: 0x50000, READY: 0x60000, OWNER: 0x60080, LEFT: 0x60100, RIGHT: 0x60180 };
const LIMIT_MS = 60_000;

async function contend(kind: LockKind, cpus: number, turns: number) {
  const memory = createRam({ cpus });
  attach(memory, 0);
  for (let cpu = 0; cpu < cpus; cpu++) {
    store(places.RECORDS + 128 * cpu + 120, cpu);
    store(places.RECORDS + 128 * cpu + 124, cpu & 1);
  }
  kind.code.init(places.LOCK, cpus);
  const script = new URL('./lock-cpu.js', import.meta.url);
  const workers = Array.from(
    { length: cpus },
    (_, cpu) => new Worker(script, { workerData: { memory, cpu, cpus, name: kind.name, turns, places } }),
  );
  const watchdog = setTimeout(() => {
    for (const worker of workers) void worker.terminate();
  }, LIMIT_MS);
  const replies = await Promise.all(
    workers.map((worker) => Promise.race([once(worker, 'message'), once(worker, 'exit')])),
  );
  clearTimeout(watchdog);
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { replies: replies.map(([reply]) => reply), left: load(places.LEFT), right: load(places.RIGHT) };
}

/** Turns of each CPU that write: all, or every eighth of a lock with readers. */
const writesOf = ({ shape }: LockKind, turns: number): number => (shape === 'exclusive' ? turns : Math.ceil(turns / 8));

describe('every lock algorithm on real threads', () => {
  test.each(locks.map((kind) => [kind.name, kind] as const))('%s on 2 CPUs', async (_, kind) => {
    const turns = 20_000;
    const writes = writesOf(kind, turns);
    const { replies, left, right } = await contend(kind, 2, turns);
    const reads = turns - writes;
    expect(replies).toEqual([
      { wrong: 0, reads },
      { wrong: 0, reads },
    ]);
    expect([left, right]).toEqual([2 * writes, 2 * writes]);
  });

  // With more CPUs than cores a queue stands still until the host runs the CPU whose turn it is: few turns.
  test.each(locks.map((kind) => [kind.name, kind] as const))('%s on 3 CPUs', async (_, kind) => {
    const turns = 100;
    const writes = writesOf(kind, turns);
    const { replies, left } = await contend(kind, 3, turns);
    expect(replies.map(({ wrong }) => wrong)).toEqual([0, 0, 0]);
    expect(left).toBe(3 * writes);
  });
});
