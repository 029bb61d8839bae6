/**
 * System V undo lists: what a task's semaphore operations have to give back when it exits.
 *
 * The list's lock is taken only when the list is shared (refcnt not 1), tested anew at lock and unlock: when the
 * other sharer leaves between the two, the lock stays taken for good. Clone hides that by making a new lock when the
 * list gets its second user. All that is 2.6.14's own (B26); linux-6 locks always.
 */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memset, store } from '../machine/bus.ts';
import { SEMMSL } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { CLONE_SYSVSEM, ENOMEM } from './abi.ts';
import { UNDO_CACHE, UNDO_LIST_CACHE } from './caches.ts';
import { current } from './context.ts';
import { kernel, sem_array, sem_undo, sem_undo_list, task_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del, list_empty, list_next } from './list.ts';
import { LOCK_UNDO } from './locks.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { sem_lock, sem_unlock, wake_sleepers } from './sem-array.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** 1 when the lock of this list is used at this moment. */
function undo_lock_used(list: number): number {
  return load(kernel.profile) === PROFILE_LINUX_6 || atomic_read(list + sem_undo_list.refcnt) !== 1 ? 1 : 0;
}

export function lock_semundo(list: number): void {
  if (undo_lock_used(list)) spin_lock(list + sem_undo_list.lock);
}

export function unlock_semundo(list: number): void {
  if (undo_lock_used(list)) spin_unlock(list + sem_undo_list.lock);
}

/** The current task's undo list, made when it has none; 0 without memory. */
export function get_undo_list(): number {
  const tsk = current();
  const old = load(tsk + task_struct.undo_list);
  if (old) return old;
  const list = kmem_cache_alloc(UNDO_LIST_CACHE, _THIS_IP_);
  if (list === 0) return 0;
  atomic_set(list + sem_undo_list.refcnt, 1);
  spin_lock_init(list + sem_undo_list.lock, LOCK_UNDO);
  INIT_LIST_HEAD(list + sem_undo_list.proc_list);
  store(tsk + task_struct.undo_list, list);
  return list;
}

/** Clone's step: shares the list, making one if needed, or leaves the child none. 0 or -ENOMEM. */
export function copy_semundo(clone_flags: number, tsk: number): number {
  if ((clone_flags & CLONE_SYSVSEM) === 0) {
    store(tsk + task_struct.undo_list, 0);
    return 0;
  }
  const list = get_undo_list();
  if (list === 0) return -ENOMEM;
  if (load(kernel.profile) !== PROFILE_LINUX_6 && atomic_read(list + sem_undo_list.refcnt) === 1) {
    spin_lock_init(list + sem_undo_list.lock, LOCK_UNDO);
  }
  atomic_inc(list + sem_undo_list.refcnt);
  store(tsk + task_struct.undo_list, list);
  return 0;
}

/** The record of a list for a semaphore set, or 0; the list locked as lock_semundo does. */
export function lookup_undo(list: number, semid: number): number {
  const head = list + sem_undo_list.proc_list;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const undo = at - sem_undo.proc_next;
    if (load(undo + sem_undo.semid) === semid) return undo;
  }
  return 0;
}

/** The record for a set, made when there is none; 0 without memory. Takes the list's lock when that is used. */
export function find_undo(list: number, semid: number): number {
  lock_semundo(list);
  const found = lookup_undo(list, semid);
  unlock_semundo(list);
  if (found) return found;
  const fresh = kmem_cache_alloc(UNDO_CACHE, _THIS_IP_);
  if (fresh === 0) return 0;
  store(fresh + sem_undo.semid, semid);
  memset(fresh + sem_undo.semadj, 0, 4 * SEMMSL);
  lock_semundo(list);
  const raced = lookup_undo(list, semid);
  if (raced === 0) list_add_tail(fresh + sem_undo.proc_next, list + sem_undo_list.proc_list);
  unlock_semundo(list);
  if (raced === 0) return fresh;
  kmem_cache_free(UNDO_CACHE, fresh, _THIS_IP_);
  return raced;
}

/** Gives back what one record owes: values change, but never below zero. Wakes who waits for the set. */
function apply_undo(undo: number): void {
  const sma = sem_lock(load(undo + sem_undo.semid));
  if (sma < 0) return;
  for (let i = 0; i < SEMMSL; i++) {
    const value = load(sma + sem_array.value + 4 * i) + load(undo + sem_undo.semadj + 4 * i);
    store(sma + sem_array.value + 4 * i, value < 0 ? 0 : value);
  }
  wake_sleepers(sma);
  sem_unlock(sma);
}

/** Takes the undo list away from a task; its last user applies and frees it. May sleep. */
export function exit_sem(tsk: number): void {
  const list = load(tsk + task_struct.undo_list);
  if (list === 0) return;
  store(tsk + task_struct.undo_list, 0);
  if (atomic_dec_and_test(list + sem_undo_list.refcnt) === 0) return;
  const head = list + sem_undo_list.proc_list;
  while (list_empty(head) === 0) {
    const undo = list_next(head) - sem_undo.proc_next;
    list_del(undo + sem_undo.proc_next);
    apply_undo(undo);
    kmem_cache_free(UNDO_CACHE, undo, _THIS_IP_);
  }
  kmem_cache_free(UNDO_LIST_CACHE, list, _THIS_IP_);
}
