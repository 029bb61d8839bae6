/**
 * Process numbers: a bitmap that hands them out, and four hashes that find tasks by them. A number is free again when
 * it is gone from all four. attach and detach need tasklist_lock for writing, find at least for reading.
 *
 * Since 2.6.16 who looks for a task by its number may do with RCU: entries come and go in one store, and one that has gone
 * still leads on. An exec of 2.6 that takes over from a leader moves entries to other chains at once, so that a reader is led
 * astray, and finds nobody by the number meanwhile. In linux-6 a number changes hands in one store: the thread has a second
 * entry for it (exec_pid), where Linux has an object for each number (struct pid). Rings, of a thread group or of leaders,
 * are for who holds tasklist_lock; since 2.6.16 that of a thread group also for who holds the siglock.
 */
import { atomic_dec, atomic_inc } from '../machine/atomic.ts';
import { fetch_and, fetch_or, load, READ_ONCE, store, WRITE_ONCE } from '../machine/bus.ts';
import { PID_MAX, RESERVED_PIDS } from '../machine/limits.ts';
import { PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID } from './abi.ts';
import { should_fail } from './fault-inject.ts';
import { FAULT_PID } from './fault-sites.ts';
import { kernel, PIDHASH_SIZE, pid_link, signal_struct, task_struct } from './layout.ts';
import {
  INIT_LIST_HEAD,
  list_add_tail,
  list_add_tail_rcu,
  list_del,
  list_del_rcu,
  list_empty,
  list_next,
} from './list.ts';
import { PROFILE_DESAI_2005 } from './profiles.ts';
import { rcu_assign_pointer, rcu_dereference } from './rcu.ts';

export const NR_PIDTYPES = 4;

/** 1 when the bit was clear and is now ours. */
function test_and_set_pid(pid: number): number {
  const bit = 1 << (pid & 31);
  return fetch_or(kernel.pidmap + 4 * (pid >>> 5), bit) & bit ? 0 : 1;
}

/**
 * A free number, the next after last_pid, or -1 when all are taken or none is to be had. Lock-free: the bit decides;
 * last_pid is a plain store after it (B17).
 */
export function alloc_pidmap(): number {
  const fails = should_fail(FAULT_PID, 0);
  if (fails) return -1;
  let pid = load(kernel.last_pid) + 1;
  if (pid >= PID_MAX) pid = RESERVED_PIDS;
  for (let tries = 0; tries < PID_MAX; tries++) {
    if ((load(kernel.pidmap + 4 * (pid >>> 5)) & (1 << (pid & 31))) === 0 && test_and_set_pid(pid)) {
      atomic_dec(kernel.pidmap_nr_free);
      store(kernel.last_pid, pid);
      return pid;
    }
    pid = pid + 1;
    if (pid >= PID_MAX) pid = RESERVED_PIDS;
  }
  return -1;
}

export function free_pidmap(pid: number): void {
  fetch_and(kernel.pidmap + 4 * (pid >>> 5), ~(1 << (pid & 31)));
  atomic_inc(kernel.pidmap_nr_free);
}

function pid_bucket(type: number, nr: number): number {
  return kernel.pid_hash + 4 * (type * PIDHASH_SIZE + (nr & (PIDHASH_SIZE - 1)));
}

export function task_pid(tsk: number, type: number): number {
  return tsk + task_struct.pids + type * pid_link.SIZE;
}

/** The entry in the hash for this number, or 0. */
export function find_pid(type: number, nr: number): number {
  for (let pid = load(pid_bucket(type, nr)); pid !== 0; pid = load(pid + pid_link.pid_chain)) {
    if (load(pid + pid_link.nr) === nr) return pid;
  }
  return 0;
}

function hash_pid(pid: number, bucket: number): void {
  const first = load(bucket);
  store(pid + pid_link.pid_chain, first);
  if (first) store(first + pid_link.pid_chain + 4, pid + pid_link.pid_chain);
  store(pid + pid_link.pid_chain + 4, bucket);
  rcu_assign_pointer(bucket, pid);
}

function unhash_pid(pid: number): void {
  const next = load(pid + pid_link.pid_chain);
  const pprev = load(pid + pid_link.pid_chain + 4);
  rcu_assign_pointer(pprev, next);
  if (next) store(next + pid_link.pid_chain + 4, pprev);
  store(pid + pid_link.pid_chain + 4, 0);
}

/** An entry takes the place of another: who looks finds the one or the other. */
function replace_pid(old: number, pid: number): void {
  const next = load(old + pid_link.pid_chain);
  const pprev = load(old + pid_link.pid_chain + 4);
  store(pid + pid_link.pid_chain, next);
  store(pid + pid_link.pid_chain + 4, pprev);
  rcu_assign_pointer(pprev, pid);
  if (next) store(next + pid_link.pid_chain + 4, pid + pid_link.pid_chain);
  store(old + pid_link.pid_chain + 4, 0);
}

/** The entry of a task that is in the hash; 0 when that of another stands for its ring, or it has none. */
function hashed_pid(tsk: number, type: number): number {
  const pid = task_pid(tsk, type);
  if (load(pid + pid_link.pid_chain + 4)) return pid;
  const taken = tsk + task_struct.exec_pid;
  return type === PIDTYPE_PID && load(taken + pid_link.pid_chain + 4) ? taken : 0;
}

/** Enters a task under a number; tasks with the same number form a ring of which one entry is in the hash. */
export function attach_pid(tsk: number, type: number, nr: number): void {
  const pid = task_pid(tsk, type);
  const first = find_pid(type, nr);
  WRITE_ONCE(pid + pid_link.nr, nr);
  // Always the same: in Linux it is where the entry lies.
  WRITE_ONCE(pid + pid_link.task, tsk);
  if (type === PIDTYPE_PID) store(tsk + task_struct.exec_pid + pid_link.pid_chain + 4, 0);
  if (first === 0) {
    INIT_LIST_HEAD(pid + pid_link.pid_list);
    hash_pid(pid, pid_bucket(type, nr));
  } else {
    store(pid + pid_link.pid_chain, 0);
    store(pid + pid_link.pid_chain + 4, 0);
    if (load(kernel.profile) === PROFILE_DESAI_2005) list_add_tail(pid + pid_link.pid_list, first + pid_link.pid_list);
    else list_add_tail_rcu(pid + pid_link.pid_list, first + pid_link.pid_list);
  }
}

/** Takes an entry out; the number if nobody in this hash has it any more, else 0. */
function __detach_pid(tsk: number, type: number): number {
  const pid = task_pid(tsk, type);
  let nr = 0;
  const hashed = hashed_pid(tsk, type);
  if (hashed && list_empty(pid + pid_link.pid_list)) {
    nr = load(pid + pid_link.nr);
    unhash_pid(hashed);
  } else if (hashed) {
    replace_pid(hashed, list_next(pid + pid_link.pid_list) - pid_link.pid_list);
  }
  if (load(kernel.profile) === PROFILE_DESAI_2005) list_del(pid + pid_link.pid_list);
  else list_del_rcu(pid + pid_link.pid_list);
  WRITE_ONCE(pid + pid_link.nr, 0);
  return nr;
}

/** Takes a task out of one hash, and frees the number when no hash has it. */
export function detach_pid(tsk: number, type: number): void {
  const nr = __detach_pid(tsk, type);
  if (nr) free_unused(nr, type);
}

/** Frees a number that has gone from one hash, when no other has it. */
function free_unused(nr: number, type: number): void {
  for (let other = 0; other < NR_PIDTYPES; other++) {
    if (other !== type && find_pid(other, nr)) return;
  }
  free_pidmap(nr);
}

/** A thread becomes the leader of its process group and session entries. */
function attach_group_and_session(thread: number): void {
  const signal = load(thread + task_struct.signal);
  attach_pid(thread, PIDTYPE_PGID, load(signal + signal_struct.pgrp));
  attach_pid(thread, PIDTYPE_SID, load(signal + signal_struct.session));
}

/** exec of 2.6: leader and thread change their numbers, and the leader is in a thread group of its own. */
export function switch_exec_pids(leader: number, thread: number): void {
  const pid = load(thread + task_struct.pid);
  const tgid = load(thread + task_struct.tgid);
  for (let type = 0; type < NR_PIDTYPES; type++) __detach_pid(leader, type);
  __detach_pid(thread, PIDTYPE_PID);
  __detach_pid(thread, PIDTYPE_TGID);
  store(leader + task_struct.pid, pid);
  store(leader + task_struct.tgid, pid);
  store(thread + task_struct.pid, tgid);
  attach_pid(thread, PIDTYPE_PID, tgid);
  attach_pid(thread, PIDTYPE_TGID, tgid);
  attach_group_and_session(thread);
  attach_pid(leader, PIDTYPE_PID, pid);
  attach_pid(leader, PIDTYPE_TGID, pid);
  attach_group_and_session(leader);
}

/**
 * exec of linux-6: they change their numbers, and the thread takes the leader's place in group and session. Whoever looks for
 * the leader's number finds the one or the other; the thread's is nobody's from here on.
 */
export function transfer_leader_pids(leader: number, thread: number): void {
  const pid = load(thread + task_struct.pid);
  const tgid = load(leader + task_struct.pid);
  const own = task_pid(thread, PIDTYPE_PID);
  const taken = thread + task_struct.exec_pid;
  store(taken + pid_link.nr, tgid);
  store(taken + pid_link.task, thread);
  replace_pid(hashed_pid(leader, PIDTYPE_PID), taken);
  unhash_pid(own);
  WRITE_ONCE(own + pid_link.nr, tgid);
  free_unused(pid, PIDTYPE_PID);
  store(leader + task_struct.pid, pid);
  store(thread + task_struct.pid, tgid);
  __detach_pid(leader, PIDTYPE_PGID);
  __detach_pid(leader, PIDTYPE_SID);
  attach_group_and_session(thread);
}

/** The task with this number of this type, or 0. */
export function find_task_by_pid_type(type: number, nr: number): number {
  const pid = find_pid(type, nr);
  return pid ? load(pid + pid_link.task) : 0;
}

export function find_task_by_pid(nr: number): number {
  return find_task_by_pid_type(PIDTYPE_PID, nr);
}

/** The same under RCU: the task may have been released, and stays until rcu_read_unlock. */
export function find_task_by_pid_rcu(nr: number): number {
  let pid = rcu_dereference(pid_bucket(PIDTYPE_PID, nr));
  while (pid !== 0 && READ_ONCE(pid + pid_link.nr) !== nr) pid = rcu_dereference(pid + pid_link.pid_chain);
  return pid ? READ_ONCE(pid + pid_link.task) : 0;
}

/** 1 while a task is not released: it has its number. tasklist_lock held. */
export function pid_alive(tsk: number): number {
  return load(task_pid(tsk, PIDTYPE_PID) + pid_link.nr) ? 1 : 0;
}

/** The next task of the same thread group, in a ring; the task itself when it is alone. */
export function next_in_ring(tsk: number, type: number): number {
  return (
    READ_ONCE(task_pid(tsk, type) + pid_link.pid_list) - pid_link.pid_list - type * pid_link.SIZE - task_struct.pids
  );
}

export function pidhash_init(): void {
  store(kernel.pidmap, 1);
  store(kernel.pidmap_nr_free, PID_MAX - 1);
  store(kernel.last_pid, 0);
}

export function next_thread(tsk: number): number {
  return next_in_ring(tsk, PIDTYPE_TGID);
}

export function thread_group_empty(tsk: number): number {
  return next_thread(tsk) === tsk ? 1 : 0;
}
