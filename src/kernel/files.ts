/** files_struct: which descriptors a task has, and who shares them; and open files, as far as they are counted. */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, store, xchg } from '../machine/bus.ts';
import { NR_OPEN_DEFAULT } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { CLONE_FILES, ENOMEM } from './abi.ts';
import { FILE_CACHE, FILES_CACHE } from './caches.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { dput } from './dcache.ts';
import { expand_files, fd_slot, files_fdtable, free_files, init_fdtable } from './fdtable.ts';
import { fdtable, file, files_struct, kernel, task_struct } from './layout.ts';
import { LOCK_FILE } from './locks.ts';
import { mmdrop } from './mm.ts';
import { mntput } from './mount.ts';
import { put_namespace } from './namespace.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { call_rcu, RCU_FREE_FILE } from './rcu.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { put_task_struct } from './task.ts';

/** f_kind */
export const FILE_REGULAR = 1;
/** Pin their task for as long as they are open. */
export const FILE_PROC_STATUS = 2;
export const FILE_PROC_MAPS = 3;
/** /proc/PID/attr, which pins its task too. */
export const FILE_PROC_ATTR_CURRENT = 5;
export const FILE_PROC_ATTR_EXEC = 6;
export const FILE_PROC_MEM = 7;
export const FILE_PROC_TASK = 8;
/** Pins a namespace for as long as it is open. */
export const FILE_PROC_MOUNTS = 4;

/** /proc/sysrq-trigger, which pins nothing. */
export const FILE_PROC_SYSRQ = 9;

/** Drops a reference; the last one closes the file. May sleep. */
export function fput(f: number): void {
  if (atomic_dec_and_test(f + file.f_count)) {
    if (load(f + file.f_dentry)) dput(load(f + file.f_dentry));
    if (load(f + file.f_vfsmnt)) mntput(load(f + file.f_vfsmnt));
    const kind = load(f + file.f_kind);
    if (kind === FILE_PROC_MOUNTS) put_namespace(load(f + file.f_private));
    else if (kind !== FILE_REGULAR && kind !== FILE_PROC_SYSRQ) put_task_struct(load(f + file.f_private));
    if (load(f + file.f_mm)) mmdrop(load(f + file.f_mm));
    if (load(kernel.profile) === PROFILE_DESAI_2005) kmem_cache_free(FILE_CACHE, f, _THIS_IP_);
    else call_rcu(f + file.f_rcuhead, RCU_FREE_FILE, _THIS_IP_);
  }
}

/** An empty table with count 1, or 0 without memory. */
export function alloc_files(): number {
  const files = kmem_cache_alloc(FILES_CACHE, _THIS_IP_);
  if (files === 0) return 0;
  atomic_set(files + files_struct.count, 1);
  spin_lock_init(files + files_struct.file_lock, LOCK_FILE);
  store(files + files_struct.next_fd, 0);
  init_fdtable(files + files_struct.fdtab, NR_OPEN_DEFAULT);
  store(files + files_struct.fdt, files + files_struct.fdtab);
  return files;
}

/** The highest descriptor that is open or being opened, -1 for none; file_lock held. */
function last_open(files: number): number {
  let fd = -1;
  for (let left = load(files_fdtable(files) + fdtable.open_fds); left !== 0; left >>>= 1) fd = fd + 1;
  return fd;
}

/**
 * Locks the files_struct that is to be copied, when the copy, which nobody else has, is large enough for what is open then.
 * 1; 0 without memory, and nothing is locked. May sleep.
 */
function lock_for_copy(files: number, old: number): number {
  spin_lock(old + files_struct.file_lock);
  while (last_open(old) >= load(files_fdtable(files) + fdtable.max_fds)) {
    const fd = last_open(old);
    spin_unlock(old + files_struct.file_lock);
    spin_lock(files + files_struct.file_lock);
    const err = expand_files(files, fd);
    spin_unlock(files + files_struct.file_lock);
    if (err < 0) return 0;
    spin_lock(old + files_struct.file_lock);
  }
  return 1;
}

/** A copy of a table, count 1, or 0 without memory. A descriptor that is being opened is left out. Takes file_lock. */
export function dup_fd(old: number): number {
  const files = alloc_files();
  if (files === 0) return 0;
  if (lock_for_copy(files, old) === 0) {
    free_files(files);
    return 0;
  }
  const from = files_fdtable(old);
  const to = files_fdtable(files);
  const size = load(to + fdtable.max_fds);
  let open = load(from + fdtable.open_fds);
  store(to + fdtable.close_on_exec, load(from + fdtable.close_on_exec));
  store(files + files_struct.next_fd, load(old + files_struct.next_fd));
  for (let fd = 0; fd < size; fd++) {
    const f = fd < load(from + fdtable.max_fds) ? load(fd_slot(from, fd)) : 0;
    if (f) atomic_inc(f + file.f_count);
    else open &= ~(1 << fd);
    store(fd_slot(to, fd), f);
  }
  store(to + fdtable.open_fds, open);
  spin_unlock(old + files_struct.file_lock);
  return files;
}

/** Drops a reference; the last one closes every file. May sleep. */
export function put_files_struct(files: number): void {
  if (atomic_dec_and_test(files + files_struct.count)) {
    const fdt = files_fdtable(files);
    const size = load(fdt + fdtable.max_fds);
    for (let fd = 0; fd < size; fd++) {
      const f = xchg(fd_slot(fdt, fd), 0);
      if (f) fput(f);
    }
    free_files(files);
  }
}

/** Clone's step: shares the table or gives the child a copy. 0 or -ENOMEM. */
export function copy_files(clone_flags: number, tsk: number): number {
  const old = load(current() + task_struct.files);
  if (clone_flags & CLONE_FILES) {
    atomic_inc(old + files_struct.count);
    return 0;
  }
  const files = dup_fd(old);
  store(tsk + task_struct.files, files);
  return files ? 0 : -ENOMEM;
}

/** Takes the table away from a task. Takes task_lock; the put is outside it. */
export function exit_files(tsk: number): void {
  const files = load(tsk + task_struct.files);
  if (files) {
    task_lock(tsk);
    store(tsk + task_struct.files, 0);
    task_unlock(tsk);
    put_files_struct(files);
  }
}

/**
 * Gives the current task a table of its own, before exec closes some of it; the old one is the caller's to put, or to give
 * back. 0 or -ENOMEM. Until 2.6.18 it changed the pointer under no lock, and there was none while the copy was made (B20);
 * later kernels take task_lock.
 */
export function unshare_files(tsk: number): number {
  const old = load(tsk + task_struct.files);
  if (atomic_read(old + files_struct.count) === 1) return 0;
  const locked = load(kernel.profile) === PROFILE_LINUX_6;
  if (!locked) store(tsk + task_struct.files, 0);
  const files = dup_fd(old);
  if (locked) task_lock(tsk);
  store(tsk + task_struct.files, files ? files : old);
  if (locked) task_unlock(tsk);
  return files ? 0 : -ENOMEM;
}

/** exec failed: its copy goes, and the old table is back, under no lock and the copy gone first (B20). 2.6 only. */
export function restore_files(tsk: number, old: number): void {
  const files = load(tsk + task_struct.files);
  if (files === old) return;
  put_files_struct(files);
  store(tsk + task_struct.files, old);
}

/** The table of any task with one more reference, or 0. Takes task_lock. */
export function get_files_struct(tsk: number): number {
  task_lock(tsk);
  const files = load(tsk + task_struct.files);
  if (files) atomic_inc(files + files_struct.count);
  task_unlock(tsk);
  return files;
}
