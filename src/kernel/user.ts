/** user_struct: how many processes a user runs. One object per uid that is in use. */
import { atomic_dec, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { CAP_FULL, CAP_SETUID, EAGAIN, EPERM } from './abi.ts';
import { USER_CACHE } from './caches.ts';
import { capable, current } from './context.ts';
import { atomic_dec_and_lock } from './dec-and-lock.ts';
import { kernel, list_head, signal_struct, task_struct, UIDHASH_SIZE, user_struct } from './layout.ts';
import { INIT_LIST_HEAD, list_add, list_del, list_next } from './list.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

function uid_bucket(uid: number): number {
  return kernel.uidhash + list_head.SIZE * (uid & (UIDHASH_SIZE - 1));
}

export function uid_cache_init(): void {
  for (let i = 0; i < UIDHASH_SIZE; i++) INIT_LIST_HEAD(kernel.uidhash + list_head.SIZE * i);
}

/** The entry for a uid with one more reference, or 0; uidhash_lock held. */
function uid_hash_find(uid: number): number {
  const head = uid_bucket(uid);
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const user = at - user_struct.uidhash_list;
    if (load(user + user_struct.uid) === uid) {
      atomic_inc(user + user_struct.__count);
      return user;
    }
  }
  return 0;
}

/** The user_struct of a uid with one more reference; 0 without memory. Takes uidhash_lock. */
export function alloc_uid(uid: number): number {
  const fresh = kmem_cache_alloc(USER_CACHE, _THIS_IP_);
  if (fresh === 0) return 0;
  atomic_set(fresh + user_struct.__count, 1);
  atomic_set(fresh + user_struct.processes, 0);
  atomic_set(fresh + user_struct.sigpending, 0);
  store(fresh + user_struct.uid, uid);
  spin_lock(kernel.uidhash_lock);
  const found = uid_hash_find(uid);
  if (found === 0) list_add(fresh + user_struct.uidhash_list, uid_bucket(uid));
  spin_unlock(kernel.uidhash_lock);
  if (found === 0) return fresh;
  kmem_cache_free(USER_CACHE, fresh, _THIS_IP_);
  return found;
}

/** Drops a reference; the last one frees the entry, under uidhash_lock. */
export function free_uid(user: number): void {
  if (atomic_dec_and_lock(user + user_struct.__count, kernel.uidhash_lock) === 0) return;
  list_del(user + user_struct.uidhash_list);
  spin_unlock(kernel.uidhash_lock);
  kmem_cache_free(USER_CACHE, user, _THIS_IP_);
}

/**
 * The user_struct of a uid for setuid, with one more reference; 0 without memory, or when that user has all the
 * processes that the caller's limit allows. linux-6 counts and lets exec refuse, which is not modelled.
 */
function user_within_limit(uid: number): number {
  const user = alloc_uid(uid);
  if (user === 0 || uid === 0 || load(kernel.profile) === PROFILE_LINUX_6) return user;
  const limit = load(load(current() + task_struct.signal) + signal_struct.rlim_nproc);
  if (atomic_read(user + user_struct.processes) < limit) return user;
  free_uid(user);
  return 0;
}

/**
 * setuid(2). With CAP_SETUID all three ids change, and leaving uid 0 drops every capability; without it only between
 * own ids. 0, -EPERM, -EAGAIN.
 */
export function sys_setuid(uid: number): number {
  const tsk = current();
  if (capable(CAP_SETUID)) {
    if (uid !== load(tsk + task_struct.uid)) {
      const user = user_within_limit(uid);
      if (user === 0) return -EAGAIN;
      const old = load(tsk + task_struct.user);
      atomic_inc(user + user_struct.processes);
      atomic_dec(old + user_struct.processes);
      store(tsk + task_struct.user, user);
      free_uid(old);
    }
    store(tsk + task_struct.uid, uid);
    store(tsk + task_struct.suid, uid);
    store(tsk + task_struct.gid, uid);
  } else if (uid !== load(tsk + task_struct.uid) && uid !== load(tsk + task_struct.suid)) {
    return -EPERM;
  }
  store(tsk + task_struct.euid, uid);
  store(tsk + task_struct.cap_effective, uid === 0 ? CAP_FULL : 0);
  return 0;
}
