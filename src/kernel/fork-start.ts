/** How a child begins: it runs, or with CLONE_STOPPED or when its parent's tracer takes it over, it stops first. */
import { load, store } from '../machine/bus.ts';
import { CLONE_PTRACE, CLONE_STOPPED, PT_PTRACED, SIGSTOP, TASK_STOPPED } from './abi.ts';
import { current } from './context.ts';
import { kernel, task_struct } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { __ptrace_link } from './ptrace-links.ts';
import { wake_up_new_task } from './sched.ts';
import { sigaddset } from './sigset.ts';

/** A child that is to stop before it does anything. No lock is taken in 2.6. */
function stop_first(p: number): void {
  sigaddset(p + task_struct.pending, SIGSTOP);
  store(p + task_struct.sigpending, 1);
}

/**
 * CLONE_PTRACE: who traces the parent traces the child. From linux-6 on its stop is sent here, where nobody else can send
 * one. tasklist_lock held for writing.
 */
export function trace_new_task(p: number): void {
  if ((load(p + task_struct.ptrace) & PT_PTRACED) === 0) return;
  __ptrace_link(p, load(current() + task_struct.parent));
  if (load(kernel.profile) === PROFILE_LINUX_6) stop_first(p);
}

/** CLONE_STOPPED: the child waits for SIGCONT. A plain store, as in Linux: SIGKILL meanwhile is lost (B40). */
function start_stopped(p: number): void {
  stop_first(p);
  store(p + task_struct.state, TASK_STOPPED);
}

/** Lets the child go. */
export function start_new_task(p: number, flags: number): void {
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    if (flags & CLONE_STOPPED) {
      start_stopped(p);
      return;
    }
    if (flags & CLONE_PTRACE && load(p + task_struct.ptrace) & PT_PTRACED) stop_first(p);
  }
  wake_up_new_task(p);
}
