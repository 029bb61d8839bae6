/** Inodes: files and directories, apart from their names. A file has as many names as link gave it. */
import { atomic_dec_and_test, atomic_set } from '../machine/atomic.ts';
import { load, memset, store } from '../machine/bus.ts';
import { FILE_MAX } from '../machine/limits.ts';
import { init_rwsem } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { INODE_CACHE } from './caches.ts';
import { inode, kernel } from './layout.ts';
import { LOCK_I_SEM } from './locks.ts';
import { SECINITSID_FILE } from './sidtab.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** An empty file or directory with one name and one reference; 0 without memory. Takes dcache_lock for its number. */
export function new_inode(mode: number, uid: number, gid: number): number {
  const i = kmem_cache_alloc(INODE_CACHE, _THIS_IP_);
  if (i === 0) return 0;
  atomic_set(i + inode.i_count, 1);
  init_rwsem(i + inode.i_sem, LOCK_I_SEM);
  store(i + inode.i_size, 0);
  store(i + inode.i_mode, mode);
  store(i + inode.i_uid, uid);
  store(i + inode.i_gid, gid);
  store(i + inode.i_sid, SECINITSID_FILE);
  store(i + inode.i_nlink, 1);
  store(i + inode.i_flags, 0);
  memset(i + inode.i_data, 0, FILE_MAX);
  spin_lock(kernel.dcache_lock);
  store(i + inode.i_ino, load(kernel.last_ino) + 1);
  store(kernel.last_ino, load(kernel.last_ino) + 1);
  spin_unlock(kernel.dcache_lock);
  return i;
}

/** Drops a reference; the last one frees the inode. */
export function iput(i: number): void {
  if (atomic_dec_and_test(i + inode.i_count)) kmem_cache_free(INODE_CACHE, i, _THIS_IP_);
}
