/**
 * exec leaves one thread of a group: it kills the others, sleeps until they are released, and when it was not the leader it
 * takes over who the leader was: number, parent, place in the lists. Handlers that it shares with other processes become
 * its own in the end.
 *
 * What can fail comes first: handlers are allocated before anybody is killed. The call sleeps by running again, so what it
 * has made lies in the task (exec_mm, exec_sighand), and how far it has come (exec_stage).
 *
 * Departure: exec sleeps until the leader is a zombie, as since 2.6.24; before, it yielded until it was.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock, spin_lock_irq, spin_unlock, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  EAGAIN,
  ENOMEM,
  ERESTARTNOINTR,
  EXEC_ALONE,
  EXEC_BEGUN,
  EXEC_KILLED,
  EXEC_WAITS_FOR_LEADER,
  EXIT_DEAD,
  EXIT_ZOMBIE,
  RESTART_UNINTERRUPTIBLE,
  SIGCHLD,
  SIGNAL_GROUP_EXIT,
  TASK_UNINTERRUPTIBLE,
} from './abi.ts';
import { release_task } from './exit.ts';
import { exec_itimer } from './itimer.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { list_move_tail } from './list.ts';
import { switch_exec_pids, thread_group_empty, transfer_leader_pids } from './pid.ts';
import { exit_itimers } from './posix-timer.ts';
import { __ptrace_link, ptrace_unlink } from './ptrace-links.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { rcu_assign_pointer } from './rcu.ts';
import { alloc_sighand, copy_actions, put_sighand } from './sighand.ts';
import { sighand_shared, zap_other_threads } from './signal.ts';
import { recalc_sigpending } from './sigset.ts';

/** Kills the other threads. 0, or -EAGAIN in a group that is dying or that another thread execs in. Takes tasklist_lock. */
function kill_other_threads(tsk: number, signal: number, sighand: number): number {
  read_lock(kernel.tasklist_lock);
  spin_lock_irq(sighand + sighand_struct.siglock);
  const err = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT ? -EAGAIN : 0;
  if (err === 0) {
    zap_other_threads(tsk);
    store(signal + signal_struct.group_exit_task, tsk);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  read_unlock(kernel.tasklist_lock);
  return err;
}

/** 1 when the others are released, but for the leader; else the task is asleep until they are. Takes siglock. */
function others_are_gone(tsk: number, signal: number, sighand: number): number {
  const left = load(tsk + task_struct.group_leader) === tsk ? 1 : 2;
  spin_lock_irq(sighand + sighand_struct.siglock);
  const gone = atomic_read(signal + signal_struct.count) <= left ? 1 : 0;
  store(signal + signal_struct.notify_count, gone ? 0 : left);
  if (gone === 0) store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  return gone;
}

/**
 * 2.6: the two change numbers, parents and tracers, and the leader is a process of its own, whose parent is init. As a zombie it is
 * there for init's wait, before exec comes to release it: until 2.6.15 twice released (B11). tasklist_lock held for writing.
 */
function take_over_2_6(tsk: number, leader: number): void {
  const parent = load(leader + task_struct.real_parent);
  const init = load(kernel.init_task);
  const ptrace = load(leader + task_struct.ptrace);
  const tracer = load(leader + task_struct.parent);
  ptrace_unlink(tsk);
  ptrace_unlink(leader);
  switch_exec_pids(leader, tsk);
  store(tsk + task_struct.real_parent, parent);
  store(tsk + task_struct.parent, parent);
  store(leader + task_struct.real_parent, init);
  store(leader + task_struct.parent, init);
  store(tsk + task_struct.group_leader, tsk);
  store(leader + task_struct.group_leader, leader);
  list_move_tail(tsk + task_struct.sibling, parent + task_struct.children);
  list_move_tail(leader + task_struct.sibling, init + task_struct.children);
  // Who traced his own leader does not become his own parent.
  if (ptrace && tracer !== tsk) {
    store(tsk + task_struct.ptrace, ptrace);
    __ptrace_link(tsk, tracer);
  }
  list_move_tail(tsk + task_struct.tasks, kernel.init_tasks);
  if (load(kernel.profile) !== PROFILE_DESAI_2005) store(leader + task_struct.exit_state, EXIT_DEAD);
}

/** linux-6: the old leader stays a thread of the group, one that nobody waits for. tasklist_lock held for writing. */
function take_over_linux_6(tsk: number, leader: number): void {
  transfer_leader_pids(leader, tsk);
  store(tsk + task_struct.group_leader, tsk);
  store(leader + task_struct.group_leader, tsk);
  store(tsk + task_struct.start_seq, load(leader + task_struct.start_seq));
  store(leader + task_struct.exit_signal, -1);
  store(leader + task_struct.exit_state, EXIT_DEAD);
}

/** Takes over from a leader that is a zombie, and releases it: 1. 0 when it is none yet: the task is asleep until it is. */
function take_over_leader(tsk: number, leader: number, signal: number): number {
  // Sent to the leader, SIGALRM finds no thread of the group from the moment the two change places.
  exec_itimer(signal, tsk);
  write_lock_irq(kernel.tasklist_lock);
  if (load(leader + task_struct.exit_state) === 0) {
    store(signal + signal_struct.notify_count, EXEC_WAITS_FOR_LEADER);
    store(tsk + task_struct.state, TASK_UNINTERRUPTIBLE);
    write_unlock_irq(kernel.tasklist_lock);
    return 0;
  }
  BUG_ON(load(leader + task_struct.exit_state) !== EXIT_ZOMBIE ? 1 : 0, leader);
  if (load(kernel.profile) === PROFILE_LINUX_6) take_over_linux_6(tsk, leader);
  else take_over_2_6(tsk, leader);
  store(tsk + task_struct.exit_signal, SIGCHLD);
  write_unlock_irq(kernel.tasklist_lock);
  // Timers send to it, who hold no reference: until 2.6.14.2 they went after (B10).
  if (load(kernel.profile) !== PROFILE_DESAI_2005) exit_itimers(signal);
  release_task(leader);
  return 1;
}

/** Makes the task the only one of its group. 0, -EAGAIN, or to sleep and again. */
function end_other_threads(tsk: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  if (load(tsk + task_struct.exec_stage) === EXEC_BEGUN) {
    const err = kill_other_threads(tsk, signal, sighand);
    if (err) return err;
    store(tsk + task_struct.exec_stage, EXEC_KILLED);
  }
  let alone = load(tsk + task_struct.exec_stage) === EXEC_ALONE ? 1 : 0;
  if (alone === 0) alone = others_are_gone(tsk, signal, sighand);
  if (alone) {
    store(tsk + task_struct.exec_stage, EXEC_ALONE);
    const leader = load(tsk + task_struct.group_leader);
    if (leader !== tsk) alone = take_over_leader(tsk, leader, signal);
  }
  if (alone === 0) {
    store(tsk + task_struct.restart, RESTART_UNINTERRUPTIBLE);
    return -ERESTARTNOINTR;
  }
  spin_lock_irq(sighand + sighand_struct.siglock);
  store(signal + signal_struct.group_exit_task, 0);
  store(signal + signal_struct.notify_count, 0);
  store(signal + signal_struct.flags, 0);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  return 0;
}

/**
 * Gives the task the handlers that were made for it: the one correct way to change p->sighand. Takes tasklist_lock for
 * writing and both siglocks; the old handlers are dropped outside.
 */
function switch_sighand(tsk: number, fresh: number): void {
  const old = load(tsk + task_struct.sighand);
  copy_actions(fresh, old);
  write_lock_irq(kernel.tasklist_lock);
  spin_lock(old + sighand_struct.siglock);
  spin_lock(fresh + sighand_struct.siglock);
  rcu_assign_pointer(tsk + task_struct.sighand, fresh);
  recalc_sigpending(tsk);
  spin_unlock(fresh + sighand_struct.siglock);
  spin_unlock(old + sighand_struct.siglock);
  write_unlock_irq(kernel.tasklist_lock);
  put_sighand(old);
}

/**
 * Makes the task alone in its group, with handlers that nobody shares. 0; -ENOMEM or -EAGAIN, and nobody was killed; or to
 * sleep and again. Takes tasklist_lock and siglock; may sleep.
 */
export function de_thread(tsk: number): number {
  let fresh = load(tsk + task_struct.exec_sighand);
  if (fresh === 0) {
    if (sighand_shared(tsk) === 0) {
      BUG_ON(atomic_read(load(tsk + task_struct.signal) + signal_struct.count) !== 1 ? 1 : 0, tsk);
      exit_itimers(load(tsk + task_struct.signal));
      return 0;
    }
    fresh = alloc_sighand();
    if (fresh === 0) return -ENOMEM;
    store(tsk + task_struct.exec_sighand, fresh);
  }
  if (load(tsk + task_struct.exec_stage) !== EXEC_BEGUN || thread_group_empty(tsk) === 0) {
    const wait = end_other_threads(tsk);
    if (wait) return wait;
  }
  exit_itimers(load(tsk + task_struct.signal));
  if (sighand_shared(tsk)) {
    store(tsk + task_struct.exec_sighand, 0);
    switch_sighand(tsk, fresh);
  }
  return 0;
}
