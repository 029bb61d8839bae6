/**
 * /proc/PID: how one task looks at another. Each reader pins what it reads in the way Linux does, so that it can
 * collide with clone, unshare and exit: the task by tasklist_lock and a reference, then fs, files, mm or namespace by
 * task_lock and a count.
 *
 * Not a file system: the path is understood (proc-path.ts). cwd, root and fd/N are links (proc-links.ts); status, maps,
 * mounts and attr are files. An open file pins what it shows until it is closed: the namespace, or the task, whose number
 * may go to another meanwhile.
 */
import { atomic_inc, atomic_set } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { CAP_DAC_OVERRIDE, EACCES, EINVAL, ENOENT, ENOMEM, ESRCH, O_ACCMODE, O_RDONLY, PIDTYPE_PID } from './abi.ts';
import { FILE_CACHE } from './caches.ts';
import { capable, task_lock, task_unlock } from './context.ts';
import {
  FILE_PROC_ATTR_CURRENT,
  FILE_PROC_ATTR_EXEC,
  FILE_PROC_MAPS,
  FILE_PROC_MOUNTS,
  FILE_PROC_STATUS,
} from './files.ts';
import { file, kernel, namespace, pid_link, task_struct } from './layout.ts';
import { put_namespace } from './namespace.ts';
import { task_pid } from './pid.ts';
import { read_attr, write_attr } from './proc-attr.ts';
import { after_pid, LETTER_A, LETTER_C, LETTER_E, LETTER_M, LETTER_S, LETTER_T, proc_task } from './proc-path.ts';
import { read_maps, read_mounts, read_status } from './proc-readers.ts';
import { kmem_cache_alloc } from './slab.ts';
import { put_task_struct } from './task.ts';
import { get_byte } from './uaccess.ts';

/** The namespace of a task with one more reference, or 0. Takes task_lock. */
function get_task_namespace(tsk: number): number {
  task_lock(tsk);
  const ns = load(tsk + task_struct.namespace);
  if (ns) atomic_inc(ns + namespace.count);
  task_unlock(tsk);
  return ns;
}

/** 1 while the task is not released: it has its number. tasklist_lock held. */
function pid_alive(tsk: number): number {
  return load(task_pid(tsk, PIDTYPE_PID) + pid_link.nr) ? 1 : 0;
}

/** The kind of file whose name stands at a place of the path, 0 for none. */
function proc_kind(path: number, at: number): number {
  const letter = get_byte(path, at);
  if (letter === LETTER_S) return FILE_PROC_STATUS;
  if (letter === LETTER_M) return get_byte(path, at + 1) === LETTER_A ? FILE_PROC_MAPS : FILE_PROC_MOUNTS;
  if (letter !== LETTER_A || get_byte(path, at + 1) !== LETTER_T) return 0;
  if (get_byte(path, at + 5) === LETTER_E) return FILE_PROC_ATTR_EXEC;
  return get_byte(path, at + 5) === LETTER_C ? FILE_PROC_ATTR_CURRENT : 0;
}

/** Opens a file: an open file, -ENOENT, -EACCES, -EINVAL (dying task), -ENOMEM. */
export function proc_open(path: number, flags: number): number {
  const kind = proc_kind(path, after_pid(path) + 1);
  if (kind === 0) return -ENOENT;
  const is_attr = kind === FILE_PROC_ATTR_CURRENT || kind === FILE_PROC_ATTR_EXEC;
  if ((flags & O_ACCMODE) !== O_RDONLY && !is_attr && capable(CAP_DAC_OVERRIDE) === 0) return -EACCES;
  const tsk = proc_task(path);
  if (tsk === 0) return -ENOENT;
  let pinned = tsk;
  if (kind === FILE_PROC_MOUNTS) {
    pinned = get_task_namespace(tsk);
    put_task_struct(tsk);
    if (pinned === 0) return -EINVAL;
  }
  const f = kmem_cache_alloc(FILE_CACHE, _THIS_IP_);
  if (f === 0) {
    if (kind === FILE_PROC_MOUNTS) put_namespace(pinned);
    else put_task_struct(pinned);
    return -ENOMEM;
  }
  atomic_set(f + file.f_count, 1);
  store(f + file.f_kind, kind);
  store(f + file.f_flags, flags);
  store(f + file.f_dentry, 0);
  store(f + file.f_vfsmnt, 0);
  store(f + file.f_private, pinned);
  store(f + file.f_pos, 0);
  return f;
}

/** Reads a file of /proc as words: see docs/departures.md for which. Bytes, -ESRCH when the task is released, -EFAULT. */
export function proc_read(f: number, buffer: number, count: number): number {
  const kind = load(f + file.f_kind);
  if (kind === FILE_PROC_MOUNTS) return read_mounts(load(f + file.f_private), buffer, count);
  const tsk = load(f + file.f_private);
  read_lock(kernel.tasklist_lock);
  const alive = pid_alive(tsk);
  read_unlock(kernel.tasklist_lock);
  if (alive === 0) return -ESRCH;
  if (kind === FILE_PROC_MAPS) return read_maps(tsk, buffer, count);
  if (kind === FILE_PROC_STATUS) return read_status(tsk, buffer, count);
  return read_attr(f, kind === FILE_PROC_ATTR_EXEC ? task_struct.exec_sid : task_struct.sid, buffer, count);
}

/** Writes to a file of /proc: only attr takes any. Bytes, -EINVAL, or what write_attr says. */
export function proc_write(f: number, buffer: number, count: number): number {
  const kind = load(f + file.f_kind);
  if (kind !== FILE_PROC_ATTR_CURRENT && kind !== FILE_PROC_ATTR_EXEC) return -EINVAL;
  return write_attr(f, kind === FILE_PROC_ATTR_EXEC ? 1 : 0, buffer, count);
}
