/**
 * Exit: contexts go first (memory, undo list, files, fs, namespace), then the parent is told and the task becomes a
 * zombie. Handlers and signal_struct stay until release_task, which whoever waits runs, perhaps much later on
 * another CPU. The last reference is dropped by the next task on the dead one's CPU.
 *
 * Departure: do_exit returns to the entry code, which never goes back to user mode, because kernel code keeps no
 * stack to abandon.
 */
import { atomic_dec, atomic_dec_and_test } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  CAP_KILL,
  EXEC_WAITS_FOR_LEADER,
  EXIT_DEAD,
  EXIT_ZOMBIE,
  PF_DEAD,
  PF_EXITING,
  SIGCHLD,
  SIGNAL_GROUP_EXIT,
} from './abi.ts';
import { capable, current } from './context.ts';
import { coredump_task_exit, group_dump_is_over } from './core-state.ts';
import { exit_files } from './files.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { put_task_struct } from './task.ts';
import { exit_fs } from './fs.ts';
import { futex_leave } from './futex.ts';
import { kernel, sighand_struct, signal_struct, task_struct, user_struct } from './layout.ts';
import { exit_itimer } from './itimer.ts';
import { INIT_LIST_HEAD, list_del_init, list_empty, list_next } from './list.ts';
import { end_exit_mm, exit_mm } from './mm.ts';
import { exit_namespace } from './namespace.ts';
import { exit_orphans_pgrp } from './pgrp.ts';
import { thread_group_empty } from './pid.ts';
import { exit_itimers } from './posix-timer.ts';
import { ptrace_unlink } from './ptrace-links.ts';
import { call_rcu, RCU_PUT_TASK } from './rcu.ts';
import { forget_original_parent } from './reparent.ts';
import { wake_up_process } from './sched.ts';
import { exit_sem } from './sem-undo.ts';
import { __exit_signal } from './sighand.ts';
import { exit_signals, retarget_pending } from './signal-retarget.ts';
import { do_notify_parent, zap_other_threads } from './signal.ts';

/**
 * The end of a zombie. When the last thread of a group goes whose leader is a zombie already, the leader's parent is
 * told now, and a leader that nobody will wait for is released too. Takes tasklist_lock for writing.
 */
export function release_task(task: number): void {
  let p = task;
  for (;;) {
    atomic_dec(load(p + task_struct.user) + user_struct.processes);
    write_lock_irq(kernel.tasklist_lock);
    ptrace_unlink(p);
    const leader = load(p + task_struct.group_leader);
    __exit_signal(p, 1);
    let zap_leader = 0;
    if (leader !== p && load(leader + task_struct.exit_state) === EXIT_ZOMBIE && thread_group_empty(leader)) {
      do_notify_parent(leader, load(leader + task_struct.exit_signal));
      zap_leader = load(leader + task_struct.exit_signal) === -1 ? 1 : 0;
      if (zap_leader) store(leader + task_struct.exit_state, EXIT_DEAD);
    }
    write_unlock_irq(kernel.tasklist_lock);
    if (load(kernel.profile) === PROFILE_LINUX_6) call_rcu(p + task_struct.rcu, RCU_PUT_TASK, _THIS_IP_);
    else put_task_struct(p);
    if (zap_leader === 0) return;
    p = leader;
  }
}

/**
 * 1 when child or parent runs another program than when the child was made, and it is to send another signal than SIGCHLD
 * at its end: 2.6 does not let it, later kernels look at the parent's side as they send. tasklist_lock held.
 */
function changed_domain(tsk: number): number {
  const exit_signal = load(tsk + task_struct.exit_signal);
  if (exit_signal === SIGCHLD || exit_signal === -1 || load(kernel.profile) === PROFILE_LINUX_6) return 0;
  const at_birth = load(tsk + task_struct.parent_exec_id);
  const parent = load(tsk + task_struct.real_parent);
  const same =
    load(parent + task_struct.self_exec_id) === at_birth && load(tsk + task_struct.self_exec_id) === at_birth;
  return same ? 0 : 1;
}

/** Tells who waits for the current task: its tracer by SIGCHLD in any case. tasklist_lock held for writing. */
function notify_of_exit(tsk: number, ptrace: number): void {
  const exit_signal = load(tsk + task_struct.exit_signal);
  if (exit_signal !== -1 && thread_group_empty(tsk)) {
    const own = ptrace === 0 || load(tsk + task_struct.parent) === load(tsk + task_struct.real_parent);
    do_notify_parent(tsk, own ? exit_signal : SIGCHLD);
  } else if (ptrace) {
    do_notify_parent(tsk, SIGCHLD);
  }
}

/** 1 when no tracer will collect a task that nobody else waits for: there is none, or it dies. tasklist_lock held. */
function nobody_traces(tsk: number, ptrace: number): number {
  if (ptrace === 0) return 1;
  return load(load(load(tsk + task_struct.parent) + task_struct.signal) + signal_struct.flags) & SIGNAL_GROUP_EXIT;
}

/** Releases the zombies that a dying task has traced and nobody else waits for. */
function release_traced(tsk: number): void {
  const head = tsk + task_struct.ptrace_dead;
  while (list_empty(head) === 0) {
    const at = list_next(head);
    list_del_init(at);
    release_task(at - task_struct.ptrace_list);
  }
}

/** Turns the current task into a zombie, or into nothing when nobody will wait for it. Takes tasklist_lock for writing. */
function exit_notify(tsk: number, group_dead: number): void {
  const signal = load(tsk + task_struct.signal);
  const exiting = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  const retargeted = load(kernel.profile) === PROFILE_LINUX_6;
  if (load(tsk + task_struct.sigpending) && !exiting && !retargeted && thread_group_empty(tsk) === 0) {
    read_lock(kernel.tasklist_lock);
    retarget_pending(tsk);
    read_unlock(kernel.tasklist_lock);
  }
  write_lock_irq(kernel.tasklist_lock);
  INIT_LIST_HEAD(tsk + task_struct.ptrace_dead);
  forget_original_parent(tsk);
  exit_orphans_pgrp(tsk, group_dead);
  if (changed_domain(tsk) && capable(CAP_KILL) === 0) store(tsk + task_struct.exit_signal, SIGCHLD);
  const ptrace = load(tsk + task_struct.ptrace);
  notify_of_exit(tsk, ptrace);
  const state = load(tsk + task_struct.exit_signal) === -1 && nobody_traces(tsk, ptrace) ? EXIT_DEAD : EXIT_ZOMBIE;
  store(tsk + task_struct.exit_state, state);
  if (
    load(tsk + task_struct.group_leader) === tsk &&
    load(signal + signal_struct.notify_count) === EXEC_WAITS_FOR_LEADER
  ) {
    wake_up_process(load(signal + signal_struct.group_exit_task));
  }
  write_unlock_irq(kernel.tasklist_lock);
  release_traced(tsk);
  if (state === EXIT_DEAD) release_task(tsk);
}

/** Later kernels: the task that is the last to begin to exit gives the group its code. Takes siglock. */
function synchronize_group_exit(tsk: number, code: number): void {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  if ((load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) === 0) {
    store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
    store(signal + signal_struct.group_exit_code, code);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
}

/**
 * Ends the current task. The CPU takes another one when this returns: the task is dead, schedule makes it TASK_DEAD; or it
 * is asleep while another dumps core, and go_on_exiting does the rest. May sleep.
 */
export function do_exit(code: number): void {
  const tsk = current();
  BUG_ON(load(tsk + task_struct.flags) & PF_EXITING, tsk);
  BUG_ON(tsk === load(kernel.init_task), tsk);
  if (load(kernel.profile) === PROFILE_LINUX_6 && coredump_task_exit(tsk) === 0) {
    store(tsk + task_struct.dying_code, code);
    return;
  }
  begin_exit(tsk, code);
}

/** A task that slept in the middle of its exit goes on with it, when the core dump is over. */
export function go_on_exiting(tsk: number): void {
  const code = load(tsk + task_struct.dying_code);
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    if (group_dump_is_over(tsk)) begin_exit(tsk, code);
    return;
  }
  if (end_exit_mm(tsk)) end_exit(tsk, code, load(tsk + task_struct.dying_last));
}

/** Exit up to the moment at which the address space goes, and on from there unless that sleeps. */
function begin_exit(tsk: number, code: number): void {
  if (load(kernel.profile) === PROFILE_LINUX_6) exit_signals(tsk);
  else store(tsk + task_struct.flags, load(tsk + task_struct.flags) | PF_EXITING);
  futex_leave(tsk);
  const group_dead = atomic_dec_and_test(load(tsk + task_struct.signal) + signal_struct.live);
  if (group_dead && load(kernel.profile) === PROFILE_LINUX_6) synchronize_group_exit(tsk, code);
  if (group_dead) {
    exit_itimer(tsk);
    exit_itimers(load(tsk + task_struct.signal));
  }
  if (exit_mm(tsk) === 0) {
    store(tsk + task_struct.dying_code, code);
    store(tsk + task_struct.dying_last, group_dead);
    return;
  }
  end_exit(tsk, code, group_dead);
}

/** Exit without its memory: the other contexts go, the parent is told. */
function end_exit(tsk: number, code: number, group_dead: number): void {
  exit_sem(tsk);
  exit_files(tsk);
  exit_fs(tsk);
  exit_namespace(tsk);
  store(tsk + task_struct.exit_code, code);
  exit_notify(tsk, group_dead);
  store(tsk + task_struct.flags, load(tsk + task_struct.flags) | PF_DEAD);
}

/** Ends the whole thread group with a code; the first caller's counts. Takes tasklist_lock for reading and siglock. */
export function do_group_exit(exit_code: number): void {
  const tsk = current();
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  let code = exit_code;
  if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) {
    code = load(signal + signal_struct.group_exit_code);
  } else if (thread_group_empty(tsk) === 0) {
    read_lock(kernel.tasklist_lock);
    spin_lock_irq(sighand + sighand_struct.siglock);
    if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) {
      code = load(signal + signal_struct.group_exit_code);
    } else {
      store(signal + signal_struct.group_exit_code, code);
      zap_other_threads(tsk);
    }
    spin_unlock_irq(sighand + sighand_struct.siglock);
    read_unlock(kernel.tasklist_lock);
  }
  do_exit(code);
}
