/**
 * /proc/PID: how one task looks at another. Each reader pins what it reads in the way Linux does, so that it can
 * collide with clone, unshare and exit: the task by tasklist_lock and a reference, then fs, files, mm or namespace by
 * task_lock and a count.
 *
 * Not a file system: the path is understood (proc-path.ts). cwd, root and fd/N are links (proc-links.ts); status, maps, mem,
 * mounts, attr and task are files. An open file pins what it shows until it is closed: the namespace, or the task, whose
 * number may go to another meanwhile.
 */
import { atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { CAP_DAC_OVERRIDE, EACCES, EINVAL, EIO, ENOENT, ENOMEM, ESRCH, O_ACCMODE, O_RDONLY } from './abi.ts';
import { FILE_CACHE } from './caches.ts';
import { capable, task_lock, task_unlock } from './context.ts';
import { mark_mounts_for_expiry } from './expiry.ts';
import {
  FILE_PROC_ATTR_CURRENT,
  FILE_PROC_ATTR_EXEC,
  FILE_PROC_MAPS,
  FILE_PROC_MEM,
  FILE_PROC_MOUNTS,
  FILE_PROC_STATUS,
  FILE_PROC_SYSRQ,
  FILE_PROC_TASK,
} from './files.ts';
import { file, kernel, namespace, task_struct } from './layout.ts';
import { mmdrop } from './mm.ts';
import { put_namespace } from './namespace.ts';
import { out_of_memory } from './oom-kill.ts';
import { pid_alive } from './pid.ts';
import { owns_proc_inode } from './proc-access.ts';
import { read_attr, write_attr } from './proc-attr.ts';
import {
  after_pid,
  is_sysrq,
  LETTER_A,
  LETTER_C,
  LETTER_E,
  LETTER_F,
  LETTER_M,
  LETTER_S,
  LETTER_T,
  LETTER_X,
  proc_task,
} from './proc-path.ts';
import { proc_mem_open, read_maps, read_mem } from './proc-mm.ts';
import { read_mounts, read_status, read_threads } from './proc-readers.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { kmem_cache_alloc } from './slab.ts';
import { put_task_struct } from './task.ts';
import { get_byte, get_user_byte } from './uaccess.ts';

/** The namespace of a task with one more reference, or 0. Takes task_lock. */
function get_task_namespace(tsk: number): number {
  task_lock(tsk);
  const ns = load(tsk + task_struct.namespace);
  if (ns) atomic_inc(ns + namespace.count);
  task_unlock(tsk);
  return ns;
}

/** The kind of file whose name stands at a place of the path, 0 for none. */
function proc_kind(path: number, at: number): number {
  const letter = get_byte(path, at);
  if (letter === LETTER_S) return FILE_PROC_STATUS;
  if (letter === LETTER_T && get_byte(path, at + 4) === 0) return FILE_PROC_TASK;
  if (letter === LETTER_M) {
    if (get_byte(path, at + 1) === LETTER_A) return FILE_PROC_MAPS;
    return get_byte(path, at + 1) === LETTER_E ? FILE_PROC_MEM : FILE_PROC_MOUNTS;
  }
  if (letter !== LETTER_A || get_byte(path, at + 1) !== LETTER_T) return 0;
  if (get_byte(path, at + 5) === LETTER_E) return FILE_PROC_ATTR_EXEC;
  return get_byte(path, at + 5) === LETTER_C ? FILE_PROC_ATTR_CURRENT : 0;
}

/** 0 when a file of that kind may be opened so, else -EACCES: its permission bits, of which root is not held to account. */
function proc_permission(kind: number, flags: number, tsk: number): number {
  const is_attr = kind === FILE_PROC_ATTR_CURRENT || kind === FILE_PROC_ATTR_EXEC;
  const writes = (flags & O_ACCMODE) !== O_RDONLY;
  if (kind === FILE_PROC_MEM) return owns_proc_inode(tsk) ? 0 : -EACCES;
  return writes && !is_attr && capable(CAP_DAC_OVERRIDE) === 0 ? -EACCES : 0;
}

/** An open file that takes over a reference on a task or a namespace, and on the struct of an mm; 0 without memory. */
function alloc_proc_file(kind: number, flags: number, pinned: number, mm: number): number {
  const f = kmem_cache_alloc(FILE_CACHE, _THIS_IP_);
  if (f === 0) return 0;
  atomic_set(f + file.f_count, 1);
  store(f + file.f_kind, kind);
  store(f + file.f_flags, flags);
  store(f + file.f_dentry, 0);
  store(f + file.f_vfsmnt, 0);
  store(f + file.f_private, pinned);
  store(f + file.f_mm, mm);
  store(f + file.f_pos, 0);
  return f;
}

/** A file that keeps the namespace of a task. An open file, -EINVAL for one that is dying, -ENOMEM. */
function open_mounts(tsk: number, flags: number): number {
  const ns = get_task_namespace(tsk);
  if (ns === 0) return -EINVAL;
  const f = alloc_proc_file(FILE_PROC_MOUNTS, flags, ns, 0);
  if (f === 0) put_namespace(ns);
  return f ? f : -ENOMEM;
}

/** A file that keeps a task, and in linux-6 its address space when it shows that. An open file, -EACCES, -ENOMEM. */
function open_of_task(kind: number, tsk: number, flags: number): number {
  const has_mm = kind === FILE_PROC_MAPS || kind === FILE_PROC_MEM;
  const mm = has_mm && load(kernel.profile) === PROFILE_LINUX_6 ? proc_mem_open(tsk) : 0;
  if (mm < 0) return mm;
  atomic_inc(tsk + task_struct.usage);
  const f = alloc_proc_file(kind, flags, tsk, mm);
  if (f) return f;
  put_task_struct(tsk);
  if (mm) mmdrop(mm);
  return -ENOMEM;
}

/** Opens /proc/sysrq-trigger, which is root's: an open file, -EACCES, -ENOMEM. */
function open_sysrq(flags: number): number {
  if (capable(CAP_DAC_OVERRIDE) === 0) return -EACCES;
  const f = alloc_proc_file(FILE_PROC_SYSRQ, flags, 0, 0);
  return f ? f : -ENOMEM;
}

/** Opens a file: an open file, -ENOENT, -EACCES, -EINVAL (mounts of a dying task), -ENOMEM. */
export function proc_open(path: number, flags: number): number {
  if (is_sysrq(path)) return open_sysrq(flags);
  const kind = proc_kind(path, after_pid(path) + 1);
  if (kind === 0) return -ENOENT;
  const tsk = proc_task(path);
  if (tsk === 0) return -ENOENT;
  let result = proc_permission(kind, flags, tsk);
  if (result === 0) result = kind === FILE_PROC_MOUNTS ? open_mounts(tsk, flags) : open_of_task(kind, tsk, flags);
  put_task_struct(tsk);
  return result;
}

/** What linux-6 says of a task that is released: -ESRCH, -ENOENT for its directory of threads; else 0. Takes tasklist_lock. */
function released(kind: number, tsk: number): number {
  if (load(kernel.profile) !== PROFILE_LINUX_6 || kind === FILE_PROC_MEM) return 0;
  read_lock(kernel.tasklist_lock);
  const alive = pid_alive(tsk);
  read_unlock(kernel.tasklist_lock);
  if (alive) return 0;
  return kind === FILE_PROC_TASK ? -ENOENT : -ESRCH;
}

/** The threads of the file's group, from where the file stands on, which moves. Bytes, or -EFAULT. */
function read_task_directory(f: number, buffer: number, count: number): number {
  const pos = load(f + file.f_pos);
  const bytes = read_threads(load(f + file.f_private), pos >>> 2, buffer, count);
  if (bytes > 0) store(f + file.f_pos, pos + bytes);
  return bytes;
}

/**
 * Reads a file of /proc as words: see docs/departures.md for which. Bytes, -EFAULT, or what the file says. Of a task that is
 * released, what is left of it; linux-6: see released.
 */
export function proc_read(f: number, buffer: number, count: number): number {
  const kind = load(f + file.f_kind);
  const tsk = load(f + file.f_private);
  if (kind === FILE_PROC_MOUNTS) return read_mounts(tsk, buffer, count);
  if (kind === FILE_PROC_SYSRQ) return -EIO;
  const err = released(kind, tsk);
  if (err) return err;
  switch (kind) {
    case FILE_PROC_MAPS:
      return read_maps(f, buffer, count);
    case FILE_PROC_MEM:
      return read_mem(f, buffer, count);
    case FILE_PROC_STATUS:
      return read_status(tsk, buffer, count);
    case FILE_PROC_TASK:
      return read_task_directory(f, buffer, count);
    default:
      return read_attr(f, kind === FILE_PROC_ATTR_EXEC ? task_struct.exec_sid : task_struct.sid, buffer, count);
  }
}

/** The first letter that is written is the key: `f` the OOM killer, `x` a look at the mounts that expire. Bytes, or -EFAULT. May sleep. */
function write_sysrq(buffer: number, count: number): number {
  if (count === 0) return 0;
  const key = get_user_byte(buffer);
  if (key < 0) return key;
  if (key === LETTER_F) out_of_memory();
  else if (key === LETTER_X) mark_mounts_for_expiry();
  return count;
}

/** Writes to a file of /proc: only attr and sysrq-trigger take any. Bytes, -EINVAL, or what write_attr says. */
export function proc_write(f: number, buffer: number, count: number): number {
  const kind = load(f + file.f_kind);
  if (kind === FILE_PROC_SYSRQ) return write_sysrq(buffer, count);
  if (kind !== FILE_PROC_ATTR_CURRENT && kind !== FILE_PROC_ATTR_EXEC) return -EINVAL;
  return write_attr(f, kind === FILE_PROC_ATTR_EXEC ? 1 : 0, buffer, count);
}
