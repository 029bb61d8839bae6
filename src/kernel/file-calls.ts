/** System calls on open files: open, read, lseek, dup, dup2, fcntl. */
import { atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { NR_OPEN, PATH_MAX } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EBADF, EBUSY, EINVAL, EISDIR, ENOMEM, F_DUPFD, F_GETFD, F_SETFD } from './abi.ts';
import { FILE_CACHE } from './caches.ts';
import { current } from './context.ts';
import { is_directory } from './dcache.ts';
import { FILE_REGULAR, fd_install, fget, fput, get_unused_fd, put_unused_fd } from './files.ts';
import { cpu_data, dentry, file, files_struct, inode, nameidata, task_struct } from './layout.ts';
import { MAY_READ, MAY_WRITE, path_lookup, path_release, permission } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { is_proc_path, proc_open, proc_read } from './proc.ts';
import { kmem_cache_alloc } from './slab.ts';
import { getname, put_user } from './uaccess.ts';

const O_ACCMODE = 3;

/** An open file that takes over the references of nd; 0 without memory, and the references are dropped. */
function dentry_open(nd: number): number {
  const f = kmem_cache_alloc(FILE_CACHE, _THIS_IP_);
  if (f === 0) {
    path_release(nd);
    return 0;
  }
  atomic_set(f + file.f_count, 1);
  store(f + file.f_kind, FILE_REGULAR);
  store(f + file.f_dentry, load(nd + nameidata.dentry));
  store(f + file.f_vfsmnt, load(nd + nameidata.mnt));
  store(f + file.f_private, 0);
  store(f + file.f_pos, 0);
  return f;
}

/** Opens the path in the buffer: an open file, or an error. */
function filp_open(path: number, flags: number): number {
  if (is_proc_path(path)) return proc_open(path);
  const nd = this_cpu_data() + cpu_data.nd;
  let err = path_lookup(path, 0, nd);
  if (err) return err;
  const d = load(nd + nameidata.dentry);
  const wants = (flags & O_ACCMODE) === 0 ? MAY_READ : MAY_WRITE;
  if (wants === MAY_WRITE && is_directory(d)) err = -EISDIR;
  else err = permission(d, wants);
  if (err) {
    path_release(nd);
    return err;
  }
  const f = dentry_open(nd);
  return f ? f : -ENOMEM;
}

export function sys_open(address: number, flags: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const err = getname(path, address, PATH_MAX);
  if (err) return err;
  const fd = get_unused_fd(0);
  if (fd < 0) return fd;
  const f = filp_open(path, flags);
  if (f < 0) {
    put_unused_fd(fd);
    return f;
  }
  fd_install(fd, f);
  return fd;
}

/** Files have a size but no content here: reading a regular file moves the offset and writes zero words. */
export function sys_read(fd: number, buffer: number, count: number): number {
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let result = 0;
  if (count < 0) result = -EINVAL;
  else if (load(f + file.f_kind) === FILE_REGULAR) result = read_regular(f, buffer, count);
  else result = proc_read(f, buffer, count);
  fput(f);
  return result;
}

function read_regular(f: number, buffer: number, count: number): number {
  if (is_directory(load(f + file.f_dentry))) return -EISDIR;
  const left = load(load(load(f + file.f_dentry) + dentry.d_inode) + inode.i_size) - load(f + file.f_pos);
  const bytes = left < count ? left : count;
  if (bytes <= 0) return 0;
  for (let i = 0; i + 4 <= bytes; i += 4) {
    const err = put_user(0, buffer + i);
    if (err) return err;
  }
  store(f + file.f_pos, load(f + file.f_pos) + bytes);
  return bytes;
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
 * is opening it. Takes file_lock; the file is closed outside.
 */
export function sys_dup2(fd: number, to: number): number {
  if (fd >>> 0 >= NR_OPEN || to >>> 0 >= NR_OPEN) return -EBADF;
  const files = load(current() + task_struct.files);
  const slot = files + files_struct.fd + 4 * to;
  spin_lock(files + files_struct.file_lock);
  const f = load(files + files_struct.fd + 4 * fd);
  const replaced = load(slot);
  const open = load(files + files_struct.open_fds);
  const in_flight = replaced === 0 && open & (1 << to);
  if (f === 0 || to === fd || in_flight) {
    spin_unlock(files + files_struct.file_lock);
    if (f === 0) return -EBADF;
    return to === fd ? to : -EBUSY;
  }
  atomic_inc(f + file.f_count);
  store(slot, f);
  store(files + files_struct.open_fds, open | (1 << to));
  store(files + files_struct.close_on_exec, load(files + files_struct.close_on_exec) & ~(1 << to));
  spin_unlock(files + files_struct.file_lock);
  if (replaced) fput(replaced);
  return to;
}

export function sys_fcntl(fd: number, command: number, argument: number): number {
  const files = load(current() + task_struct.files);
  if (command === F_DUPFD) return argument >>> 0 >= NR_OPEN ? -EINVAL : dupfd(fd, argument);
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let result = -EINVAL;
  spin_lock(files + files_struct.file_lock);
  const flags = load(files + files_struct.close_on_exec);
  if (command === F_GETFD) {
    result = flags & (1 << fd) ? 1 : 0;
  } else if (command === F_SETFD) {
    store(files + files_struct.close_on_exec, argument & 1 ? flags | (1 << fd) : flags & ~(1 << fd));
    result = 0;
  }
  spin_unlock(files + files_struct.file_lock);
  fput(f);
  return result;
}
