/** One CPU of the bench, on its own thread: does the jobs it is given. */
import { attach, cpu_delay, cpu_relax, load, store, xadd } from '../../machine/bus.ts';
import { locks } from '../../machine/locks/index.ts';
import type { LockKind } from '../../machine/locks/lock-kind.ts';
import { byHand } from './by-hand.ts';
import { pairsOf } from './compiled-pairs.ts';
import { bestOf, clockOffset, stampCost } from './clock.ts';
import type { Calibration, Job, TurnsJob, TurnsReply, UncontendedJob, UncontendedReply, WorkerSetup } from './job.ts';
import { ARRIVED, LOCK, PROBED, RELEASED, recordAddress, STARTED, scratchAddress, TOKEN } from './map.ts';
import { TurnLog } from './turn-log.ts';
import type { TimedTurns, Turns } from './work.ts';

/** Turns of a barrier's spin before the thread sleeps, and how long it sleeps. */
const SPIN = 2000;
const SLEEP_MS = 1;
/** The probe: batches of so many trips; the median batch is what counts. Given up after so long. */
const PROBE_BATCHES = 9;
const PROBE_TRIPS = 200;
const PROBE_LIMIT_MS = 50;
/** Turns are kept for the time line once every CPU is under way. */
const UNDER_WAY_MS = 2;
const DELAY_TURNS = 2000;
const SHORT_DELAY = 100;
const PAIR_WINDOWS = 40;
const PAIR_TURNS = 5000;
/** Words that the loops by hand use. */
const BY_HAND_WORDS = 32;

type Loops<W extends Turns> = {
  readonly [shape in LockKind['shape']]: (code: never, lock: number, me: number, work: W) => void;
};

export class LockCpu {
  private readonly cpu: number;
  private readonly words: Int32Array;
  private readonly offset: number;
  private calibration: Calibration | undefined;

  constructor({ memory, cpu, epoch }: WorkerSetup) {
    attach(memory, cpu);
    this.cpu = cpu;
    this.words = new Int32Array(memory);
    this.offset = clockOffset(epoch);
  }

  /** Does a job. Throws MachineStopped when the machine is stopped on the way. */
  async perform(job: Job): Promise<Calibration | TurnsReply | UncontendedReply> {
    if (job.kind === 'calibrate') return this.calibrate();
    return job.kind === 'turns' ? await this.turns(job) : await this.uncontended(job);
  }

  private calibrate(): Calibration {
    const scratch = scratchAddress(this.cpu);
    this.calibration ??= {
      stampNs: stampCost(),
      delayNs: bestOf(200, DELAY_TURNS, shortDelays),
      plainNs: bestOf(60, DELAY_TURNS, (turns) => loads(turns, scratch)),
      lockedNs: bestOf(60, DELAY_TURNS, (turns) => lockedAdds(turns, scratch)),
      relaxNs: bestOf(60, DELAY_TURNS, relaxes),
    };
    return this.calibration;
  }

  private async turns(job: TurnsJob): Promise<TurnsReply> {
    const kind = lockNamed(job.lock);
    const loops = await loopsOf(job.lock, job.timed);
    const { stampNs } = this.calibrate();
    this.barrier(ARRIVED, job.cpus);
    const probeNs = this.cpu < job.probeCpus && job.probeCpus > 1 ? this.probe(job.probeCpus) : null;
    this.barrier(STARTED, job.cpus);
    const startedAt = performance.now();
    const log = new TurnLog(this.cpu, stampNs, startedAt + UNDER_WAY_MS);
    const { inside, outside, touch, writes } = job;
    const seed = 12345 + 7919 * this.cpu;
    const work: TimedTurns = {
      cpu: this.cpu,
      inside,
      outside,
      touch,
      writes,
      seed,
      turns: 0,
      writesDone: 0,
      sum: 0,
      log,
      lastRelease: new Float64Array(this.words.buffer, RELEASED, 1),
      offset: this.offset,
    };
    loops[kind.shape](kind.code as never, LOCK, recordAddress(this.cpu), work);
    const endedAt = performance.now();
    return {
      turns: work.turns,
      writes: work.writesDone,
      startedAt: startedAt + this.offset,
      endedAt: endedAt + this.offset,
      probeNs,
      log: job.timed ? log.data(this.offset) : null,
    };
  }

  /** Returns when so many CPUs have come here. */
  private barrier(word: number, cpus: number): void {
    const i = word >> 2;
    if (Atomics.add(this.words, i, 1) === cpus - 1) Atomics.notify(this.words, i);
    for (let turn = 0; ; turn++) {
      const here = Atomics.load(this.words, i);
      if (here >= cpus) return;
      cpu_relax();
      if (turn > SPIN) Atomics.wait(this.words, i, here, SLEEP_MS);
    }
  }

  /**
   * A token goes round among CPUs: nanoseconds of two hand-overs, that is, of a cache line to another core and back.
   * CPU 0 times it; null for the others, and when it takes so long that cores cannot all be there.
   */
  private probe(cpus: number): number | null {
    const token = TOKEN >> 2;
    const over = PROBED >> 2;
    const rounds = PROBE_BATCHES * PROBE_TRIPS;
    if (this.cpu !== 0) {
      for (let round = 0; round < rounds; round++) {
        const turn = round * cpus + this.cpu;
        while (Atomics.load(this.words, token) !== turn) if (Atomics.load(this.words, over) !== 0) return null;
        Atomics.store(this.words, token, turn + 1);
      }
      return null;
    }
    const times: number[] = [];
    const until = performance.now() + PROBE_LIMIT_MS;
    let last = performance.now();
    for (let round = 0; round < rounds; round++) {
      Atomics.store(this.words, token, round * cpus + 1);
      for (let turn = 1; Atomics.load(this.words, token) !== (round + 1) * cpus; turn++) {
        if (turn % 1000 !== 0 || performance.now() < until) continue;
        Atomics.store(this.words, over, 1);
        return null;
      }
      if ((round + 1) % PROBE_TRIPS !== 0) continue;
      const now = performance.now();
      times.push(((now - last) * 1e6 * 2) / (PROBE_TRIPS * cpus));
      last = now;
    }
    return times.sort((a, b) => a - b)[PROBE_BATCHES >> 1] ?? null;
  }

  /** Best of windows that change between the lock, the lock compiled, and the loop by hand. */
  private async uncontended({ lock, code }: UncontendedJob): Promise<UncontendedReply> {
    const kind = lockNamed(lock);
    const { pairs } = await loopsOf(lock, false);
    const compiled = code === null ? undefined : pairsOf(code, this.cpu);
    const hand = byHand[lock];
    // The loop of another lock may have used these words before.
    const at = scratchAddress(this.cpu) >> 2;
    this.words.fill(0, at, at + BY_HAND_WORDS);
    const me = recordAddress(this.cpu);
    let ns = Number.POSITIVE_INFINITY;
    let wasmNs = Number.POSITIVE_INFINITY;
    let atomicsNs = Number.POSITIVE_INFINITY;
    for (let window = 0; window < PAIR_WINDOWS; window++) {
      ns = Math.min(
        ns,
        bestOf(1, PAIR_TURNS, (turns) => pairs(kind.code, LOCK, me, turns)),
      );
      if (compiled !== undefined) {
        wasmNs = Math.min(
          wasmNs,
          bestOf(1, PAIR_TURNS, (turns) => compiled.pairs(LOCK, me, turns)),
        );
      }
      if (hand === undefined) continue;
      atomicsNs = Math.min(
        atomicsNs,
        bestOf(1, PAIR_TURNS, (turns) => hand(this.words, at, turns)),
      );
    }
    return { ns, wasmNs: compiled === undefined ? null : wasmNs, atomicsNs: hand === undefined ? null : atomicsNs };
  }
}

/** As short as those of a load: a core overlaps the end of one with what follows. */
function shortDelays(turns: number): void {
  for (let i = 0; i < turns; i += SHORT_DELAY) cpu_delay(SHORT_DELAY);
}

function loads(turns: number, address: number): void {
  let sum = 0;
  for (let i = 0; i < turns; i++) sum = (sum + load(address)) | 0;
  store(address, sum);
}

function lockedAdds(turns: number, address: number): void {
  for (let i = 0; i < turns; i++) xadd(address, 1);
}

function relaxes(turns: number): void {
  for (let i = 0; i < turns; i++) cpu_relax();
}

function lockNamed(name: string): LockKind {
  const kind = locks.find((lock) => lock.name === name);
  if (kind === undefined) throw new Error(`no lock ${name}`);
  return kind;
}

/** Loops that no other lock runs: a module imported with another query is another module. */
async function loopsOf(lock: string, timed: false): Promise<typeof import('./turns.ts')>;
async function loopsOf(lock: string, timed: boolean): Promise<Loops<TimedTurns>>;
async function loopsOf(lock: string, timed: boolean): Promise<unknown> {
  const file = timed ? './timed-turns.js' : './turns.js';
  return await import(new URL(`./${file}?lock=${lock}`, import.meta.url).href);
}
