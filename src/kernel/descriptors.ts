/**
 * Descriptors: from a number to its open file and back. Until 2.6.13 a look-up takes file_lock; since then it takes nothing,
 * and reads table and place as a reader of RCU: a file that it finds may be on its way out, and then has a count of 0.
 */
import { atomic_inc, atomic_inc_not_zero } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { NR_OPEN } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EBADF, EMFILE } from './abi.ts';
import { current } from './context.ts';
import { should_fail } from './fault-inject.ts';
import { FAULT_FD } from './fault-sites.ts';
import { expand_files, fd_slot, files_fdtable } from './fdtable.ts';
import { fput } from './files.ts';
import { fdtable, file, files_struct, kernel, task_struct } from './layout.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { rcu_assign_pointer, rcu_dereference, rcu_read_lock, rcu_read_unlock } from './rcu.ts';

/** The open file of a descriptor, or 0; file_lock held. */
export function fcheck_locked(files: number, fd: number): number {
  const fdt = files_fdtable(files);
  return fd >>> 0 < load(fdt + fdtable.max_fds) ? load(fd_slot(fdt, fd)) : 0;
}

/** The same inside a read section. */
function fcheck_files(files: number, fd: number): number {
  const fdt = rcu_dereference(files + files_struct.fdt);
  return fd >>> 0 < load(fdt + fdtable.max_fds) ? rcu_dereference(fd_slot(fdt, fd)) : 0;
}

/** fcheck_get until 2.6.13. Takes file_lock. */
function fcheck_get_locked(files: number, fd: number): number {
  spin_lock(files + files_struct.file_lock);
  const f = fcheck_locked(files, fd);
  if (f) atomic_inc(f + file.f_count);
  spin_unlock(files + files_struct.file_lock);
  return f;
}

/**
 * The open file of a descriptor of this table with one more reference, or 0. Later kernels look again whether the descriptor
 * still has it, and if not begin anew. May sleep.
 */
export function fcheck_get(files: number, fd: number): number {
  const profile = load(kernel.profile);
  if (profile === PROFILE_DESAI_2005) return fcheck_get_locked(files, fd);
  for (;;) {
    rcu_read_lock();
    const f = fcheck_files(files, fd);
    const got = f ? atomic_inc_not_zero(f + file.f_count) : 0;
    const moved = f !== 0 && profile === PROFILE_LINUX_6 && fcheck_files(files, fd) !== f;
    rcu_read_unlock();
    if (!moved) return got ? f : 0;
    if (got) fput(f);
  }
}

/** The same for the current task. */
export function fget(fd: number): number {
  return fcheck_get(load(current() + task_struct.files), fd);
}

/**
 * Reserves the lowest free descriptor, `from` or higher. -EMFILE for none, or when it is to fail; -ENOMEM when the table cannot
 * grow. Takes file_lock. May sleep.
 */
export function get_unused_fd(from: number): number {
  const fails = should_fail(FAULT_FD, 0);
  if (fails) return -EMFILE;
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  let fd = next_free(files, from);
  let err = expand_files(files, fd);
  // Where it let go of the lock, others may have taken what was free.
  while (err > 0) {
    fd = next_free(files, from);
    err = expand_files(files, fd);
  }
  if (err === 0) {
    const fdt = files_fdtable(files);
    store(fdt + fdtable.open_fds, load(fdt + fdtable.open_fds) | (1 << fd));
    store(fdt + fdtable.close_on_exec, load(fdt + fdtable.close_on_exec) & ~(1 << fd));
    store(files + files_struct.next_fd, fd + 1);
  }
  spin_unlock(files + files_struct.file_lock);
  return err < 0 ? err : fd;
}

/** The lowest descriptor from `from` on that is free, or NR_OPEN; file_lock held. */
function next_free(files: number, from: number): number {
  const open = load(files_fdtable(files) + fdtable.open_fds);
  let fd = from;
  while (fd < NR_OPEN && open & (1 << fd)) fd++;
  return fd;
}

/** Gives a reserved descriptor back. Takes file_lock. */
export function put_unused_fd(fd: number): void {
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  const open = files_fdtable(files) + fdtable.open_fds;
  store(open, load(open) & ~(1 << fd));
  spin_unlock(files + files_struct.file_lock);
}

/** Puts an open file behind a reserved descriptor. Takes file_lock. */
export function fd_install(fd: number, f: number): void {
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  rcu_assign_pointer(fd_slot(files_fdtable(files), fd), f);
  spin_unlock(files + files_struct.file_lock);
}

/** Empties a slot and closes the file that was there. 0 or -EBADF. Takes file_lock; the close is outside it. */
export function sys_close(fd: number): number {
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  const f = fcheck_locked(files, fd);
  if (f) {
    const fdt = files_fdtable(files);
    rcu_assign_pointer(fd_slot(fdt, fd), 0);
    store(fdt + fdtable.open_fds, load(fdt + fdtable.open_fds) & ~(1 << fd));
  }
  spin_unlock(files + files_struct.file_lock);
  if (f === 0) return -EBADF;
  fput(f);
  return 0;
}
