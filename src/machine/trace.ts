/**
 * Tracepoints: places where the machine says what it is doing. On the SMP machine only those of locks and of the return
 * from a system call say anything, and only while somebody listens on that thread; the stepped machine calls its observers there. They are no accesses and no
 * scheduling points, and nothing may depend on them.
 */
import { countDown, untilTick } from './tick.ts';

/** Told what this thread's CPU does with locks. */
export interface LockListener {
  /** The CPU did not get the lock at once and begins to wait. */
  contended(lock: number): void;
  acquired(lock: number): void;
  released(lock: number): void;
}

let listener: LockListener | undefined;

/** Who listens to the locks of this thread; undefined for nobody, which costs one test. */
export function listenToLocks(one: LockListener | undefined): void {
  listener = one;
}

export interface ReturnListener {
  /** The CPU is about to return from a system call. */
  returned(): void;
}

let returns: ReturnListener | undefined;

/** Who is told when this thread's CPU returns from a system call; undefined for nobody. */
export function listenToReturns(one: ReturnListener | undefined): void {
  returns = one;
}

/** A CPU begins to wait for a lock: only where locks are more than a step (arch-*.ts). */
export function trace_contended(lock: number): void {
  if (listener !== undefined) listener.contended(lock);
}

/** A lock is now held by this CPU. `mode`: LOCK_EXCLUSIVE or LOCK_SHARED. */
export function trace_lock(lock: number, _mode: number): void {
  if (listener !== undefined) listener.acquired(lock);
}

/** A lock is about to be released: where a CPU that holds it with interrupts on may be interrupted at the latest. */
export function trace_unlock(lock: number): void {
  if (untilTick !== 0) countDown();
  if (listener !== undefined) listener.released(lock);
}

/** An object was handed out. `ip` is the number of the place that asked. */
export function trace_alloc(_object: number, _cache: number, _ip: number): void {}

/** An object is being given back; its body is not poisoned yet. */
export function trace_free(_object: number, _cache: number, _ip: number): void {}

/** An object, in which `head` lies, is found by no new reader, and is given back when those it has are done. */
export function trace_call_rcu(_head: number, _ip: number): void {}

/** A pointer is about to be read that RCU guards. */
export function trace_rcu_dereference(): void {}

/** The current task enters system call `nr`; its registers hold the arguments. */
export function trace_syscall_enter(_nr: number): void {}

/** A system call is over, or will run again (RESTART_ codes), or its task is dead. */
export function trace_syscall_leave(_nr: number, _result: number): void {
  if (returns !== undefined) returns.returned();
}

export const LOCK_EXCLUSIVE = 0;
export const LOCK_SHARED = 1;
