/**
 * Tracepoints: places where the machine says what it is doing. On the SMP machine they are empty and cost nothing; the
 * stepped machine calls its observers there. They are no accesses and no scheduling points, and nothing may depend on
 * them.
 */

/** A lock is now held by this CPU. `mode`: LOCK_EXCLUSIVE or LOCK_SHARED. */
export function trace_lock(_lock: number, _mode: number): void {}

/** A lock is about to be released. */
export function trace_unlock(_lock: number): void {}

/** An object was handed out. `ip` is the number of the place that asked. */
export function trace_alloc(_object: number, _cache: number, _ip: number): void {}

/** An object is being given back; its body is not poisoned yet. */
export function trace_free(_object: number, _cache: number, _ip: number): void {}

/** The current task enters system call `nr`; its registers hold the arguments. */
export function trace_syscall_enter(_nr: number): void {}

/** A system call is over, or will run again (RESTART_ codes), or its task is dead. */
export function trace_syscall_leave(_nr: number, _result: number): void {}

export const LOCK_EXCLUSIVE = 0;
export const LOCK_SHARED = 1;
