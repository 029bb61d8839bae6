/**
 * wait4 and waitid: they find a child that is a zombie (wait-zombie.ts), or one that stopped or goes on, which is told of once
 * (wait-stopped.ts), and tell of it (wait-news.ts).
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import {
  EAGAIN,
  ECHILD,
  EINVAL,
  ERESTARTSYS,
  EXIT_DEAD,
  EXIT_TRACE,
  EXIT_ZOMBIE,
  P_ALL,
  P_PGID,
  P_PID,
  SIGCHLD,
  TASK_INTERRUPTIBLE,
  TASK_RUNNING,
  TASK_TRACED,
  WALL,
  WCLONE,
  WCONTINUED,
  WEXITED,
  WINFO,
  WNOHANG,
  WNOTHREAD,
  WNOWAIT,
  WUNTRACED,
} from './abi.ts';
import { current } from './context.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { list_next } from './list.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { my_ptrace_child } from './ptrace-links.ts';
import { signal_pending } from './sigset.ts';
import { put_no_news } from './wait-news.ts';
import {
  has_stopped,
  take_continued,
  take_stop_linux_6,
  tell_stop,
  wait_task_continued,
  wait_task_stopped,
} from './wait-stopped.ts';
import { add_wait_queue, remove_wait_queue } from './waitqueue.ts';
import { claim_zombie, wait_task_zombie } from './wait-zombie.ts';

/** linux-6: waitid for the process group of the caller, which wait4 calls 0. No number of a process is so low. */
const OWN_GROUP = -0x40000000;

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

/** 1 for a child that has stopped, to tell of, which is pinned then. tasklist_lock held. */
function stopped(p: number, traced: number, options: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6) return has_stopped(p, delay_group_leader(p));
  return take_stop_linux_6(p, traced, options);
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
    if (zombie && options & WEXITED && claim_zombie(p, options)) return p | HAS_DIED;
    if (!zombie || (options & WEXITED) === 0) found = NOT_READY;
    if (!zombie) {
      if ((ours || options & WUNTRACED) && stopped(p, ours, options)) return p | HAS_STOPPED;
      if (options & WCONTINUED && take_continued(p, options)) return p | GOES_ON;
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

/** Tells what was found of a child: its pid, -EFAULT, or -EAGAIN when it is no longer so. */
function tell(found: number, at: number, options: number): number {
  const p = found & ~NEWS;
  if ((found & NEWS) === HAS_STOPPED)
    return load(kernel.profile) === PROFILE_LINUX_6 ? tell_stop(p, at, options) : wait_task_stopped(p, at, options);
  return (found & NEWS) === GOES_ON ? wait_task_continued(p, at, options) : wait_task_zombie(p, at, options);
}

/**
 * The pid of a child that is told of; 0 with WNOHANG and none ready; -ECHILD, -EFAULT; or to sleep and again. The state is
 * set before the scan, so that a child that dies in between wakes us.
 */
function do_wait(pid: number, at: number, options: number): number {
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
    const claimed = (found & NEWS) === HAS_DIED && (options & WNOWAIT) === 0;
    const told = found > 0 && !claimed ? tell(found, at, options) : 0;
    if (told === -EAGAIN) continue;
    remove_wait_queue(tsk);
    if (found === NOT_READY) return 0;
    if (found === NO_CHILD) return -ECHILD;
    return told === 0 ? tell(found, at, options) : told;
  }
}

/** The pid of a child that is told of by a status word; 0 with WNOHANG and none ready; -ECHILD, -EINVAL, -EFAULT. May sleep. */
export function sys_wait4(pid: number, status_at: number, options: number): number {
  return options & ~OPTIONS ? -EINVAL : do_wait(pid, status_at, options | WEXITED);
}

/** The children that a waitid is about, as wait4 names them; 0 for nobody that can be. */
function children_of(which: number, id: number): number {
  if (which === P_ALL) return -1;
  if (which === P_PID) return id > 0 ? id : 0;
  return which === P_PGID && id > 0 ? -id : 0;
}

/**
 * Tells of a child by a siginfo, which with WNOWAIT stays as it is; of those news alone that are asked for. 0, whose siginfo is
 * empty with WNOHANG and none ready; -ECHILD, -EINVAL, -EFAULT. Without a siginfo 2.6 answers the pid. May sleep.
 */
export function sys_waitid(which: number, id: number, info_at: number, options: number): number {
  const six = load(kernel.profile) === PROFILE_LINUX_6;
  const known = WNOHANG | WNOWAIT | WEXITED | WUNTRACED | WCONTINUED | (six ? WNOTHREAD | WALL | WCLONE : 0);
  const children = six && which === P_PGID && id === 0 ? OWN_GROUP : children_of(which, id);
  if (options & ~known || (options & (WEXITED | WUNTRACED | WCONTINUED)) === 0) return -EINVAL;
  if (children === 0) return -EINVAL;
  const told = do_wait(children === OWN_GROUP ? 0 : children, info_at, options | WINFO);
  if (told > 0) return info_at || six ? 0 : told;
  if (told === 0 && info_at) return put_no_news(info_at);
  return told;
}
