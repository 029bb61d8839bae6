/**
 * Process groups that are orphaned: none of their members has a parent in another group of the same session, so nobody is
 * left who would start them again after a stop. Stop signals of a terminal do nothing to them, and when one becomes so with
 * a member stopped, it gets SIGHUP and SIGCONT.
 *
 * Departure: the group of init, to which every task belongs that a program starts, is never orphaned, as if a shell held it.
 */
import { load } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { PIDTYPE_PGID, SIGCONT, SIGHUP, SIGNAL_STOP_STOPPED, TASK_STOPPED } from './abi.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { find_task_by_pid_type, next_in_ring, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { group_send_sig_info } from './signal.ts';

const INIT_PGRP = 1;

export function process_group(tsk: number): number {
  return load(load(tsk + task_struct.signal) + signal_struct.pgrp);
}

export function process_session(tsk: number): number {
  return load(load(tsk + task_struct.signal) + signal_struct.session);
}

/** 1 when a process is at its end; in 2.6 also one whose leader is, and whose threads live on. */
function has_exited(p: number): number {
  if (load(p + task_struct.exit_state) === 0) return 0;
  return load(kernel.profile) !== PROFILE_LINUX_6 || thread_group_empty(p) ? 1 : 0;
}

/** 1 when a group has nobody left who would care for it, not counting one task, or 0. tasklist_lock held. */
function will_become_orphaned_pgrp(pgrp: number, ignored: number): number {
  if (pgrp === INIT_PGRP) return 0;
  const first = find_task_by_pid_type(PIDTYPE_PGID, pgrp);
  if (first === 0) return 1;
  let p = first;
  do {
    const parent = load(p + task_struct.real_parent);
    const counts = p !== ignored && !has_exited(p) && load(parent + task_struct.pid) !== 1;
    if (counts && process_group(parent) !== pgrp && process_session(parent) === process_session(p)) return 0;
    p = next_in_ring(p, PIDTYPE_PGID);
  } while (p !== first);
  return 1;
}

/** 1 when a group is orphaned now. Takes tasklist_lock for reading. */
export function is_orphaned_pgrp(pgrp: number): number {
  read_lock(kernel.tasklist_lock);
  const orphaned = will_become_orphaned_pgrp(pgrp, 0);
  read_unlock(kernel.tasklist_lock);
  return orphaned;
}

/** 1 when a process is stopped; in 2.6, when its leader is. */
function is_stopped(p: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return load(p + task_struct.state) === TASK_STOPPED ? 1 : 0;
  return load(load(p + task_struct.signal) + signal_struct.flags) & SIGNAL_STOP_STOPPED ? 1 : 0;
}

/** 1 when a member of the group is stopped. tasklist_lock held. */
function has_stopped_jobs(pgrp: number): number {
  const first = find_task_by_pid_type(PIDTYPE_PGID, pgrp);
  if (first === 0) return 0;
  let p = first;
  do {
    if (is_stopped(p)) return 1;
    p = next_in_ring(p, PIDTYPE_PGID);
  } while (p !== first);
  return 0;
}

/** Sends a signal of the kernel's own to every leader of a group. tasklist_lock held; takes siglocks. */
function signal_pgrp(sig: number, pgrp: number): void {
  const first = find_task_by_pid_type(PIDTYPE_PGID, pgrp);
  if (first === 0) return;
  let p = first;
  do {
    group_send_sig_info(sig, p, 0);
    p = next_in_ring(p, PIDTYPE_PGID);
  } while (p !== first);
}

/**
 * `parent`, of another group of the session that `p` is in, goes, and may have been the last who cared for p's group, not
 * counting `ignored`: whoever is stopped in it is told and goes on. tasklist_lock held for writing.
 */
export function kill_orphaned_pgrp(p: number, parent: number, ignored: number): void {
  const pgrp = process_group(p);
  if (pgrp === INIT_PGRP || process_group(parent) === pgrp || process_session(parent) !== process_session(p)) return;
  if (!will_become_orphaned_pgrp(pgrp, ignored) || !has_stopped_jobs(pgrp)) return;
  signal_pgrp(SIGHUP, pgrp);
  signal_pgrp(SIGCONT, pgrp);
}

/**
 * A task exits, and its group may be orphaned by that. 2.6 asks at the exit of each thread, and of a leader as if its
 * threads went with it; later kernels at that of the last one. tasklist_lock held for writing.
 */
export function exit_orphans_pgrp(tsk: number, group_dead: number): void {
  const is_linux_6 = load(kernel.profile) === PROFILE_LINUX_6;
  if (is_linux_6 && group_dead === 0) return;
  const p = is_linux_6 ? load(tsk + task_struct.group_leader) : tsk;
  kill_orphaned_pgrp(p, load(p + task_struct.real_parent), p);
}
