/**
 * What a lock algorithm is. Each lies in a file of its own that imports the bus and nothing else, so that its text can
 * also be compiled into a module to explore.
 *
 *   init(lock, cpus)       makes the lock free; `lock` is the first of bytes(cpus) bytes, aligned to RECORD_BYTES
 *   acquire(lock, me)      returns when this CPU holds the lock; before and after it holds what it held
 *   release(lock, me)      the holder only
 *
 * `me` is the CPU's own record for this lock: RECORD_BYTES of zeros at the beginning, the same for a release as for its
 * acquire. Its first 64 bytes are for other CPUs to read and write, the rest is private; the last two words are written
 * once, before any CPU runs: its number and the number of its socket.
 */
export interface Exclusive {
  init(lock: number, cpus: number): void;
  acquire(lock: number, me: number): void;
  release(lock: number, me: number): void;
}

/** A lock that many may hold for reading. */
export interface Shared extends Exclusive {
  acquire_shared(lock: number, me: number): void;
  release_shared(lock: number, me: number): void;
}

/** A lock that readers do not take: they look again when a writer was there. acquire and release are the writer's. */
export interface Sequence extends Exclusive {
  read_begin(lock: number): number;
  /** 1 when what was read since read_begin is not to be used. */
  read_retry(lock: number, sequence: number): number;
}

export interface LockKind {
  readonly name: string;
  readonly title: string;
  /** Where it comes from: authors, title, year; or the Linux version. */
  readonly paper: string;
  readonly about: string;
  readonly shape: 'exclusive' | 'shared' | 'sequence';
  /** Whether waiters are served in the order in which they began to wait. */
  readonly fifo: boolean;
  /** Whether a waiter may put its thread to sleep. */
  readonly parks: boolean;
  bytes(cpus: number): number;
  /** Constants of its text that are smaller where every interleaving is tried: turns, periods. */
  readonly small?: Readonly<Record<string, number>>;
  readonly code: Exclusive | Shared | Sequence;
}

export const RECORD_BYTES = 128;
/** Words of a record that are written once. */
export const RECORD_CPU = 120;
export const RECORD_SOCKET = 124;
