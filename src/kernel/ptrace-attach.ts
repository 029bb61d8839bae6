/**
 * How one task comes to trace another.
 *
 * Until 2.6.17 attach tests and marks in one section (task_lock) and links in another (tasklist_lock): whoever dies or
 * execs in between is linked all the same (B12). The big kernel lock keeps one ptrace call from another only. linux-6 does
 * it all in one, once the rights are looked at.
 */
import { load, store } from '../machine/bus.ts';
import { write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { CAP_SYS_PTRACE, EPERM, PT_ATTACHED, PT_PTRACED, SIGSTOP } from './abi.ts';
import { capable, current, task_lock, task_unlock } from './context.ts';
import { kernel, task_struct } from './layout.ts';
import { ptrace_may_access } from './proc-access.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { __ptrace_link } from './ptrace-links.ts';
import { force_sig_specific } from './signal.ts';

/** Marks the current task as traced by its parent. 0, or -EPERM when it is traced. linux-6 takes tasklist_lock for it. */
export function ptrace_traceme(tsk: number): number {
  const locked = load(kernel.profile) === PROFILE_LINUX_6;
  if (locked) write_lock_irq(kernel.tasklist_lock);
  const ptrace = load(tsk + task_struct.ptrace);
  if ((ptrace & PT_PTRACED) === 0) store(tsk + task_struct.ptrace, ptrace | PT_PTRACED);
  if (locked) write_unlock_irq(kernel.tasklist_lock);
  return ptrace & PT_PTRACED ? -EPERM : 0;
}

/** 1 when the current task may trace another, which has memory to look into. task_lock of the other held. */
function may_attach(task: number): number {
  if (load(task + task_struct.mm) === 0) return 0;
  if (load(kernel.profile) === PROFILE_LINUX_6) return ptrace_may_access(task);
  const uid = load(current() + task_struct.uid);
  const own =
    load(task + task_struct.euid) === uid &&
    load(task + task_struct.suid) === uid &&
    load(task + task_struct.uid) === uid;
  return own ? 1 : capable(CAP_SYS_PTRACE);
}

/** 1 when the current task may trace another by its rights, and they are of two groups. Takes task_lock. */
function access_granted(task: number): number {
  if (load(task + task_struct.tgid) === load(current() + task_struct.tgid)) return 0;
  task_lock(task);
  const allowed = may_attach(task);
  task_unlock(task);
  return allowed;
}

/** Marks a task as traced by the current one. 0, or -EPERM when it is. task_lock or tasklist_lock held. */
function mark_traced(task: number): number {
  const ptrace = load(task + task_struct.ptrace);
  if (ptrace & PT_PTRACED) return -EPERM;
  const attached = load(task + task_struct.real_parent) !== current() ? PT_ATTACHED : 0;
  store(task + task_struct.ptrace, ptrace | PT_PTRACED | attached);
  return 0;
}

/** 2.6: tests and marks, then links, then sends the stop. 0 or -EPERM. Takes task_lock, tasklist_lock for writing, siglock. */
function ptrace_attach_2_6(task: number): number {
  let err = -EPERM;
  task_lock(task);
  if (load(task + task_struct.tgid) !== load(current() + task_struct.tgid) && may_attach(task)) err = mark_traced(task);
  task_unlock(task);
  if (err) return err;
  write_lock_irq(kernel.tasklist_lock);
  __ptrace_link(task, current());
  write_unlock_irq(kernel.tasklist_lock);
  force_sig_specific(SIGSTOP, task);
  return 0;
}

/** The same in one, for a task that is alive; what it may is asked before. */
function ptrace_attach_linux_6(task: number): number {
  if (access_granted(task) === 0) return -EPERM;
  write_lock_irq(kernel.tasklist_lock);
  const err = load(task + task_struct.exit_state) ? -EPERM : mark_traced(task);
  if (err === 0) {
    __ptrace_link(task, current());
    force_sig_specific(SIGSTOP, task);
  }
  write_unlock_irq(kernel.tasklist_lock);
  return err;
}

/** The current task traces another, which is pinned. 0 or -EPERM. */
export function ptrace_attach(task: number): number {
  return load(kernel.profile) === PROFILE_LINUX_6 ? ptrace_attach_linux_6(task) : ptrace_attach_2_6(task);
}
