/** System calls on open files: open, lseek, dup, dup2, fcntl. */
import { atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { NR_OPEN, PATH_MAX } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  EBADF,
  EBUSY,
  EINVAL,
  EISDIR,
  ENOMEM,
  F_DUPFD,
  F_GETFD,
  F_SETFD,
  ENOTDIR,
  O_ACCMODE,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
} from './abi.ts';
import { FILE_CACHE } from './caches.ts';
import { current } from './context.ts';
import { open_create } from './create.ts';
import { is_directory } from './dcache.ts';
import { fcheck_locked, fd_install, fget, get_unused_fd, put_unused_fd } from './descriptors.ts';
import { expand_files, fd_slot, files_fdtable } from './fdtable.ts';
import { FILE_REGULAR, fput } from './files.ts';
import { cpu_data, dentry, fdtable, file, files_struct, inode, nameidata, task_struct } from './layout.ts';
import { MAY_READ, MAY_WRITE, path_lookup, path_release, permission } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { rcu_assign_pointer } from './rcu.ts';
import { proc_open } from './proc.ts';
import { is_proc_path } from './proc-path.ts';
import { truncate_inode } from './read-write.ts';
import { kmem_cache_alloc } from './slab.ts';
import { getname } from './uaccess.ts';

/** An open file that takes over the references of nd; 0 without memory, and the references are dropped. */
function dentry_open(nd: number, flags: number): number {
  const f = kmem_cache_alloc(FILE_CACHE, _THIS_IP_);
  if (f === 0) {
    path_release(nd);
    return 0;
  }
  atomic_set(f + file.f_count, 1);
  store(f + file.f_kind, FILE_REGULAR);
  store(f + file.f_flags, flags);
  store(f + file.f_dentry, load(nd + nameidata.dentry));
  store(f + file.f_vfsmnt, load(nd + nameidata.mnt));
  store(f + file.f_private, 0);
  store(f + file.f_mm, 0);
  store(f + file.f_pos, 0);
  return f;
}

/** What an open for these flags has to be allowed; 3 is for both, as in Linux. */
function access_wanted(flags: number): number {
  const mode = flags & O_ACCMODE;
  if (mode === O_RDONLY) return MAY_READ;
  return mode === O_WRONLY ? MAY_WRITE : MAY_READ | MAY_WRITE;
}

/** 0 when the file where nd stands may be opened so, and is emptied with O_TRUNC; -EISDIR, -EACCES. Takes its i_sem. */
function may_open(nd: number, flags: number): number {
  const d = load(nd + nameidata.dentry);
  const wanted = flags & O_TRUNC ? access_wanted(flags) | MAY_WRITE : access_wanted(flags);
  if (wanted & MAY_WRITE && is_directory(d)) return -EISDIR;
  const err = permission(d, wanted);
  if (err === 0 && flags & O_TRUNC) truncate_inode(load(d + dentry.d_inode));
  return err;
}

/** Opens the path in the buffer: an open file, or an error. What was just made is not asked for permission. */
function filp_open(path: number, flags: number, mode: number): number {
  if (is_proc_path(path)) return proc_open(path, flags);
  const nd = this_cpu_data() + cpu_data.nd;
  const creates = flags & O_CREAT;
  let err = path_lookup(path, creates, nd);
  if (err) return err;
  let made = 0;
  if (creates) {
    if (is_directory(load(nd + nameidata.dentry)) === 0) err = -ENOTDIR;
    else made = open_create(nd, path, flags, mode);
    if (made < 0) err = made;
  }
  if (err === 0 && made === 0) err = may_open(nd, flags);
  if (err) {
    path_release(nd);
    return err;
  }
  const f = dentry_open(nd, flags);
  return f ? f : -ENOMEM;
}

/** open(2). A descriptor, or an error; `mode` is for a file that is made. */
export function sys_open(address: number, flags: number, mode: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const err = getname(path, address, PATH_MAX);
  if (err) return err;
  const fd = get_unused_fd(0);
  if (fd < 0) return fd;
  const f = filp_open(path, flags, mode);
  if (f < 0) {
    put_unused_fd(fd);
    return f;
  }
  fd_install(fd, f);
  return fd;
}

/** The offset is read and written without a lock: two tasks that share the file race, as in Linux. */
export function sys_lseek(fd: number, offset: number, whence: number): number {
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let to = -EINVAL;
  if (whence === 0) to = offset;
  else if (whence === 1) to = load(f + file.f_pos) + offset;
  else if (whence === 2 && load(f + file.f_dentry)) {
    to = load(load(load(f + file.f_dentry) + dentry.d_inode) + inode.i_size) + offset;
  }
  if (to < 0) to = -EINVAL;
  else store(f + file.f_pos, to);
  fput(f);
  return to;
}

/** A second descriptor for the same open file, the lowest free one from `from` on. */
function dupfd(fd: number, from: number): number {
  const f = fget(fd);
  if (f === 0) return -EBADF;
  const copy = get_unused_fd(from);
  if (copy < 0) fput(f);
  else fd_install(copy, f);
  return copy;
}

export function sys_dup(fd: number): number {
  return dupfd(fd, 0);
}

/**
 * A second descriptor with the number `to`, whose file is closed when it has one. -EBUSY while somebody who shares the table
 * is opening it, -ENOMEM when the table cannot grow. Takes file_lock; files are closed outside. May sleep.
 */
export function sys_dup2(fd: number, to: number): number {
  if (to >>> 0 >= NR_OPEN) return -EBADF;
  const files = load(current() + task_struct.files);
  spin_lock(files + files_struct.file_lock);
  const f = fcheck_locked(files, fd);
  if (f === 0 || to === fd) {
    spin_unlock(files + files_struct.file_lock);
    return f ? to : -EBADF;
  }
  // Where the table grows it lets go of the lock.
  atomic_inc(f + file.f_count);
  let err = expand_files(files, to);
  const fdt = files_fdtable(files);
  const open = load(fdt + fdtable.open_fds);
  const replaced = fcheck_locked(files, to);
  if (err >= 0) err = replaced === 0 && open & (1 << to) ? -EBUSY : 0;
  if (err === 0) {
    rcu_assign_pointer(fd_slot(fdt, to), f);
    store(fdt + fdtable.open_fds, open | (1 << to));
    store(fdt + fdtable.close_on_exec, load(fdt + fdtable.close_on_exec) & ~(1 << to));
  }
  spin_unlock(files + files_struct.file_lock);
  if (err) fput(f);
  else if (replaced) fput(replaced);
  return err ? err : to;
}

export function sys_fcntl(fd: number, command: number, argument: number): number {
  const files = load(current() + task_struct.files);
  if (command === F_DUPFD) return argument >>> 0 >= NR_OPEN ? -EINVAL : dupfd(fd, argument);
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let result = -EINVAL;
  spin_lock(files + files_struct.file_lock);
  const at = files_fdtable(files) + fdtable.close_on_exec;
  const flags = load(at);
  if (command === F_GETFD) {
    result = flags & (1 << fd) ? 1 : 0;
  } else if (command === F_SETFD) {
    store(at, argument & 1 ? flags | (1 << fd) : flags & ~(1 << fd));
    result = 0;
  }
  spin_unlock(files + files_struct.file_lock);
  fput(f);
  return result;
}
