/**
 * clone: a new task built out of sight, then published in one tasklist_lock section.
 *
 * dup_task_struct copies the struct whole, so until a copy_* step has run the child's pointer is the parent's. The
 * labels of Linux's error path are the `step` count here: only what has been copied is undone, in reverse order.
 */
import { atomic_inc, atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  CAP_SYS_ADMIN,
  CAP_SYS_RESOURCE,
  CLONE_CHILD_CLEARTID,
  CLONE_CHILD_SETTID,
  CLONE_FS,
  CLONE_NEWNS,
  CLONE_PARENT,
  CLONE_PARENT_SETTID,
  CLONE_PTRACE,
  CLONE_SIGHAND,
  CLONE_THREAD,
  CLONE_VFORK,
  CLONE_VM,
  EAGAIN,
  EFAULT,
  EINTR,
  EINVAL,
  ENOMEM,
  ERESTARTNOINTR,
  PIDTYPE_PGID,
  PIDTYPE_PID,
  PIDTYPE_SID,
  PIDTYPE_TGID,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
} from './abi.ts';
import { TASK_CACHE } from './caches.ts';
import { capable, current } from './context.ts';
import { should_fail } from './fault-inject.ts';
import { FAULT_NPROC } from './fault-sites.ts';
import { copy_files, exit_files } from './files.ts';
import { start_new_task, trace_new_task } from './fork-start.ts';
import { copy_fs, exit_fs } from './fs.ts';
import { kernel, sighand_struct, signal_struct, task_struct, user_struct } from './layout.ts';
import { list_add_tail } from './list.ts';
import { copy_mm, mmput } from './mm.ts';
import { copy_namespace, exit_namespace } from './namespace.ts';
import { alloc_pidmap, attach_pid, free_pidmap } from './pid.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { copy_semundo, exit_sem } from './sem-undo.ts';
import { copy_sighand, copy_signal, exit_sighand, undo_copy_signal } from './sighand.ts';
import { recalc_sigpending, sigismember } from './sigset.ts';
import { kmem_cache_free } from './slab.ts';
import { copy_thread, dup_task_struct, free_unseen_task, init_new_task } from './task.ts';
import { put_user } from './uaccess.ts';
import { alloc_vfork, begin_vfork, free_vfork, wait_for_vfork } from './vfork.ts';

/** Flags that cannot go together, and what later kernels check besides. 0 or -EINVAL. */
function check_clone_flags(flags: number): number {
  if ((flags & (CLONE_NEWNS | CLONE_FS)) === (CLONE_NEWNS | CLONE_FS)) return -EINVAL;
  if (flags & CLONE_THREAD && (flags & CLONE_SIGHAND) === 0) return -EINVAL;
  if (flags & CLONE_SIGHAND && (flags & CLONE_VM) === 0) return -EINVAL;
  if (load(kernel.profile) === PROFILE_LINUX_6 && flags & CLONE_PARENT && load(current() + task_struct.tgid) === 1) {
    return -EINVAL;
  }
  return 0;
}

/** -EAGAIN when the user or the machine has too many tasks. Unlocked: concurrent forks may overshoot (B50). */
function check_limits(tsk: number): number {
  const user = load(tsk + task_struct.user);
  const limit = load(load(current() + task_struct.signal) + signal_struct.rlim_nproc);
  if (atomic_read(user + user_struct.processes) >= limit) {
    const root = load(user + user_struct.uid) === 0;
    if (!root && capable(CAP_SYS_ADMIN) === 0 && capable(CAP_SYS_RESOURCE) === 0) return -EAGAIN;
  }
  const err = load(kernel.nr_threads) >= load(kernel.max_threads) ? -EAGAIN : 0;
  if (err) return err;
  const fails = should_fail(FAULT_NPROC, 0);
  return fails ? -EAGAIN : 0;
}

/** Contexts that a child shares with its parent or gets a copy of. */
const CONTEXTS = 7;

/** Gives the child the context of that number, shared or copied as the flags say. 0, or the error of its copying. */
function copy_context(number: number, flags: number, p: number): number {
  switch (number) {
    case 0:
      return copy_semundo(flags, p);
    case 1:
      return copy_files(flags, p);
    case 2:
      return copy_fs(flags, p);
    case 3:
      return copy_sighand(flags, p);
    case 4:
      return copy_signal(flags, p);
    case 5:
      return copy_mm(flags, p);
    default:
      return copy_namespace(flags, p);
  }
}

/** Takes the first `copied` contexts from the child again, last one first. */
function undo_contexts(copied: number, p: number): void {
  if (copied >= 7) exit_namespace(p);
  if (copied >= 6 && load(p + task_struct.mm)) mmput(load(p + task_struct.mm));
  if (copied >= 5) undo_copy_signal(p);
  if (copied >= 4) exit_sighand(p);
  if (copied >= 3) exit_fs(p);
  if (copied >= 2) exit_files(p);
  if (copied >= 1) exit_sem(p);
}

/** A thread that is born while its group stops is part of the stop; siglock held. */
function join_group_stop(signal: number, p: number): void {
  const stopping = load(signal + signal_struct.group_stop_count);
  if (stopping === 0) return;
  store(signal + signal_struct.group_stop_count, stopping + 1);
  store(p + task_struct.stop_pending, 1);
  store(p + task_struct.sigpending, 1);
}

/**
 * 1 when later kernels begin the fork again after the signals that are pending: then none that was sent to the group of
 * processes while it was under way misses the child. tasklist_lock held for writing; takes siglock.
 */
function fork_comes_after_signals(tsk: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return 0;
  const sighand = load(tsk + task_struct.sighand);
  spin_lock(sighand + sighand_struct.siglock);
  recalc_sigpending(tsk);
  const pending = load(tsk + task_struct.sigpending);
  spin_unlock(sighand + sighand_struct.siglock);
  return pending;
}

/** Later kernels: the child is in the group and session that its parent is in now. tasklist_lock held. */
function inherit_pgrp(tsk: number, p: number): void {
  const signal = load(p + task_struct.signal);
  store(signal + signal_struct.pgrp, load(load(tsk + task_struct.signal) + signal_struct.pgrp));
  store(signal + signal_struct.session, load(load(tsk + task_struct.signal) + signal_struct.session));
}

/**
 * Makes the child visible; with PARENT later kernels give it the leader's exit signal, which only tasklist_lock keeps
 * as it is. 0, -EINTR when we are being killed, -EAGAIN when our group is, -ERESTARTNOINTR. Takes tasklist_lock.
 */
function publish(flags: number, p: number): number {
  const tsk = current();
  // Who finds it by its number walks the thread group next, with the siglock only.
  const by_rcu = load(kernel.profile) !== PROFILE_DESAI_2005;
  write_lock_irq(kernel.tasklist_lock);
  if (sigismember(tsk + task_struct.pending, SIGKILL)) {
    write_unlock_irq(kernel.tasklist_lock);
    return -EINTR;
  }
  if (fork_comes_after_signals(tsk)) {
    write_unlock_irq(kernel.tasklist_lock);
    return -ERESTARTNOINTR;
  }
  const parent = flags & (CLONE_PARENT | CLONE_THREAD) ? load(tsk + task_struct.real_parent) : tsk;
  store(p + task_struct.real_parent, parent);
  store(p + task_struct.parent, parent);
  const of_parent = flags & (CLONE_PARENT | CLONE_THREAD) && load(kernel.profile) === PROFILE_LINUX_6;
  store(
    p + task_struct.parent_exec_id,
    load(tsk + (of_parent ? task_struct.parent_exec_id : task_struct.self_exec_id)),
  );
  if (load(kernel.profile) === PROFILE_LINUX_6 && (flags & (CLONE_PARENT | CLONE_THREAD)) === CLONE_PARENT) {
    store(p + task_struct.exit_signal, load(load(tsk + task_struct.group_leader) + task_struct.exit_signal));
  }
  if (flags & CLONE_THREAD) {
    const sighand = load(tsk + task_struct.sighand);
    const signal = load(tsk + task_struct.signal);
    spin_lock(sighand + sighand_struct.siglock);
    if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) {
      spin_unlock(sighand + sighand_struct.siglock);
      write_unlock_irq(kernel.tasklist_lock);
      return -EAGAIN;
    }
    store(p + task_struct.group_leader, load(tsk + task_struct.group_leader));
    join_group_stop(signal, p);
    if (by_rcu) attach_pid(p, PIDTYPE_TGID, load(p + task_struct.tgid));
    spin_unlock(sighand + sighand_struct.siglock);
  }
  list_add_tail(p + task_struct.tasks, kernel.init_tasks);
  list_add_tail(p + task_struct.sibling, parent + task_struct.children);
  if (flags & CLONE_PTRACE) trace_new_task(p);
  if (by_rcu && (flags & CLONE_THREAD) === 0) attach_pid(p, PIDTYPE_TGID, load(p + task_struct.tgid));
  attach_pid(p, PIDTYPE_PID, load(p + task_struct.pid));
  if (!by_rcu) attach_pid(p, PIDTYPE_TGID, load(p + task_struct.tgid));
  if (load(p + task_struct.group_leader) === p) {
    if (load(kernel.profile) === PROFILE_LINUX_6) inherit_pgrp(tsk, p);
    attach_pid(p, PIDTYPE_PGID, load(load(p + task_struct.signal) + signal_struct.pgrp));
    attach_pid(p, PIDTYPE_SID, load(load(p + task_struct.signal) + signal_struct.session));
  }
  store(kernel.nr_threads, load(kernel.nr_threads) + 1);
  store(kernel.total_forks, load(kernel.total_forks) + 1);
  store(p + task_struct.start_seq, load(kernel.total_forks));
  write_unlock_irq(kernel.tasklist_lock);
  return 0;
}

/** Builds and publishes a child. Its address, or -EINVAL, -EAGAIN, -ENOMEM, -EPERM, -EFAULT, -EINTR. May sleep. */
function copy_process(flags: number, parent_tidptr: number, child_tidptr: number, pid: number): number {
  let err = check_clone_flags(flags);
  if (err) return err;
  const p = dup_task_struct(current());
  if (p === 0) return -ENOMEM;
  err = check_limits(p);
  if (err) {
    kmem_cache_free(TASK_CACHE, p, _THIS_IP_);
    return err;
  }
  atomic_inc(load(p + task_struct.user) + user_struct.__count);
  atomic_inc(load(p + task_struct.user) + user_struct.processes);
  init_new_task(p, flags, pid);
  if (flags & CLONE_PARENT_SETTID && put_user(pid, parent_tidptr)) {
    free_unseen_task(p);
    return -EFAULT;
  }
  let copied = 0;
  while (err === 0 && copied < CONTEXTS) {
    err = copy_context(copied, flags, p);
    if (err === 0) copied++;
  }
  if (err === 0) {
    copy_thread(p);
    store(p + task_struct.set_child_tid, flags & CLONE_CHILD_SETTID ? child_tidptr : 0);
    store(p + task_struct.clear_child_tid, flags & CLONE_CHILD_CLEARTID ? child_tidptr : 0);
    err = publish(flags, p);
  }
  if (err === 0) return p;
  undo_contexts(copied, p);
  free_unseen_task(p);
  return err;
}

/**
 * clone, fork and vfork. The child's pid, or an error; the number is taken before anything else, so it is used up
 * even by a call with bad flags. With VFORK the call runs again until the child has left our memory.
 */
export function do_fork(flags: number, parent_tidptr: number, child_tidptr: number): number {
  const tsk = current();
  if (load(tsk + task_struct.vfork_waiting)) return wait_for_vfork(tsk);
  const pid = alloc_pidmap();
  if (pid < 0) return -EAGAIN;
  let vfork = 0;
  if (flags & CLONE_VFORK && check_clone_flags(flags) === 0) {
    vfork = alloc_vfork();
    if (vfork === 0) {
      free_pidmap(pid);
      return -ENOMEM;
    }
  }
  const p = copy_process(flags, parent_tidptr, child_tidptr, pid);
  if (p < 0) {
    free_pidmap(pid);
    if (vfork) free_vfork(vfork);
    return p;
  }
  if (vfork) begin_vfork(tsk, p, vfork, pid);
  start_new_task(p, flags);
  return vfork ? wait_for_vfork(tsk) : pid;
}
