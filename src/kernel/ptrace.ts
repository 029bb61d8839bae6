/**
 * ptrace(2), as far as links, flags and stops matter: a tracer attaches to a task, or a task asks its parent to trace it; lets
 * it go on with a signal, kills it, or lets go of it.
 *
 * Until 2.6.17 attach tests and marks in one section (task_lock) and links in another (tasklist_lock): whoever dies or
 * execs in between is linked all the same (B12). The big kernel lock keeps one ptrace call from another only. linux-6 does
 * it all in one, once the rights are looked at.
 */
import { atomic_inc } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  CAP_SYS_PTRACE,
  EIO,
  EPERM,
  ESRCH,
  EXIT_ZOMBIE,
  NSIG,
  PTRACE_ATTACH,
  PTRACE_CONT,
  PTRACE_DETACH,
  PTRACE_KILL,
  PTRACE_TRACEME,
  PT_ATTACHED,
  PT_PTRACED,
  SIGKILL,
  SIGSTOP,
  TASK_STOPPED,
  TASK_TRACED,
} from './abi.ts';
import { capable, current, lock_kernel, task_lock, task_unlock, unlock_kernel } from './context.ts';
import { kernel, sighand_struct, task_struct } from './layout.ts';
import { find_task_by_pid } from './pid.ts';
import { ptrace_may_access } from './proc-access.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { __ptrace_link, __ptrace_unlink } from './ptrace-links.ts';
import { wake_up_process } from './sched.ts';
import { force_sig_specific } from './signal.ts';
import { put_task_struct } from './task.ts';

/** Marks the current task as traced by its parent. 0, or -EPERM when it is traced. linux-6 takes tasklist_lock for it. */
function ptrace_traceme(tsk: number): number {
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

/**
 * 0 when the current task traces the other, which stopped and now stays so until it is let go on, or with `kill` in any
 * state; else -ESRCH. Takes tasklist_lock for reading, siglock.
 */
function ptrace_check_attach(child: number, kill: number): number {
  const tsk = current();
  let err = -ESRCH;
  read_lock(kernel.tasklist_lock);
  const ptrace = load(child + task_struct.ptrace);
  const ours =
    (ptrace & PT_PTRACED) !== 0 &&
    load(child + task_struct.parent) === tsk &&
    ((ptrace & PT_ATTACHED) === 0 || load(child + task_struct.real_parent) !== tsk);
  if (ours && load(child + task_struct.signal)) {
    const sighand = load(child + task_struct.sighand);
    spin_lock_irq(sighand + sighand_struct.siglock);
    const state = load(child + task_struct.state);
    if (state === TASK_STOPPED) store(child + task_struct.state, TASK_TRACED);
    if (state === TASK_STOPPED || state === TASK_TRACED || kill) err = 0;
    spin_unlock_irq(sighand + sighand_struct.siglock);
  }
  read_unlock(kernel.tasklist_lock);
  return err;
}

/** Lets go of a traced task, which goes on with a signal or none. 0. Takes tasklist_lock for writing. */
function ptrace_detach(child: number, sig: number): number {
  store(child + task_struct.exit_code, sig);
  write_lock_irq(kernel.tasklist_lock);
  // Killed meanwhile, it may have been collected by another thread of ours: until 2.6.17 nobody asks.
  if (load(kernel.profile) !== PROFILE_LINUX_6 || load(child + task_struct.ptrace)) {
    __ptrace_unlink(child);
    if (load(child + task_struct.exit_state) !== EXIT_ZOMBIE) wake_up_process(child);
  }
  write_unlock_irq(kernel.tasklist_lock);
  return 0;
}

/** What the tracer of a stopped task asks for. 0 or -EIO. */
function ptrace_request(request: number, child: number, sig: number): number {
  if (request === PTRACE_KILL) {
    if (load(child + task_struct.exit_state) === EXIT_ZOMBIE) return 0;
    store(child + task_struct.exit_code, SIGKILL);
    wake_up_process(child);
    return 0;
  }
  if (sig < 0 || sig > NSIG) return -EIO;
  if (request === PTRACE_DETACH) return ptrace_detach(child, sig);
  if (request !== PTRACE_CONT) return -EIO;
  store(child + task_struct.exit_code, sig);
  wake_up_process(child);
  return 0;
}

/** The same for a task by its number, which is pinned meanwhile. */
function ptrace_other(request: number, pid: number, sig: number): number {
  read_lock(kernel.tasklist_lock);
  const child = pid > 0 ? find_task_by_pid(pid) : 0;
  if (child) atomic_inc(child + task_struct.usage);
  read_unlock(kernel.tasklist_lock);
  if (child === 0) return -ESRCH;
  let result = -EPERM;
  if (pid !== 1) {
    if (request === PTRACE_ATTACH) {
      if (load(kernel.profile) === PROFILE_LINUX_6) result = ptrace_attach_linux_6(child);
      else result = ptrace_attach_2_6(child);
    } else {
      result = ptrace_check_attach(child, request === PTRACE_KILL ? 1 : 0);
      if (result === 0) result = ptrace_request(request, child, sig);
    }
  }
  put_task_struct(child);
  return result;
}

/** 0, -EPERM, -ESRCH, -EIO. Before linux-6 under the big kernel lock. */
export function sys_ptrace(request: number, pid: number, sig: number): number {
  const big_lock = load(kernel.profile) !== PROFILE_LINUX_6;
  if (big_lock) lock_kernel();
  const result = request === PTRACE_TRACEME ? ptrace_traceme(current()) : ptrace_other(request, pid, sig);
  if (big_lock) unlock_kernel();
  return result;
}
