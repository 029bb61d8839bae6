/**
 * Process numbers: a bitmap that hands them out, and four hashes that find tasks by them. A number is free again when
 * it is gone from all four. attach and detach need tasklist_lock for writing, find at least for reading.
 */
import { atomic_dec, atomic_inc } from '../machine/atomic.ts';
import { fetch_and, fetch_or, load, store } from '../machine/bus.ts';
import { PID_MAX, RESERVED_PIDS } from '../machine/limits.ts';
import { PIDTYPE_PGID, PIDTYPE_PID, PIDTYPE_SID, PIDTYPE_TGID } from './abi.ts';
import { should_fail } from './fault-inject.ts';
import { FAULT_PID } from './fault-sites.ts';
import { kernel, PIDHASH_SIZE, pid_link, signal_struct, task_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_next } from './list.ts';

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
  store(bucket, pid);
  store(pid + pid_link.pid_chain + 4, bucket);
}

function unhash_pid(pid: number): void {
  const next = load(pid + pid_link.pid_chain);
  const pprev = load(pid + pid_link.pid_chain + 4);
  store(pprev, next);
  if (next) store(next + pid_link.pid_chain + 4, pprev);
  store(pid + pid_link.pid_chain + 4, 0);
}

/** Enters a task under a number; tasks with the same number form a ring of which one entry is in the hash. */
export function attach_pid(tsk: number, type: number, nr: number): void {
  const pid = task_pid(tsk, type);
  const first = find_pid(type, nr);
  store(pid + pid_link.nr, nr);
  if (first === 0) {
    INIT_LIST_HEAD(pid + pid_link.pid_list);
    hash_pid(pid, pid_bucket(type, nr));
  } else {
    store(pid + pid_link.pid_chain, 0);
    store(pid + pid_link.pid_chain + 4, 0);
    list_add_tail(pid + pid_link.pid_list, first + pid_link.pid_list);
  }
}

/** Takes an entry out; the number if nobody in this hash has it any more, else 0. */
function __detach_pid(tsk: number, type: number): number {
  const pid = task_pid(tsk, type);
  let nr = 0;
  if (load(pid + pid_link.pid_chain + 4)) {
    unhash_pid(pid);
    if (list_empty(pid + pid_link.pid_list)) {
      nr = load(pid + pid_link.nr);
    } else {
      const heir = list_next(pid + pid_link.pid_list) - pid_link.pid_list;
      hash_pid(heir, pid_bucket(type, load(heir + pid_link.nr)));
    }
  }
  list_del(pid + pid_link.pid_list);
  store(pid + pid_link.nr, 0);
  return nr;
}

/** Takes a task out of one hash, and frees the number when no hash has it. */
export function detach_pid(tsk: number, type: number): void {
  const nr = __detach_pid(tsk, type);
  if (nr === 0) return;
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

/** exec of linux-6: they change their numbers, and the thread takes the leader's place in group and session. */
export function transfer_leader_pids(leader: number, thread: number): void {
  const pid = load(thread + task_struct.pid);
  const tgid = load(leader + task_struct.pid);
  __detach_pid(leader, PIDTYPE_PID);
  __detach_pid(thread, PIDTYPE_PID);
  store(leader + task_struct.pid, pid);
  store(thread + task_struct.pid, tgid);
  attach_pid(thread, PIDTYPE_PID, tgid);
  attach_pid(leader, PIDTYPE_PID, pid);
  __detach_pid(leader, PIDTYPE_PGID);
  __detach_pid(leader, PIDTYPE_SID);
  attach_group_and_session(thread);
}

/** The task with this number of this type, or 0. */
export function find_task_by_pid_type(type: number, nr: number): number {
  const pid = find_pid(type, nr);
  return pid ? pid - task_struct.pids - type * pid_link.SIZE : 0;
}

export function find_task_by_pid(nr: number): number {
  return find_task_by_pid_type(PIDTYPE_PID, nr);
}

/** 1 while a task is not released: it has its number. tasklist_lock held. */
export function pid_alive(tsk: number): number {
  return load(task_pid(tsk, PIDTYPE_PID) + pid_link.nr) ? 1 : 0;
}

/** The next task of the same thread group, in a ring; the task itself when it is alone. */
export function next_in_ring(tsk: number, type: number): number {
  return (
    list_next(task_pid(tsk, type) + pid_link.pid_list) - pid_link.pid_list - type * pid_link.SIZE - task_struct.pids
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
