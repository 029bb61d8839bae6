/** Who listens to the tracepoints of the compiled code (machine/trace.ts) and to the kernel's warnings. Nothing is called with a `this`. */
export interface Tracer {
  trace_lock(lock: number, mode: number): void;
  trace_unlock(lock: number): void;
  trace_alloc(object: number, cache: number, site: number): void;
  trace_free(object: number, cache: number, site: number): void;
  trace_call_rcu(head: number, site: number): void;
  trace_rcu_dereference(): void;
  trace_syscall_enter(nr: number): void;
  trace_syscall_leave(nr: number, result: number): void;
  /** What the kernel's warn() does. */
  warn(reason: number, address: number): void;
}

/** Nobody. */
export const silent: Tracer = {
  trace_lock: () => {},
  trace_unlock: () => {},
  trace_alloc: () => {},
  trace_free: () => {},
  trace_call_rcu: () => {},
  trace_rcu_dereference: () => {},
  trace_syscall_enter: () => {},
  trace_syscall_leave: () => {},
  warn: () => {},
};
