/**
 * The CPUs of the bench as the main thread sees them: one thread each for the whole run, so that the engine has
 * optimised what it runs. A round ends when the main thread says so; a CPU that does not come back is cut off and
 * replaced, so that no lock can make the bench hang.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { attach, memset, store } from '../../machine/bus.ts';
import type { LockKind } from '../../machine/locks/lock-kind.ts';
import { RECORD_BYTES, RECORD_CPU, RECORD_SOCKET } from '../../machine/locks/lock-kind.ts';
import { defaultEngine } from '../../machine/engine.ts';
import { machine } from '../../machine/map.ts';
import { createRam } from '../../machine/ram.ts';
import { compilePairs } from './compiled-pairs.ts';
import type { Answer, Calibration, Job, TurnsJob, TurnsReply, UncontendedReply, WorkerSetup } from './job.ts';
import {
  ARRIVED,
  DATA,
  DATA_LINE,
  HOLDER,
  LOCK,
  MOST_LINES,
  PROBED,
  RELEASED,
  recordAddress,
  STARTED,
  STOP,
  TOKEN,
} from './map.ts';

const RAM = 1024 * 1024;
const LOCK_CPU = new URL('../../../workers/lock-cpu.js', import.meta.url);
/** How long CPUs may take to come to the start, and to come back after the end of a round, with so many of them. */
const startLimitMs = (cpus: number): number => 10_000 + 500 * cpus;
const endLimitMs = (cpus: number): number => 10_000 + 500 * cpus;
/** After it, a CPU that was told to leave whatever it waits for is given up. */
const LEAVE_LIMIT_MS = 500;

/** What came of a round: every CPU's part, or nothing because some CPU had to be cut off. */
export type Round = readonly TurnsReply[] | 'cut off';

export class LockGang {
  private readonly memory = createRam({ cpus: 1, bytes: RAM, engine: defaultEngine() });
  private readonly words = new Int32Array(this.memory);
  private readonly epoch = process.hrtime.bigint();
  private workers: Worker[];
  private readonly file: URL;

  /** `file` is what plays a CPU; tests put their own there. */
  constructor(cpus: number, file = LOCK_CPU) {
    this.file = file;
    this.workers = Array.from({ length: cpus }, (_, cpu) => this.startWorker(cpu));
    attach(this.memory, 0);
  }

  private startWorker(cpu: number): Worker {
    const workerData: WorkerSetup = { memory: this.memory, cpu, epoch: this.epoch };
    const worker = new Worker(this.file, { workerData });
    worker.setMaxListeners(0);
    return worker;
  }

  async calibrate(): Promise<Calibration> {
    return (await this.ask(0, { kind: 'calibrate' })) as Calibration;
  }

  async uncontended(kind: LockKind): Promise<UncontendedReply> {
    this.prepare(kind, 1);
    const code = compilePairs(kind.name, this.memory);
    return (await this.ask(0, { kind: 'uncontended', lock: kind.name, code })) as UncontendedReply;
  }

  /** One round of so many milliseconds, or until the signal. Throws when a CPU fails, or two were inside at once. */
  async round(kind: LockKind, job: TurnsJob, ms: number, signal: AbortSignal): Promise<Round> {
    this.prepare(kind, job.cpus);
    const answers = Array.from({ length: job.cpus }, (_, cpu) => this.ask(cpu, job));
    const all = Promise.all(answers);
    const settled = all.then(
      () => true,
      () => true,
    );
    const limit = performance.now() + startLimitMs(job.cpus);
    while (this.read(STARTED) < job.cpus && performance.now() < limit && !(await isOver(settled, 1)));
    await isOver(settled, ms, signal);
    this.write(STOP, 1);
    if (!(await isOver(settled, endLimitMs(job.cpus)))) {
      this.write(machine.stop, 1);
      await isOver(settled, LEAVE_LIMIT_MS);
      await this.replace();
      this.write(machine.stop, 0);
      return 'cut off';
    }
    const replies = (await all) as TurnsReply[];
    this.checkAlone(kind, job, replies);
    return replies;
  }

  /** With a counter that every turn for writing adds to, unguarded but for the lock, nothing may be lost. */
  private checkAlone(kind: LockKind, job: TurnsJob, replies: readonly TurnsReply[]): void {
    if (job.touch === 0) return;
    const writes = replies.reduce((sum, reply) => sum + reply.writes, 0) | 0;
    const counted = this.read(DATA);
    if (counted !== writes) {
      throw new Error(`${kind.name} on ${job.cpus} CPUs let two in at once: ${writes} turns, ${counted} counted`);
    }
  }

  private prepare(kind: LockKind, cpus: number): void {
    attach(this.memory, 0);
    for (const word of [STOP, ARRIVED, STARTED, TOKEN, PROBED, HOLDER, RELEASED, RELEASED + 4]) store(word, 0);
    memset(DATA, 0, MOST_LINES * DATA_LINE);
    for (let cpu = 0; cpu < cpus; cpu++) {
      memset(recordAddress(cpu), 0, RECORD_BYTES);
      store(recordAddress(cpu) + RECORD_CPU, cpu);
      store(recordAddress(cpu) + RECORD_SOCKET, 0);
    }
    memset(LOCK, 0, (kind.bytes(cpus) + 3) & ~3);
    kind.code.init(LOCK, cpus);
  }

  /** Sends a job and waits for its answer. Rejects when the CPU fails or dies. */
  private async ask(cpu: number, job: Job): Promise<unknown> {
    const worker = this.workers[cpu];
    if (worker === undefined) throw new Error(`no CPU ${cpu}`);
    const answered = new Promise<Answer<unknown>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    worker.postMessage(job);
    const answer = await answered;
    worker.removeAllListeners('error');
    if (answer.kind === 'done') return answer.value;
    throw answer.kind === 'stopped' ? new Error('stopped') : new Error(`CPU ${cpu}: ${answer.stack}`);
  }

  /** New threads for all CPUs: the old ones may be anywhere. */
  private async replace(): Promise<void> {
    const count = this.workers.length;
    await this.end();
    this.workers = Array.from({ length: count }, (_, cpu) => this.startWorker(cpu));
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private read(address: number): number {
    return Atomics.load(this.words, address >> 2);
  }

  private write(address: number, value: number): void {
    Atomics.store(this.words, address >> 2, value);
    Atomics.notify(this.words, address >> 2);
  }
}

/** True when the promise was settled within so long, and before the signal. */
async function isOver(promise: Promise<unknown>, ms: number, signal?: AbortSignal): Promise<boolean> {
  const late = new AbortController();
  const ends = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
  const timer = sleep(ms, false, { signal: ends }).catch(() => false);
  const over = await Promise.race([promise.then(() => true), timer]);
  late.abort();
  return over;
}
