/** One thread of locks.test.ts: takes a lock so many times and looks whether it is alone. */
import { parentPort, workerData } from 'node:worker_threads';
import { attach, cpu_relax, load, store, xadd } from '../../dist/src/machine/bus.js';
import { locks } from '../../dist/src/machine/locks/index.js';

const { memory, cpu, cpus, name, turns, places } = workerData;
const { code, shape } = locks.find((one) => one.name === name);
const { LOCK, RECORDS, READY, OWNER, LEFT, RIGHT } = places;

attach(memory, cpu);
const me = RECORDS + 128 * cpu;
let wrong = 0;
let reads = 0;

function write() {
  code.acquire(LOCK, me);
  if (load(OWNER) !== 0) wrong++;
  store(OWNER, cpu + 1);
  store(LEFT, load(LEFT) + 1);
  store(RIGHT, load(RIGHT) + 1);
  if (load(OWNER) !== cpu + 1) wrong++;
  store(OWNER, 0);
  code.release(LOCK, me);
}

function readShared() {
  code.acquire_shared(LOCK, me);
  if (load(LEFT) !== load(RIGHT) || load(OWNER) !== 0) wrong++;
  code.release_shared(LOCK, me);
  reads++;
}

function readSequence() {
  let left = 0;
  let right = 0;
  let sequence = 0;
  do {
    sequence = code.read_begin(LOCK);
    left = load(LEFT);
    right = load(RIGHT);
  } while (code.read_retry(LOCK, sequence));
  if (left !== right) wrong++;
  reads++;
}

xadd(READY, 1);
while (load(READY) < cpus) cpu_relax();
for (let turn = 0; turn < turns; turn++) {
  if (shape === 'exclusive' || turn % 8 === 0) write();
  else if (shape === 'shared') readShared();
  else readSequence();
}
parentPort.postMessage({ wrong, reads });
