/**
 * ptrace(2), as far as links, flags and stops matter: a tracer attaches to a task, or a task asks its parent to trace it
 * (ptrace-attach.ts); lets it go on with a signal, kills it, or lets go of it.
 *
 * A stopped task can be killed at any moment, and die. 2.6 asks once whether it is stopped and then does what it does, most
 * of it under no lock (B63); linux-6 looks again.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_lock_irqsave, spin_unlock_irq, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import {
  EIO,
  EPERM,
  ESRCH,
  EXIT_DEAD,
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
  TASK_STOPPED,
  TASK_TRACED,
} from './abi.ts';
import { current, lock_kernel, unlock_kernel } from './context.ts';
import { release_task } from './exit.ts';
import { kernel, sighand_struct, task_struct } from './layout.ts';
import { find_get_task_by_pid } from './find-task.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { ptrace_attach, ptrace_traceme } from './ptrace-attach.ts';
import { __ptrace_unlink } from './ptrace-links.ts';
import { give_to_real_parent } from './reparent.ts';
import { try_to_wake_up, wake_up_process } from './sched.ts';
import { group_send_sig_info } from './signal.ts';
import { put_task_struct } from './task.ts';

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

/**
 * linux-6: leaves a stopped task the signal with which it goes on; not to one that was killed meanwhile, and has a status in
 * that place perhaps. tasklist_lock held; takes siglock.
 */
function leave_signal(child: number, sig: number): void {
  const sighand = load(child + task_struct.sighand);
  if (sighand === 0) return;
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  if (load(child + task_struct.state) === TASK_TRACED) store(child + task_struct.exit_code, sig);
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
}

/**
 * 2.6: the task goes to its real parent, who does not hear of it when it has died meanwhile. Until 2.6.16-rc4 without a look
 * whether another thread let go of it meanwhile, which is a BUG. Takes tasklist_lock.
 */
function detach_2_6(child: number, sig: number): void {
  const unasked = load(kernel.profile) === PROFILE_DESAI_2005;
  if (unasked) store(child + task_struct.exit_code, sig);
  write_lock_irq(kernel.tasklist_lock);
  if (unasked || load(child + task_struct.ptrace)) {
    if (!unasked) store(child + task_struct.exit_code, sig);
    __ptrace_unlink(child);
    if (load(child + task_struct.exit_state) !== EXIT_ZOMBIE) wake_up_process(child);
  }
  write_unlock_irq(kernel.tasklist_lock);
}

/**
 * linux-6: the same, but he does, unless another thread of ours has collected it. One that he does not wait for is released.
 * Takes tasklist_lock for writing.
 */
function detach_linux_6(child: number, sig: number): void {
  let dead = 0;
  write_lock_irq(kernel.tasklist_lock);
  if (load(child + task_struct.ptrace)) {
    leave_signal(child, sig);
    give_to_real_parent(child);
    if (load(child + task_struct.exit_state) !== EXIT_ZOMBIE) try_to_wake_up(child, TASK_STOPPED | TASK_TRACED);
    else if (load(child + task_struct.exit_signal) === -1) dead = 1;
    if (dead) store(child + task_struct.exit_state, EXIT_DEAD);
  }
  write_unlock_irq(kernel.tasklist_lock);
  if (dead) release_task(child);
}

/** 2.6: whatever became of the task meanwhile. 0. */
function request_2_6(request: number, child: number, sig: number): number {
  if (request === PTRACE_DETACH) {
    detach_2_6(child, sig);
    return 0;
  }
  if (request === PTRACE_KILL && load(child + task_struct.exit_state) === EXIT_ZOMBIE) return 0;
  store(child + task_struct.exit_code, request === PTRACE_KILL ? SIGKILL : sig);
  wake_up_process(child);
  return 0;
}

/** linux-6: as long as the task is there. 0. Takes tasklist_lock, siglock. */
function request_linux_6(request: number, child: number, sig: number): number {
  if (request === PTRACE_DETACH) {
    detach_linux_6(child, sig);
    return 0;
  }
  read_lock(kernel.tasklist_lock);
  if (request === PTRACE_KILL) {
    group_send_sig_info(SIGKILL, child, 0);
  } else {
    leave_signal(child, sig);
    try_to_wake_up(child, TASK_TRACED);
  }
  read_unlock(kernel.tasklist_lock);
  return 0;
}

/** What the tracer of a stopped task asks for. 0 or -EIO. */
function ptrace_request(request: number, child: number, sig: number): number {
  if (request !== PTRACE_KILL) {
    if (request !== PTRACE_CONT && request !== PTRACE_DETACH) return -EIO;
    if (sig < 0 || sig > NSIG) return -EIO;
  }
  if (load(kernel.profile) === PROFILE_LINUX_6) return request_linux_6(request, child, sig);
  return request_2_6(request, child, sig);
}

/** The same for a task by its number, which is pinned meanwhile. */
function ptrace_other(request: number, pid: number, sig: number): number {
  const child = pid > 0 ? find_get_task_by_pid(pid) : 0;
  if (child === 0) return -ESRCH;
  let result = -EPERM;
  if (pid !== 1) {
    if (request === PTRACE_ATTACH) {
      result = ptrace_attach(child);
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
