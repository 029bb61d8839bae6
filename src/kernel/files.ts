/**
 * files_struct: the descriptor table of a task, and who shares it. The table is the embedded one of 32 and never
 * grows, so there is no second table to allocate and no RCU: lookups take file_lock (as before 2.6.14).
 */
import { atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memset, store, xchg } from '../machine/bus.ts';
import { NR_OPEN } from '../machine/limits.ts';
import { spin_lock, spin_lock_init, spin_unlock } from '../machine/spinlock.ts';
import { CLONE_FILES, EBADF, EMFILE, ENOMEM } from './abi.ts';
import { FILE_CACHE, FILES_CACHE } from './caches.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { dput } from './dcache.ts';
import { should_fail } from './fault-inject.ts';
import { FAULT_FD } from './fault-sites.ts';
import { file, files_struct, kernel, task_struct } from './layout.ts';
import { LOCK_FILE } from './locks.ts';
import { mmdrop } from './mm.ts';
import { mntput } from './mount.ts';
import { put_namespace } from './namespace.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
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

/** Drops a reference; the last one closes the file. May sleep. */
export function fput(f: number): void {
  if (atomic_dec_and_test(f + file.f_count)) {
    if (load(f + file.f_dentry)) dput(load(f + file.f_dentry));
    if (load(f + file.f_vfsmnt)) mntput(load(f + file.f_vfsmnt));
    const kind = load(f + file.f_kind);
    if (kind === FILE_PROC_MOUNTS) put_namespace(load(f + file.f_private));
    else if (kind !== FILE_REGULAR) put_task_struct(load(f + file.f_private));
    if (load(f + file.f_mm)) mmdrop(load(f + file.f_mm));
    kmem_cache_free(FILE_CACHE, f, _THIS_IP_);
  }
}

/** An empty table with count 1, or 0 without memory. */
export function alloc_files(): number {
  const files = kmem_cache_alloc(FILES_CACHE, _THIS_IP_);
  if (files === 0) return 0;
  atomic_set(files + files_struct.count, 1);
  spin_lock_init(files + files_struct.file_lock, LOCK_FILE);
  store(files + files_struct.next_fd, 0);
  store(files + files_struct.open_fds, 0);
  store(files + files_struct.close_on_exec, 0);
  memset(files + files_struct.fd, 0, 4 * NR_OPEN);
  return files;
}

/** A copy of a table, count 1, or 0 without memory. A descriptor that is being opened is left out. Takes file_lock. */
export function dup_fd(old: number): number {
  const files = alloc_files();
  if (files === 0) return 0;
  spin_lock(old + files_struct.file_lock);
  let open = load(old + files_struct.open_fds);
  store(files + files_struct.close_on_exec, load(old + files_struct.close_on_exec));
  store(files + files_struct.next_fd, load(old + files_struct.next_fd));
  for (let fd = 0; fd < NR_OPEN; fd++) {
    const f = load(old + files_struct.fd + 4 * fd);
    if (f) atomic_inc(f + file.f_count);
    else open &= ~(1 << fd);
    store(files + files_struct.fd + 4 * fd, f);
  }
  store(files + files_struct.open_fds, open);
  spin_unlock(old + files_struct.file_lock);
  return files;
}

/** Drops a reference; the last one closes every file. May sleep. */
export function put_files_struct(files: number): void {
  if (atomic_dec_and_test(files + files_struct.count)) {
    for (let fd = 0; fd < NR_OPEN; fd++) {
      const f = xchg(files + files_struct.fd + 4 * fd, 0);
      if (f) fput(f);
    }
    kmem_cache_free(FILES_CACHE, files, _THIS_IP_);
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

/** The open file of a descriptor of this table with one more reference, or 0. Takes file_lock. */
export function fcheck_get(files: number, fd: number): number {
  if (fd >>> 0 >= NR_OPEN) return 0;
  spin_lock(files + files_struct.file_lock);
  const f = load(files + files_struct.fd + 4 * fd);
  if (f) atomic_inc(f + file.f_count);
  spin_unlock(files + files_struct.file_lock);
  return f;
}

/** The same for the current task. */
export function fget(fd: number): number {
  return fcheck_get(load(current() + task_struct.files), fd);
}

/** Reserves the lowest free descriptor, `from` or higher; -EMFILE for none, or when it is to fail. Takes file_lock. */
export function get_unused_fd(from: number): number {
  const fails = should_fail(FAULT_FD, 0);
  if (fails) return -EMFILE;
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  const open = load(files + files_struct.open_fds);
  let fd = from;
  while (fd < NR_OPEN && open & (1 << fd)) fd++;
  if (fd < NR_OPEN) {
    store(files + files_struct.open_fds, open | (1 << fd));
    store(files + files_struct.close_on_exec, load(files + files_struct.close_on_exec) & ~(1 << fd));
    store(files + files_struct.next_fd, fd + 1);
  }
  spin_unlock(files + files_struct.file_lock);
  return fd < NR_OPEN ? fd : -EMFILE;
}

/** Gives a reserved descriptor back. Takes file_lock. */
export function put_unused_fd(fd: number): void {
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  store(files + files_struct.open_fds, load(files + files_struct.open_fds) & ~(1 << fd));
  spin_unlock(files + files_struct.file_lock);
}

/** Puts an open file behind a reserved descriptor. Takes file_lock. */
export function fd_install(fd: number, f: number): void {
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  store(files + files_struct.fd + 4 * fd, f);
  spin_unlock(files + files_struct.file_lock);
}

/** Empties a slot and closes the file that was there. 0 or -EBADF. Takes file_lock; the close is outside it. */
export function sys_close(fd: number): number {
  const files = load(current() + task_struct.files);
  if (fd >>> 0 >= NR_OPEN) return -EBADF;
  spin_lock(files + files_struct.file_lock);
  const f = load(files + files_struct.fd + 4 * fd);
  if (f) {
    store(files + files_struct.fd + 4 * fd, 0);
    store(files + files_struct.open_fds, load(files + files_struct.open_fds) & ~(1 << fd));
  }
  spin_unlock(files + files_struct.file_lock);
  if (f === 0) return -EBADF;
  fput(f);
  return 0;
}
