/** Lock algorithms compiled to WebAssembly: they do what their JavaScript does, and keep threads apart. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { compilePairs, pairsOf } from '../../dist/src/lab/real/compiled-pairs.js';
import { LOCK, recordAddress, scratchAddress } from '../../dist/src/lab/real/map.js';
import { attach, load, store } from '../../dist/src/machine/bus.js';
import { locks } from '../../dist/src/machine/locks/index.js';
import { RECORD_CPU, RECORD_SOCKET } from '../../dist/src/machine/locks/lock-kind.js';
import { createRam, hashRam } from '../../dist/src/machine/ram.js';

const RAM = 1024 * 1024;
const CPUS = 2;
const COUNT = scratchAddress(CPUS);

/** RAM with a free lock and the records of CPUs; this thread is its CPU 0. */
function prepared({ code }: (typeof locks)[number]): SharedArrayBuffer {
  const memory = createRam({ cpus: 1, bytes: RAM, engine: 'wasm' });
  attach(memory, 0);
  for (let cpu = 0; cpu < CPUS; cpu++) {
    store(recordAddress(cpu) + RECORD_CPU, cpu);
    store(recordAddress(cpu) + RECORD_SOCKET, 0);
  }
  code.init(LOCK, CPUS);
  return memory;
}

const compiled = (kind: (typeof locks)[number], memory: SharedArrayBuffer) => {
  const code = compilePairs(kind.name, memory);
  if (code === null) throw new Error('this host has no shared memory for WebAssembly');
  return code;
};

describe.each(locks)('$name', (kind) => {
  test('leaves the words of RAM that its JavaScript leaves', () => {
    const TURNS = 50;
    const reference = prepared(kind);
    for (let turn = 0; turn < TURNS; turn++) {
      kind.code.acquire(LOCK, recordAddress(0));
      store(COUNT, load(COUNT) + 1);
      kind.code.release(LOCK, recordAddress(0));
    }
    const memory = prepared(kind);
    pairsOf(compiled(kind, memory), 0).counting(LOCK, recordAddress(0), TURNS, COUNT);
    expect(hashRam(memory)).toBe(hashRam(reference));
    expect(load(COUNT)).toBe(TURNS);
  });
});

const THREAD = `
  const { workerData: { code, memory, cpu, lock, me, turns, count, urls, gate } } = require('node:worker_threads');
  (async () => {
    const [{ attach }, { pairsOf }] = await Promise.all(urls.map((url) => import(url)));
    attach(memory, cpu);
    const { counting } = pairsOf(code, cpu);
    const word = new Int32Array(gate);
    Atomics.add(word, 0, 1);
    Atomics.notify(word, 0);
    while (Atomics.load(word, 0) < ${CPUS}) Atomics.wait(word, 0, Atomics.load(word, 0), 10);
    counting(lock, me, turns, count);
  })();
`;
const URLS = ['machine/bus.js', 'lab/real/compiled-pairs.js'].map(
  (path) => new URL(`../../dist/src/${path}`, import.meta.url).href,
);

test.each(['tas', 'ticket', 'mcs', 'qspinlock', 'futex'])('%s keeps two threads apart', async (name) => {
  const TURNS = 20_000;
  const kind = locks.find((one) => one.name === name) as (typeof locks)[number];
  const memory = prepared(kind);
  const code = compiled(kind, memory);
  const gate = new SharedArrayBuffer(4);
  const threads = Array.from({ length: CPUS }, (_, cpu) => {
    const me = recordAddress(cpu);
    const workerData = { code, memory, cpu, lock: LOCK, me, turns: TURNS, count: COUNT, urls: URLS, gate };
    return new Worker(THREAD, { eval: true, workerData });
  });
  const codes = await Promise.all(threads.map(async (thread) => ((await once(thread, 'exit')) as [number])[0]));
  expect(codes).toEqual([0, 0]);
  expect(load(COUNT)).toBe(CPUS * TURNS);
});
