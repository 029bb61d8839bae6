/**
 * The CPUs, a thread each. A gang needs all its members running at once: a machine whose CPUs do not all come up is refused.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CpuResult, CpuTask } from './cpu-job.ts';
import { CpuThread } from './cpu-thread.ts';
import type { Demands } from '../check/still/program-checks.ts';
import { machine } from '../machine/map.ts';
import type { Console } from './console.ts';
import { uncutCodeFor } from '../boot/uncut.ts';
import type { LockChoice } from '../boot/lock-choice.ts';

/** A machine that cannot run as asked; the message says what to do. */
export class GangError extends Error {}

/**
 * Turns a CPU spins before its thread parks. With a core for each CPU about 12 us, some critical sections long, since
 * parking and waking cost 50 us; with fewer cores 2 us, since the holder may be waiting for this one's core.
 */
const SPIN_LONG = 1500;
const SPIN_SHORT = 200;

const CPU_WORKER = new URL('../../workers/cpu.js', import.meta.url);

/** How long the last CPU may take to come up. */
const startLimitMs = (cpus: number): number => 20_000 + 1_000 * cpus;

export interface GangOptions {
  readonly locks?: readonly LockChoice[] | undefined;
  /** Table of last holders, when CPUs are to record lock_stat (lock-recorder.ts). */
  readonly holders?: SharedArrayBuffer | null;
  /** Properties that every CPU looks at when it returns from a system call. */
  readonly demands?: Demands | null;
  /** What programs choose is drawn from it. */
  readonly seed?: number;
  /** Accesses from one tick to the next (machine/tick.ts); by default they come only to who waits for time. */
  readonly ticks?: CpuTask['ticks'];
  /** The file that plays a CPU; tests put their own there. */
  readonly worker?: URL | undefined;
}

export class Gang {
  /** One result a CPU, in order; rejected when it was ourselves who failed. */
  readonly results: readonly Promise<CpuResult>[];
  /** Becomes true as soon as one CPU is done, for whatever reason. */
  someoneLeft = false;
  private readonly threads: readonly CpuThread[];

  constructor(
    memory: SharedArrayBuffer,
    cpus: number,
    { locks = [], holders = null, demands = null, seed = 0, ticks = 0, worker = CPU_WORKER }: GangOptions = {},
  ) {
    const code = uncutCodeFor(memory);
    const spinTurns = cpus <= availableParallelism() ? SPIN_LONG : SPIN_SHORT;
    this.threads = Array.from(
      { length: cpus },
      (_, cpu) => new CpuThread(worker, { memory, code, cpu, spinTurns, seed, locks, holders, demands, ticks }),
    );
    this.results = this.threads.map(({ result }) => result);
    for (const result of this.results) {
      const left = (): void => {
        this.someoneLeft = true;
      };
      result.then(left, left);
    }
  }

  /** Returns when every CPU passed the start barrier. Throws GangError when one does not come. */
  async started(console: Console): Promise<void> {
    const until = performance.now() + startLimitMs(console.cpus);
    for (;;) {
      const online = console.read(machine.online);
      if (online >= console.cpus) return;
      if (this.someoneLeft || performance.now() > until) {
        console.stop();
        throw new GangError(`only ${online} of ${console.cpus} CPUs came up; try fewer with --cpus`, {
          cause: await this.firstFailure(),
        });
      }
      await sleep(2);
    }
  }

  /** Cuts every CPU off; what the first one failed with that did so by itself, or undefined. */
  private async firstFailure(): Promise<unknown> {
    const failures: unknown[] = [];
    for (const result of this.results) result.catch((reason: unknown) => failures.push(reason));
    await sleep(0);
    const [first] = failures;
    await this.end();
    return first;
  }

  /** Every CPU's result, or what it failed with; a CPU that does not leave within the limit is cut off. */
  async collect(limitMs: number): Promise<PromiseSettledResult<CpuResult>[]> {
    const all = Promise.allSettled(this.results);
    const timeout = AbortSignal.timeout(limitMs);
    const late = new Promise<'late'>((resolve) => timeout.addEventListener('abort', () => resolve('late')));
    if ((await Promise.race([all, late])) === 'late') await this.end();
    const settled = await all;
    await this.end();
    return settled;
  }

  private async end(): Promise<void> {
    await Promise.all(this.threads.map(async (one) => await one.end()));
  }
}
