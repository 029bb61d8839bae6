/**
 * Observers of a stepped machine: told of every event in the order it happens, on every CPU. They read and judge; the
 * kernel knows nothing of them, and without one an event costs nothing.
 *
 * A search goes back to earlier states, so an observer can save what it knows and put it back.
 */
import type { Finding } from './finding.ts';

/** Who does something: the CPU, the task it runs (address of its task_struct, 0 for none), and the step number. */
export interface Actor {
  readonly cpu: number;
  readonly task: number;
  readonly step: number;
  /** Number of the place in the compiled source, for reports. */
  readonly place: number;
}

/** One bus access. A block operation (memset, memcpy) is one access a block that it touches. */
export interface Access extends Actor {
  readonly address: number;
  readonly bytes: number;
  readonly write: boolean;
  /** READ_ONCE, WRITE_ONCE: the race is intended. */
  readonly marked: boolean;
  /** xchg, cmpxchg, xadd and the like: both a read and a write, and a full barrier. */
  readonly atomic: boolean;
}

export interface LockEvent extends Actor {
  readonly lock: number;
  readonly lockClass: number;
  readonly shared: boolean;
  readonly irqsOn: boolean;
}

export interface ObjectEvent extends Actor {
  readonly object: number;
  readonly bytes: number;
  readonly cache: number;
  /** Number of the source place that asked (sites.json). */
  readonly site: number;
}

export interface SyscallEvent extends Actor {
  readonly nr: number;
  /** Five arguments on entry. */
  readonly operands: readonly number[];
  /** Undefined on entry. */
  readonly result: number | undefined;
}

export interface Observer {
  readonly name: string;
  onAccess?(access: Access): void;
  onLock?(event: LockEvent): void;
  onUnlock?(event: LockEvent): void;
  onAlloc?(event: ObjectEvent): void;
  onFree?(event: ObjectEvent): void;
  onSyscall?(event: SyscallEvent): void;
  /** Every CPU stands between two user instructions, or the execution is over. */
  onQuiescent?(step: number): void;
  /** What it found so far; each title once. */
  findings(): readonly Finding[];
  /** A copy of all it knows. */
  save(): unknown;
  restore(saved: unknown): void;
}
