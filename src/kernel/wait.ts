/**
 * wait4: finds a child that is a zombie, claims it by xchg, and releases it; or one that stopped or goes on, which is told
 * of once (wait-stopped.ts).
 */
import { load, store, WRITE_ONCE, xchg } from '../machine/bus.ts';
import { read_lock, read_unlock, write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import {
  EAGAIN,
  ECHILD,
  EFAULT,
  EINVAL,
  ERESTARTSYS,
  EXIT_DEAD,
  EXIT_TRACE,
  EXIT_ZOMBIE,
  SIGCHLD,
  SIGNAL_GROUP_EXIT,
  TASK_INTERRUPTIBLE,
  TASK_RUNNING,
  TASK_TRACED,
  WALL,
  WCLONE,
  WCONTINUED,
  WNOHANG,
  WNOTHREAD,
  WUNTRACED,
} from './abi.ts';
import { current } from './context.ts';
import { release_task } from './exit.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { my_ptrace_child, ptrace_unlink } from './ptrace-links.ts';
import { do_notify_parent } from './signal.ts';
import { signal_pending } from './sigset.ts';
import { put_user } from './uaccess.ts';
import { has_stopped, take_continued, wait_task_continued, wait_task_stopped } from './wait-stopped.ts';
import { add_wait_queue, remove_wait_queue } from './waitqueue.ts';

const OPTIONS = WNOHANG | WUNTRACED | WCONTINUED | WNOTHREAD | WALL | WCLONE;

/** What a scan of one task's children found, besides a child's address with the kind of news in its low bits. */
const NO_CHILD = 0;
const NOT_READY = -1;
const HAS_DIED = 0;
const HAS_STOPPED = 1;
const GOES_ON = 2;
const NEWS = 3;

/** 1 when a wait for `pid` with these options is about this child. tasklist_lock held. */
function eligible_child(pid: number, options: number, p: number): number {
  if (pid > 0) {
    if (load(p + task_struct.pid) !== pid) return 0;
  } else if (pid !== -1) {
    const signal = load(p + task_struct.signal);
    const wanted = pid === 0 ? load(load(current() + task_struct.signal) + signal_struct.pgrp) : -pid;
    if (signal === 0 || load(signal + signal_struct.pgrp) !== wanted) return 0;
  }
  const exit_signal = load(p + task_struct.exit_signal);
  if (exit_signal === -1 && load(p + task_struct.ptrace) === 0) return 0;
  const clone_child = exit_signal !== SIGCHLD;
  const wants_clone = (options & WCLONE) !== 0;
  return clone_child === wants_clone || options & WALL ? 1 : 0;
}

/** A leader whose threads still live is not to be had yet. */
function delay_group_leader(p: number): number {
  return load(p + task_struct.group_leader) === p && thread_group_empty(p) === 0 ? 1 : 0;
}

/** What a zombie is once it is claimed: linux-6 decides now whether it is to be given back. tasklist_lock held. */
function claimed_state(p: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return EXIT_DEAD;
  return load(p + task_struct.parent) === load(p + task_struct.real_parent) ? EXIT_DEAD : EXIT_TRACE;
}

/** 1 when another traces a child that a wait is about: it comes back when its tracer has done with it. tasklist_lock held. */
function has_traced_child(tsk: number, pid: number, options: number): number {
  const head = tsk + task_struct.ptrace_children;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    if (eligible_child(pid, options, at - task_struct.ptrace_list)) return 1;
  }
  return 0;
}

/**
 * Scans the children of one thread: a zombie that is now ours, one to tell of, which is pinned, NOT_READY, or NO_CHILD. A
 * zombie that another waiter won is no child any more: whoever counted it would sleep for somebody who is gone.
 * tasklist_lock held.
 */
function scan_children(tsk: number, pid: number, options: number): number {
  let found = NO_CHILD;
  const head = tsk + task_struct.children;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const p = at - task_struct.sibling;
    if (eligible_child(pid, options, p) === 0) continue;
    const state = load(p + task_struct.exit_state);
    if (state === EXIT_DEAD) continue;
    if (state === EXIT_TRACE) {
      found = NOT_READY;
      continue;
    }
    const ours = my_ptrace_child(p);
    if (!ours && load(p + task_struct.state) === TASK_TRACED) continue;
    const zombie = state === EXIT_ZOMBIE && delay_group_leader(p) === 0;
    if (zombie && xchg(p + task_struct.exit_state, claimed_state(p)) === EXIT_ZOMBIE) return p | HAS_DIED;
    if (!zombie) {
      found = NOT_READY;
      if ((ours || options & WUNTRACED) && has_stopped(p, delay_group_leader(p))) return p | HAS_STOPPED;
      if (options & WCONTINUED && take_continued(p)) return p | GOES_ON;
    }
  }
  return found === NO_CHILD && has_traced_child(tsk, pid, options) ? NOT_READY : found;
}

/** Scans the children of every thread of the group, beginning with the current one. Takes tasklist_lock for reading. */
function scan_group(pid: number, options: number): number {
  const tsk = current();
  let found = NO_CHILD;
  const own_only = options & WNOTHREAD;
  let t = tsk;
  read_lock(kernel.tasklist_lock);
  do {
    const one = scan_children(t, pid, options);
    if (one > 0) found = one;
    else if (one === NOT_READY) found = NOT_READY;
    t = next_thread(t);
  } while (t !== tsk && found <= 0 && !own_only);
  read_unlock(kernel.tasklist_lock);
  return found;
}

/** 1 when a claimed zombie is another's child. In 2.6 another thread may have let go of it since it was claimed. */
function is_anothers(p: number): number {
  if (load(kernel.profile) === PROFILE_LINUX_6) return load(p + task_struct.exit_state) === EXIT_TRACE ? 1 : 0;
  return load(p + task_struct.real_parent) !== load(p + task_struct.parent) ? 1 : 0;
}

/**
 * A zombie that the current task has traced is its real parent's again, who hears of it: 1. 0 when it has no other, or one
 * who does not wait for it. Takes tasklist_lock for writing.
 */
function give_back(p: number): number {
  if (is_anothers(p) === 0) return 0;
  let given = 0;
  write_lock_irq(kernel.tasklist_lock);
  if (is_anothers(p)) {
    ptrace_unlink(p);
    store(p + task_struct.exit_state, EXIT_ZOMBIE);
    if (load(p + task_struct.exit_signal) !== -1) {
      do_notify_parent(p, load(p + task_struct.exit_signal));
      if (load(p + task_struct.exit_signal) !== -1) given = 1;
    }
    if (given === 0) store(p + task_struct.exit_state, EXIT_DEAD);
  }
  write_unlock_irq(kernel.tasklist_lock);
  return given;
}

/**
 * Collects a zombie that is ours and releases it: its pid, or -EFAULT when the status cannot be stored. 2.6 stores before it
 * releases, and makes the child a zombie again then; later kernels store after, and the child is gone all the same.
 */
function wait_task_zombie(p: number, status_at: number): number {
  const signal = load(p + task_struct.signal);
  const by_group = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  const status = by_group ? load(signal + signal_struct.group_exit_code) : load(p + task_struct.exit_code);
  const pid = load(p + task_struct.pid);
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    if (give_back(p) === 0) release_task(p);
    return status_at && put_user(status, status_at) ? -EFAULT : pid;
  }
  if (status_at && put_user(status, status_at)) {
    // Plain in Linux, and marked here for x86's order; no lock either way, which does harm: docs/findings.md.
    WRITE_ONCE(p + task_struct.exit_state, EXIT_ZOMBIE);
    return -EFAULT;
  }
  if (give_back(p) === 0) release_task(p);
  return pid;
}

/** Tells what was found of a child: its pid, -EFAULT, or -EAGAIN when it is no longer so. */
function tell(found: number, status_at: number): number {
  const p = found & ~NEWS;
  if ((found & NEWS) === HAS_STOPPED) return wait_task_stopped(p, status_at);
  return (found & NEWS) === GOES_ON ? wait_task_continued(p, status_at) : wait_task_zombie(p, status_at);
}

/**
 * The pid of a child that is told of; 0 with WNOHANG and none ready; -ECHILD, -EINVAL, -EFAULT; or to sleep and again. The
 * state is set before the scan, so that a child that dies in between wakes us.
 */
export function sys_wait4(pid: number, status_at: number, options: number): number {
  if (options & ~OPTIONS) return -EINVAL;
  const tsk = current();
  const queue = load(tsk + task_struct.signal) + signal_struct.wait_chldexit;
  add_wait_queue(queue, tsk);
  for (;;) {
    store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
    const found = scan_group(pid, options);
    if (found === NOT_READY && (options & WNOHANG) === 0) {
      if (signal_pending()) store(tsk + task_struct.state, TASK_RUNNING);
      return -ERESTARTSYS;
    }
    store(tsk + task_struct.state, TASK_RUNNING);
    const told = found > 0 && (found & NEWS) !== HAS_DIED ? tell(found, status_at) : 0;
    if (told === -EAGAIN) continue;
    remove_wait_queue(tsk);
    if (found === NOT_READY) return 0;
    if (found === NO_CHILD) return -ECHILD;
    return told === 0 ? tell(found, status_at) : told;
  }
}
