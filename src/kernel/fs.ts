/**
 * fs_struct: root, working directory and umask of a task, and who shares them. Until 2.6.29 the count is an atomic one;
 * linux-6 counts under fs->lock, everywhere, and has no readers that hold a count.
 */
import { atomic_dec_and_test, atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock, rwlock_init, write_lock, write_unlock } from '../machine/rwlock.ts';
import { CLONE_FS, ENOMEM } from './abi.ts';
import { FS_CACHE } from './caches.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { dget, dput } from './dcache.ts';
import { fs_struct, kernel, task_struct } from './layout.ts';
import { LOCK_FS } from './locks.ts';
import { mntget, mntput } from './mount.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';

/** A copy with count 1 that holds its own references, or 0 when memory is out. Takes old->lock for reading. */
export function copy_fs_struct(old: number): number {
  const fs = kmem_cache_alloc(FS_CACHE, _THIS_IP_);
  if (fs === 0) return 0;
  atomic_set(fs + fs_struct.count, 1);
  rwlock_init(fs + fs_struct.lock, LOCK_FS);
  store(fs + fs_struct.umask, load(old + fs_struct.umask));
  read_lock(old + fs_struct.lock);
  store(fs + fs_struct.rootmnt, mntget(load(old + fs_struct.rootmnt)));
  store(fs + fs_struct.root, dget(load(old + fs_struct.root)));
  store(fs + fs_struct.pwdmnt, mntget(load(old + fs_struct.pwdmnt)));
  store(fs + fs_struct.pwd, dget(load(old + fs_struct.pwd)));
  read_unlock(old + fs_struct.lock);
  return fs;
}

/** Frees an fs part that nobody refers to, with its references on root and working directory. May sleep. */
export function free_fs_struct(fs: number): void {
  dput(load(fs + fs_struct.root));
  mntput(load(fs + fs_struct.rootmnt));
  dput(load(fs + fs_struct.pwd));
  mntput(load(fs + fs_struct.pwdmnt));
  kmem_cache_free(FS_CACHE, fs, _THIS_IP_);
}

/** Drops one reference; the last one releases root and working directory. May sleep. */
export function put_fs_struct(fs: number): void {
  if (atomic_dec_and_test(fs + fs_struct.count)) free_fs_struct(fs);
}

/** One more user of an fs part. linux-6 takes fs->lock. */
function share_fs(fs: number): void {
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    atomic_inc(fs + fs_struct.count);
    return;
  }
  write_lock(fs + fs_struct.lock);
  atomic_inc(fs + fs_struct.count);
  write_unlock(fs + fs_struct.lock);
}

/**
 * linux-6: puts another fs part, or none, in a task's place; the old one's count drops under its own lock. Returns the
 * old one when that was its last user, for the caller to free, else 0. task_lock held, takes fs->lock.
 */
export function switch_fs(tsk: number, fs: number): number {
  const old = load(tsk + task_struct.fs);
  write_lock(old + fs_struct.lock);
  store(tsk + task_struct.fs, fs);
  const last = atomic_dec_and_test(old + fs_struct.count);
  write_unlock(old + fs_struct.lock);
  return last ? old : 0;
}

/** Clone's step for the fs part: shares it or gives the child a copy. 0 or -ENOMEM. */
export function copy_fs(clone_flags: number, tsk: number): number {
  const fs = load(current() + task_struct.fs);
  if (clone_flags & CLONE_FS) {
    share_fs(fs);
    return 0;
  }
  const copy = copy_fs_struct(fs);
  store(tsk + task_struct.fs, copy);
  return copy === 0 ? -ENOMEM : 0;
}

/** Takes the fs part away from a task. Takes task_lock; the put is outside it. */
export function exit_fs(tsk: number): void {
  const fs = load(tsk + task_struct.fs);
  if (fs === 0) return;
  task_lock(tsk);
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    const last = switch_fs(tsk, 0);
    task_unlock(tsk);
    if (last) free_fs_struct(last);
    return;
  }
  store(tsk + task_struct.fs, 0);
  task_unlock(tsk);
  put_fs_struct(fs);
}

/** The fs part of any task with one more reference, or 0: for readers until 2.6.29. Takes task_lock. */
export function get_fs_struct(tsk: number): number {
  task_lock(tsk);
  const fs = load(tsk + task_struct.fs);
  if (fs) atomic_inc(fs + fs_struct.count);
  task_unlock(tsk);
  return fs;
}

/** Changes the working directory; takes fs->lock, takes references, drops the old ones outside. */
export function set_fs_pwd(fs: number, mnt: number, dentry: number): void {
  mntget(mnt);
  dget(dentry);
  write_lock(fs + fs_struct.lock);
  const old_pwd = load(fs + fs_struct.pwd);
  const old_pwdmnt = load(fs + fs_struct.pwdmnt);
  store(fs + fs_struct.pwdmnt, mnt);
  store(fs + fs_struct.pwd, dentry);
  write_unlock(fs + fs_struct.lock);
  dput(old_pwd);
  mntput(old_pwdmnt);
}

/** Changes the root; as set_fs_pwd. */
export function set_fs_root(fs: number, mnt: number, dentry: number): void {
  mntget(mnt);
  dget(dentry);
  write_lock(fs + fs_struct.lock);
  const old_root = load(fs + fs_struct.root);
  const old_rootmnt = load(fs + fs_struct.rootmnt);
  store(fs + fs_struct.rootmnt, mnt);
  store(fs + fs_struct.root, dentry);
  write_unlock(fs + fs_struct.lock);
  dput(old_root);
  mntput(old_rootmnt);
}

/**
 * linux-6: moves root and working directory from one place to another, as far as they are there; how many it moved, so
 * many references on the old place are the caller's to drop. Takes fs->lock.
 */
export function replace_paths(fs: number, old_mnt: number, old: number, mnt: number, dentry: number): number {
  let hits = 0;
  write_lock(fs + fs_struct.lock);
  if (load(fs + fs_struct.root) === old && load(fs + fs_struct.rootmnt) === old_mnt) {
    store(fs + fs_struct.rootmnt, mntget(mnt));
    store(fs + fs_struct.root, dget(dentry));
    hits = hits + 1;
  }
  if (load(fs + fs_struct.pwd) === old && load(fs + fs_struct.pwdmnt) === old_mnt) {
    store(fs + fs_struct.pwdmnt, mntget(mnt));
    store(fs + fs_struct.pwd, dget(dentry));
    hits = hits + 1;
  }
  write_unlock(fs + fs_struct.lock);
  return hits;
}
