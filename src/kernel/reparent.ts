/**
 * Exit gives away children: those of its own, and those that it traces, each of which goes back to its real parent. A child
 * that another traces stays with its tracer and gets a new real parent alone.
 */
import { load, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { EXIT_ZOMBIE, PF_EXITING, SIGCHLD, TASK_TRACED } from './abi.ts';
import { kernel, task_struct } from './layout.ts';
import { list_add, list_add_tail, list_del_init, list_empty, list_move_tail, list_next } from './list.ts';
import { kill_orphaned_pgrp } from './pgrp.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { __ptrace_unlink, ptrace_untrace } from './ptrace-links.ts';
import { do_notify_parent } from './signal.ts';

/**
 * Who adopts the children of a dying task: another thread of its group, else init. 2.6 takes the next live one in
 * the ring, later kernels the oldest one. tasklist_lock held.
 */
function find_reaper(father: number): number {
  const init = load(kernel.init_task);
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    for (let t = next_thread(father); t !== father; t = next_thread(t)) {
      if (load(t + task_struct.exit_state) === 0) return t;
    }
    return init;
  }
  let oldest = 0;
  for (let t = next_thread(father); t !== father; t = next_thread(t)) {
    if (load(t + task_struct.flags) & PF_EXITING) continue;
    if (oldest === 0 || load(t + task_struct.start_seq) < load(oldest + task_struct.start_seq)) oldest = t;
  }
  return oldest ? oldest : init;
}

/** Tells the parent of a zombie that it has not heard of, and whose threads are all gone. tasklist_lock held. */
function tell_of_zombie(p: number): void {
  const exit_signal = load(p + task_struct.exit_signal);
  if (load(p + task_struct.exit_state) !== EXIT_ZOMBIE || exit_signal === -1) return;
  if (thread_group_empty(p)) do_notify_parent(p, exit_signal);
}

/** A child that the dying task has, and traces perhaps, goes to another parent; 1 when it was traced. tasklist_lock held. */
function move_child(p: number, reaper: number): number {
  const ptrace = load(p + task_struct.ptrace);
  if (ptrace) store(p + task_struct.ptrace, 0);
  store(p + task_struct.parent, reaper);
  list_move_tail(p + task_struct.sibling, reaper + task_struct.children);
  return ptrace ? 1 : 0;
}

/** The new real parent has a child that somebody traces, unless that is himself. tasklist_lock held. */
function move_traced_child(p: number, reaper: number): void {
  list_del_init(p + task_struct.ptrace_list);
  if (load(p + task_struct.parent) !== reaper)
    list_add(p + task_struct.ptrace_list, reaper + task_struct.ptrace_children);
}

/**
 * Gives a child of a dying task another real parent, which hears of it when it is a zombie; `by_other` when it is traced by
 * another. tasklist_lock held.
 */
function reparent_thread(p: number, father: number, reaper: number, by_other: number): void {
  store(p + task_struct.real_parent, reaper);
  let was_traced = 0;
  if (by_other) move_traced_child(p, reaper);
  else was_traced = move_child(p, reaper);
  if (was_traced && load(p + task_struct.state) === TASK_TRACED) ptrace_untrace(p);
  const same_group = load(reaper + task_struct.tgid) === load(father + task_struct.tgid);
  if (same_group && load(kernel.profile) === PROFILE_LINUX_6) return;
  if (load(p + task_struct.exit_signal) !== -1) store(p + task_struct.exit_signal, SIGCHLD);
  if (!by_other) tell_of_zombie(p);
  if (!same_group) kill_orphaned_pgrp(p, father, 0);
}

/** A task is no longer traced, and its real parent hears of it when it is a zombie. tasklist_lock held for writing. */
export function give_to_real_parent(p: number): void {
  __ptrace_unlink(p);
  tell_of_zombie(p);
}

/**
 * Gives the children of a dying task a new parent, and those that it traced their old one, which hear of those that are
 * zombies. Traced zombies that nobody waits for but their tracer are left on its ptrace_dead. tasklist_lock held.
 */
export function forget_original_parent(father: number): void {
  const reaper = find_reaper(father);
  const children = father + task_struct.children;
  let next = 0;
  for (let at = list_next(children); at !== children; at = next) {
    next = list_next(at);
    const p = at - task_struct.sibling;
    const ptrace = load(p + task_struct.ptrace);
    if (load(p + task_struct.real_parent) === father) reparent_thread(p, father, reaper, 0);
    else give_to_real_parent(p);
    if (ptrace && load(p + task_struct.exit_state) === EXIT_ZOMBIE && load(p + task_struct.exit_signal) === -1) {
      list_add_tail(p + task_struct.ptrace_list, father + task_struct.ptrace_dead);
    }
  }
  const traced = father + task_struct.ptrace_children;
  for (let at = list_next(traced); at !== traced; at = next) {
    next = list_next(at);
    reparent_thread(at - task_struct.ptrace_list, father, reaper, 1);
  }
  BUG_ON(list_empty(children) && list_empty(traced) ? 0 : 1, father);
}
