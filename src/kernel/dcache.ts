/**
 * Names: dentries, each with the inode behind it. Everything is a tmpfs: a name is kept by the directory that it is in, so
 * one reference is its existence, and the others are users. A name that is removed leaves its directory at once and is
 * freed by its last user; until then it keeps the directory, whose own name may be gone as well. kill_tree takes the rest
 * down with its superblock (super.ts).
 *
 * dcache_lock guards the tree. A parent never changes: nothing is renamed. A name is looked up under RCU, and found when
 * d_lock, which is taken inside dcache_lock, tells that it is still in its directory: then it is in use and can be counted.
 */
import { atomic_dec_and_test, atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, memcpy, memeq, memset, store } from '../machine/bus.ts';
import { NAME_MAX } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { S_IFDIR, S_IFMT } from './abi.ts';
import { DENTRY_CACHE } from './caches.ts';
import { iput, new_inode } from './inode.ts';
import { dentry, inode, kernel, list_head } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail_rcu, list_del_rcu, list_empty } from './list.ts';
import { LOCK_DENTRY } from './locks.ts';
import { call_rcu, RCU_FREE_DENTRY, rcu_dereference, rcu_read_lock, rcu_read_unlock } from './rcu.ts';
import { kmem_cache_alloc } from './slab.ts';

/** d_flags: in no directory yet, or no longer. */
export const DCACHE_UNHASHED = 0x10;

/** Takes a reference; returns the dentry. */
export function dget(d: number): number {
  atomic_inc(d + dentry.d_count);
  return d;
}

/** Drops a reference. The last one is of a name that was removed: it frees it, and lets go of inode and directory. */
export function dput(from: number): void {
  let d = from;
  while (atomic_dec_and_test(d + dentry.d_count)) {
    const parent = load(d + dentry.d_parent);
    iput(load(d + dentry.d_inode));
    call_rcu(d + dentry.d_rcu, RCU_FREE_DENTRY, _THIS_IP_);
    if (parent === d) return;
    d = parent;
  }
}

/** A name for an inode, whose reference it takes over, in no directory yet; one reference. 0 without memory. */
export function d_alloc(sb: number, i: number): number {
  const d = kmem_cache_alloc(DENTRY_CACHE, _THIS_IP_);
  if (d === 0) return 0;
  atomic_set(d + dentry.d_count, 1);
  store(d + dentry.d_parent, d);
  INIT_LIST_HEAD(d + dentry.d_subdirs);
  INIT_LIST_HEAD(d + dentry.d_child);
  store(d + dentry.d_mounted, 0);
  spin_lock_init(d + dentry.d_lock, LOCK_DENTRY);
  store(d + dentry.d_flags, DCACHE_UNHASHED);
  store(d + dentry.d_inode, i);
  store(d + dentry.d_sb, sb);
  memset(d + dentry.d_name, 0, NAME_MAX);
  return d;
}

/** Enters a name for an inode, whose reference it takes over; as d_create. The dentry, or 0 without memory. */
export function d_link(parent: number, name: number, i: number): number {
  const d = d_alloc(load(parent + dentry.d_sb), i);
  if (d === 0) return 0;
  memcpy(d + dentry.d_name, name, NAME_MAX);
  spin_lock(kernel.dcache_lock);
  store(d + dentry.d_parent, parent);
  store(d + dentry.d_flags, 0);
  list_add_tail_rcu(d + dentry.d_child, parent + dentry.d_subdirs);
  spin_unlock(kernel.dcache_lock);
  return d;
}

/**
 * Creates an entry in a directory whose i_sem the caller holds for writing; `name` is NAME_MAX bytes. It has the security
 * context of the directory. The dentry, or 0 without memory.
 */
export function d_create(parent: number, name: number, mode: number, uid: number, gid: number): number {
  const i = new_inode(mode, uid, gid);
  if (i === 0) return 0;
  store(i + inode.i_sid, load(load(parent + dentry.d_inode) + inode.i_sid));
  const d = d_link(parent, name, i);
  if (d === 0) iput(i);
  return d;
}

/** The name with one more reference, or 0 when it has left its directory meanwhile. Takes d_lock. */
function dget_hashed(d: number): number {
  spin_lock(d + dentry.d_lock);
  const found = load(d + dentry.d_flags) & DCACHE_UNHASHED ? 0 : dget(d);
  spin_unlock(d + dentry.d_lock);
  return found;
}

/** The entry of that name with one more reference, or 0. Under RCU; takes its d_lock. */
export function d_lookup(parent: number, name: number): number {
  const head = parent + dentry.d_subdirs;
  rcu_read_lock();
  let at = rcu_dereference(head + list_head.next);
  while (at !== head && memeq(at - dentry.d_child + dentry.d_name, name, NAME_MAX) === 0) {
    at = rcu_dereference(at + list_head.next);
  }
  const found = at === head ? 0 : dget_hashed(at - dentry.d_child);
  rcu_read_unlock();
  return found;
}

export function is_directory(d: number): number {
  return (load(load(d + dentry.d_inode) + inode.i_mode) & S_IFMT) === S_IFDIR ? 1 : 0;
}

/** 1 for a name that is in no directory any more. dcache_lock held. */
export function d_unhashed(d: number): number {
  return load(d + dentry.d_parent) !== d && load(d + dentry.d_flags) & DCACHE_UNHASHED ? 1 : 0;
}

/** Takes a name out of its directory, which it keeps from now on. The caller has a reference. Takes dcache_lock. */
export function d_drop(d: number): void {
  spin_lock(kernel.dcache_lock);
  spin_lock(d + dentry.d_lock);
  store(d + dentry.d_flags, DCACHE_UNHASHED);
  list_del_rcu(d + dentry.d_child);
  spin_unlock(d + dentry.d_lock);
  dget(load(d + dentry.d_parent));
  spin_unlock(kernel.dcache_lock);
}

/** 1 for a directory without entries. Takes dcache_lock. */
export function simple_empty(d: number): number {
  spin_lock(kernel.dcache_lock);
  const empty = list_empty(d + dentry.d_subdirs);
  spin_unlock(kernel.dcache_lock);
  return empty;
}

/** 1 when d is the directory `top` of its file system, or below it. Nothing is renamed, so no lock. */
export function is_subdir(d: number, top: number): number {
  let at = d;
  while (at !== top) {
    const parent = load(at + dentry.d_parent);
    if (parent === at) return 0;
    at = parent;
  }
  return 1;
}
