/**
 * Names: dentries and the inodes behind them. Everything is a tmpfs, so a dentry lives as long as its superblock: one
 * reference is its existence, the others are users. Nothing is ever unlinked; kill_super takes the tree down.
 */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memcpy, memeq, memset, store } from '../machine/bus.ts';
import { BUG_ON } from '../machine/fault.ts';
import { NAME_MAX } from '../machine/limits.ts';
import { init_rwsem } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { S_IFDIR, S_IFMT } from './abi.ts';
import { DENTRY_CACHE, INODE_CACHE, SUPER_CACHE } from './caches.ts';
import { dentry, inode, kernel, super_block } from './layout.ts';
import { INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_next } from './list.ts';
import { LOCK_I_SEM } from './locks.ts';
import { SECINITSID_FILE } from './sidtab.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** Takes a reference; returns the dentry. */
export function dget(d: number): number {
  atomic_inc(d + dentry.d_count);
  return d;
}

/** Drops a reference. The last one can only be that of a tree being taken down. */
export function dput(d: number): void {
  if (atomic_dec_and_test(d + dentry.d_count)) {
    kmem_cache_free(INODE_CACHE, load(d + dentry.d_inode), _THIS_IP_);
    kmem_cache_free(DENTRY_CACHE, d, _THIS_IP_);
  }
}

/** A new file or directory of a superblock, in no directory yet; its one reference is its existence. 0 without memory. */
function d_alloc(sb: number, mode: number, uid: number, gid: number): number {
  const i = kmem_cache_alloc(INODE_CACHE, _THIS_IP_);
  if (i === 0) return 0;
  const d = kmem_cache_alloc(DENTRY_CACHE, _THIS_IP_);
  if (d === 0) {
    kmem_cache_free(INODE_CACHE, i, _THIS_IP_);
    return 0;
  }
  init_rwsem(i + inode.i_sem, LOCK_I_SEM);
  store(i + inode.i_size, 0);
  store(i + inode.i_mode, mode);
  store(i + inode.i_uid, uid);
  store(i + inode.i_gid, gid);
  store(i + inode.i_sid, SECINITSID_FILE);
  atomic_set(d + dentry.d_count, 1);
  store(d + dentry.d_parent, d);
  INIT_LIST_HEAD(d + dentry.d_subdirs);
  INIT_LIST_HEAD(d + dentry.d_child);
  store(d + dentry.d_mounted, 0);
  store(d + dentry.d_inode, i);
  store(d + dentry.d_sb, sb);
  memset(d + dentry.d_name, 0, NAME_MAX);
  return d;
}

/**
 * Creates an entry in a directory whose i_sem the caller holds for writing; `name` is NAME_MAX bytes. It has the security
 * context of the directory. 0 without memory.
 */
export function d_create(parent: number, name: number, mode: number, uid: number, gid: number): number {
  const d = d_alloc(load(parent + dentry.d_sb), mode, uid, gid);
  if (d === 0) return 0;
  store(load(d + dentry.d_inode) + inode.i_sid, load(load(parent + dentry.d_inode) + inode.i_sid));
  memcpy(d + dentry.d_name, name, NAME_MAX);
  spin_lock(kernel.dcache_lock);
  const ino = load(kernel.last_ino) + 1;
  store(kernel.last_ino, ino);
  store(load(d + dentry.d_inode) + inode.i_ino, ino);
  store(d + dentry.d_parent, parent);
  list_add_tail(d + dentry.d_child, parent + dentry.d_subdirs);
  spin_unlock(kernel.dcache_lock);
  return d;
}

/** The entry of that name with one more reference, or 0. Takes dcache_lock. */
export function d_lookup(parent: number, name: number): number {
  const head = parent + dentry.d_subdirs;
  spin_lock(kernel.dcache_lock);
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    const d = at - dentry.d_child;
    if (memeq(d + dentry.d_name, name, NAME_MAX)) {
      dget(d);
      spin_unlock(kernel.dcache_lock);
      return d;
    }
  }
  spin_unlock(kernel.dcache_lock);
  return 0;
}

export function is_directory(d: number): number {
  return (load(load(d + dentry.d_inode) + inode.i_mode) & S_IFMT) === S_IFDIR ? 1 : 0;
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

/** A new empty tmpfs with one active reference; its root has the mode and belongs to uid. 0 without memory. */
export function get_tmpfs_super(mode: number, uid: number, gid: number): number {
  const sb = kmem_cache_alloc(SUPER_CACHE, _THIS_IP_);
  if (sb === 0) return 0;
  const root = d_alloc(sb, S_IFDIR | mode, uid, gid);
  if (root === 0) {
    kmem_cache_free(SUPER_CACHE, sb, _THIS_IP_);
    return 0;
  }
  spin_lock(kernel.dcache_lock);
  store(load(root + dentry.d_inode) + inode.i_ino, load(kernel.last_ino) + 1);
  store(kernel.last_ino, load(kernel.last_ino) + 1);
  spin_unlock(kernel.dcache_lock);
  atomic_set(sb + super_block.s_active, 1);
  store(sb + super_block.s_root, root);
  return sb;
}

/** Drops an active reference of a superblock; the last one frees the whole tree. */
export function deactivate_super(sb: number): void {
  if (atomic_dec_and_test(sb + super_block.s_active)) {
    kill_tree(load(sb + super_block.s_root));
    kmem_cache_free(SUPER_CACHE, sb, _THIS_IP_);
  }
}

/** Frees a tree of dentries, leaves first. BUG when one is still used. */
function kill_tree(root: number): void {
  let d = root;
  for (;;) {
    if (list_empty(d + dentry.d_subdirs) === 0) {
      d = list_next(d + dentry.d_subdirs) - dentry.d_child;
      continue;
    }
    const parent = load(d + dentry.d_parent);
    spin_lock(kernel.dcache_lock);
    list_del_init(d + dentry.d_child);
    spin_unlock(kernel.dcache_lock);
    BUG_ON(atomic_read(d + dentry.d_count) !== 1, d);
    dput(d);
    if (d === root) return;
    d = parent;
  }
}
