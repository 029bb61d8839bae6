/**
 * What the lock lab finds out, whatever the clock. Times are nanoseconds, rates are per second; on the model clock both
 * are of virtual time. Everything here is plain data: it is the JSON, and what tables and pages are made of.
 */

/** One value per round: its spread. */
export interface Sample {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** How the CPUs use a lock. */
export interface Load {
  readonly cpus: number;
  /** Work with the lock held, and between a release and the next acquire. */
  readonly insideNs: number;
  readonly outsideNs: number;
  /** Cache lines of shared data written with the lock held. */
  readonly touch: number;
  /** Of 1000 acquisitions, those for writing; of locks that can be shared. */
  readonly writes: number;
}

/** Waiting times, from asking to having. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface Fairness {
  /** Acquisitions of the slowest CPU over those of the fastest, and Jain's index: 1 is even, 1/cpus is one CPU alone. */
  readonly minShare: number;
  readonly jain: number;
  readonly longestWaitNs: number;
}

/** The columns of /proc/lock_stat for one class. Bounces: the last holder was another CPU. */
export interface LockStat {
  readonly name: string;
  readonly conBounces: number;
  readonly contentions: number;
  readonly waitMin: number;
  readonly waitMax: number;
  readonly waitTotal: number;
  readonly acqBounces: number;
  readonly acquisitions: number;
  readonly holdMin: number;
  readonly holdMax: number;
  readonly holdTotal: number;
  /** Where CPUs waited for it, most first, and what the holder of that moment had taken it in: at most four each. */
  readonly points: readonly { readonly place: string; readonly count: number }[];
  readonly blockers: readonly { readonly place: string; readonly count: number }[];
}

/** One turn with the lock, of a time line. */
export interface Hold {
  readonly cpu: number;
  readonly asked: number;
  readonly got: number;
  readonly released: number;
}

/** Near or far: how long a cache line took to the other core and back in the same round. */
export type Phase = 'near' | 'far';

/** One lock under one load. */
export interface LockRow {
  readonly lock: string;
  readonly load: Load;
  readonly rounds: number;
  /** Real clock: of so many rounds, and rounds with time stamps that latency and what follows come from. */
  readonly ofRounds?: number;
  readonly timedRounds?: number;
  /** A CPU did not come back and was cut off; what was measured before stands here. */
  readonly cutOff?: boolean;
  /** Acquisitions a second, all CPUs together: of the rounds in the phase that most rounds were in. */
  readonly throughput: Sample;
  /** On the real clock with two or more CPUs; null elsewhere. */
  readonly phase: Phase | null;
  /** Acquisitions of each CPU in the median round. */
  readonly perCpu: readonly number[];
  readonly fairness: Fairness;
  readonly latency: Latency;
  /** Share of acquisitions whose last holder was another CPU. */
  readonly handOffs: number;
  /** Cache lines that moved between CPUs for each acquisition; only the model knows. */
  readonly transfers: number | null;
  readonly stat: LockStat;
  /** The first turns of the median round once it is under way. */
  readonly timeline: readonly Hold[];
}

/** What was measured on, or modelled. */
export interface MachineFacts {
  readonly clock: 'real' | 'model';
  /** The processor, or the name of the parameters (model/parameters.ts). */
  readonly name: string;
  readonly cores: number;
  readonly sockets: number;
  readonly node: string;
  readonly v8?: string;
  /** Real clock: nanoseconds of a time stamp, which waiting and hold times are corrected by. */
  readonly stampNs?: number;
  /** A plain load, a locked add, cpu_relax: what the model is made from when it is held against this run. */
  readonly plainNs?: number;
  readonly lockedNs?: number;
  readonly relaxNs?: number;
  /** Real clock: load average, round trips of a cache line during the run. */
  readonly load: number | null;
  readonly pingPongNs: Sample | null;
  /** Its median among near trips and among far ones. */
  readonly pingPongOf?: Readonly<Record<Phase, number | null>>;
  /** Sentences a person should read before the figures: noisy, more CPUs than cores, far. */
  readonly warnings: readonly string[];
}

/**
 * One lock uncontended on one CPU, in nanoseconds for acquire and release: ours as JavaScript and as WebAssembly, hand-written
 * Atomics, native code.
 */
export interface UncontendedRow {
  readonly lock: string;
  readonly ns: number;
  readonly wasmNs: number | null;
  readonly atomicsNs: number | null;
  readonly nativeNs: number | null;
}

/** The same lock under the same load as native code, in the same run. */
export interface NativeRow {
  readonly lock: string;
  readonly load: Load;
  readonly rounds: number;
  readonly ofRounds: number;
  readonly throughput: Sample;
  readonly phase: Phase | null;
  readonly perCpu: readonly number[];
  readonly minShare: number;
  readonly jain: number;
}

/** Model beside real clock, at a number of CPUs where both exist. */
export interface ModelCheckRow {
  readonly lock: string;
  readonly cpus: number;
  readonly real: number;
  readonly model: number;
  /** model / real, each first divided by the median lock of its clock. */
  readonly error: number;
}

export interface LabResult {
  readonly machine: MachineFacts;
  readonly rows: readonly LockRow[];
  readonly uncontended: readonly UncontendedRow[];
  readonly modelCheck: readonly ModelCheckRow[];
  /** Share of the pairs that differ on the real clock which the model orders alike. */
  readonly rankAgreement?: number;
  readonly native?: readonly NativeRow[];
  /** Why there is no native code to compare with. */
  readonly nativeMissing?: string | null;
  readonly seconds: number;
  readonly interrupted: boolean;
}
