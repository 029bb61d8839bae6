/** What the bench asks of a CPU and what it gets back: plain data that travels between threads. */
import type { UncutCode } from '../../boot/uncut.ts';

export interface WorkerSetup {
  readonly memory: SharedArrayBuffer;
  readonly cpu: number;
  /** process.hrtime of the moment that times are counted from. */
  readonly epoch: bigint;
}

/** Measures the thread's clock, and what a stamp and a turn of cpu_delay take. */
export interface CalibrateJob {
  readonly kind: 'calibrate';
}

/** Takes the lock again and again until the round is over. */
export interface TurnsJob {
  readonly kind: 'turns';
  readonly lock: string;
  readonly cpus: number;
  /** CPUs that take part in the ping-pong probe; fewer than two: none. */
  readonly probeCpus: number;
  /** Turns of cpu_delay. */
  readonly inside: number;
  readonly outside: number;
  readonly touch: number;
  readonly writes: number;
  /** Whether to take time stamps. */
  readonly timed: boolean;
}

/** Times acquire and release of a lock that nobody else wants. */
export interface UncontendedJob {
  readonly kind: 'uncontended';
  readonly lock: string;
  /** The lock compiled to WebAssembly; null where there is none. */
  readonly code: UncutCode | null;
}

export type Job = CalibrateJob | TurnsJob | UncontendedJob;

export interface Calibration {
  readonly stampNs: number;
  readonly delayNs: number;
  /** A plain load, a locked add to a word of its own, cpu_relax. */
  readonly plainNs: number;
  readonly lockedNs: number;
  readonly relaxNs: number;
}

/** One CPU's part of a round. Times of `holds` are in milliseconds since the epoch: asked, got, released. */
export interface TurnsReply {
  readonly turns: number;
  /** Those that had the lock for itself. */
  readonly writes: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Round trip of a cache line, from CPU 0. */
  readonly probeNs: number | null;
  readonly log: TurnLogData | null;
}

export interface TurnLogData {
  readonly waits: Float64Array;
  readonly acquisitions: number;
  readonly acqBounces: number;
  readonly conBounces: number;
  /** Turns for reading that found the lock held, and turns for writing. */
  readonly readContentions: number;
  readonly writeContentions: number;
  readonly longestWaitNs: number;
  readonly waitMin: number;
  readonly waitMax: number;
  readonly waitTotal: number;
  readonly holdMin: number;
  readonly holdMax: number;
  readonly holdTotal: number;
  readonly holds: Float64Array;
}

/** Nanoseconds of acquire and release: the lock's own code, the same compiled, and the algorithm by hand where there is one. */
export interface UncontendedReply {
  readonly ns: number;
  readonly wasmNs: number | null;
  readonly atomicsNs: number | null;
}

export type Answer<T> =
  | { readonly kind: 'done'; readonly value: T }
  /** The machine was stopped while this CPU waited. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly stack: string };
