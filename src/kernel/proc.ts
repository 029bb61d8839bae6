/**
 * /proc/PID: how one task looks at another. Each reader pins what it reads in the way Linux does, so that it can
 * collide with clone, unshare and exit: the task by tasklist_lock and a reference, then fs, files, mm or namespace by
 * task_lock and a count.
 *
 * Not a file system: the path is understood here. cwd, root and fd/N are links; status, maps and mounts are files. An
 * open file pins what it shows until it is closed: the namespace, or the task, whose number may go to another meanwhile.
 */
import { atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memset, store } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_read, up_read } from '../machine/rwsem.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irqsave, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { CAP_DAC_OVERRIDE, CAP_SYS_PTRACE, EACCES, EINVAL, ENOENT, ENOMEM, ESRCH, PIDTYPE_PID } from './abi.ts';
import { FILE_CACHE } from './caches.ts';
import { capable, current, task_lock, task_unlock } from './context.ts';
import { dget, dput } from './dcache.ts';
import {
  FILE_PROC_MAPS,
  FILE_PROC_MOUNTS,
  FILE_PROC_STATUS,
  fcheck_get,
  fput,
  get_files_struct,
  put_files_struct,
} from './files.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { put_task_struct } from './task.ts';
import { get_fs_struct, put_fs_struct } from './fs.ts';
import { d_path, pin_fs_paths, pinned_path } from './fs-calls.ts';
import {
  cpu_data,
  file,
  fs_struct,
  kernel,
  mm_struct,
  namespace,
  pid_link,
  sighand_struct,
  signal_struct,
  task_struct,
  vfsmount,
  vm_area_struct,
} from './layout.ts';
import { list_next } from './list.ts';
import { get_task_mm, mmput } from './mm.ts';
import { mntget, mntput } from './mount.ts';
import { put_namespace } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { find_task_by_pid, task_pid } from './pid.ts';
import { kmem_cache_alloc } from './slab.ts';
import { copy_to_user, get_byte, getname, set_byte } from './uaccess.ts';

/** The first letters that tell the entries of /proc/PID apart. */
const LETTER_C = 99;
const LETTER_F = 102;
const LETTER_M = 109;
const LETTER_R = 114;
const LETTER_S = 115;
const LETTER_A = 97;
const SLASH = 47;

/** 1 when the path begins with /proc/. */
export function is_proc_path(path: number): number {
  return load(path) === 0x6f72702f && get_byte(path, 4) === 99 && get_byte(path, 5) === SLASH ? 1 : 0;
}

/** Where the number in /proc/NUMBER/ ends; "self" counts as one. */
function after_pid(path: number): number {
  let at = 6;
  while (get_byte(path, at) !== 0 && get_byte(path, at) !== SLASH) at++;
  return at;
}

/** The decimal number that starts at a place of the path, or -1. */
function number_at(path: number, from: number): number {
  let value = 0;
  let at = from;
  for (; at < from + 6; at++) {
    const digit = get_byte(path, at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return at === from ? -1 : value;
}

/** The task the path names, with a reference, or 0. Takes tasklist_lock for reading. */
function proc_task(path: number): number {
  const pid = get_byte(path, 6) === LETTER_S ? load(current() + task_struct.pid) : number_at(path, 6);
  read_lock(kernel.tasklist_lock);
  const tsk = find_task_by_pid(pid);
  if (tsk) atomic_inc(tsk + task_struct.usage);
  read_unlock(kernel.tasklist_lock);
  return tsk;
}

/** The namespace of a task with one more reference, or 0. Takes task_lock. */
function get_task_namespace(tsk: number): number {
  task_lock(tsk);
  const ns = load(tsk + task_struct.namespace);
  if (ns) atomic_inc(ns + namespace.count);
  task_unlock(tsk);
  return ns;
}

/**
 * 1 when the current task may follow the links of another: as the owner of its inode, on linux-6 as one who may trace it.
 * The numbers are as of some moment.
 */
function proc_link_allowed(tsk: number): number {
  const euid = load(current() + task_struct.euid);
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    return euid === load(tsk + task_struct.euid) || capable(CAP_DAC_OVERRIDE) ? 1 : 0;
  }
  if (load(tsk + task_struct.tgid) === load(current() + task_struct.tgid) || capable(CAP_SYS_PTRACE)) return 1;
  const uid = load(tsk + task_struct.uid);
  return euid === uid && uid === load(tsk + task_struct.euid) && uid === load(tsk + task_struct.suid) ? 1 : 0;
}

/** 1 while the task is not released: it has its number. tasklist_lock held. */
function pid_alive(tsk: number): number {
  return load(task_pid(tsk, PIDTYPE_PID) + pid_link.nr) ? 1 : 0;
}

/** Opens status, maps or mounts: an open file, -ENOENT, -EINVAL (dying task), -ENOMEM. */
export function proc_open(path: number): number {
  const at = after_pid(path);
  const letter = get_byte(path, at + 1);
  let kind = 0;
  if (letter === LETTER_S) kind = FILE_PROC_STATUS;
  else if (letter === LETTER_M) kind = get_byte(path, at + 2) === LETTER_A ? FILE_PROC_MAPS : FILE_PROC_MOUNTS;
  if (kind === 0) return -ENOENT;
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
  return kind === FILE_PROC_MAPS ? read_maps(tsk, buffer, count) : read_status(tsk, buffer, count);
}

/** Copies what a reader gathered, as much of it as the user asked for. Bytes, or -EFAULT. */
function hand_out(buffer: number, bytes: number, count: number): number {
  const size = bytes < count ? bytes : count & ~3;
  const err = copy_to_user(buffer, this_cpu_data() + cpu_data.path, size);
  return err ? err : size;
}

/** The number of mounts, then the address of each mount's superblock while there is room. Takes namespace->sem. */
function read_mounts(ns: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  let mounts = 0;
  let bytes = 4;
  down_read(ns + namespace.sem);
  const head = ns + namespace.list;
  for (let at = list_next(head); at !== head; at = list_next(at)) {
    mounts = mounts + 1;
    if (bytes >= PATH_MAX) continue;
    store(scratch + bytes, load(at - vfsmount.mnt_list + vfsmount.mnt_sb));
    bytes = bytes + 4;
  }
  up_read(ns + namespace.sem);
  store(scratch, mounts);
  return hand_out(buffer, bytes, count);
}

/** Start and end of each area. Pins the mm: a phantom sharer for unshare(VM) meanwhile (B34). Takes mmap_sem. */
function read_maps(tsk: number, buffer: number, count: number): number {
  const mm = get_task_mm(tsk);
  if (mm === 0) return 0;
  const scratch = this_cpu_data() + cpu_data.path;
  let bytes = 0;
  down_read(mm + mm_struct.mmap_sem);
  for (let vma = load(mm + mm_struct.mmap); vma !== 0 && bytes < PATH_MAX; vma = load(vma + vm_area_struct.vm_next)) {
    store(scratch + bytes, load(vma + vm_area_struct.vm_start));
    store(scratch + bytes + 4, load(vma + vm_area_struct.vm_end));
    bytes = bytes + 8;
  }
  up_read(mm + mm_struct.mmap_sem);
  mmput(mm);
  return hand_out(buffer, bytes, count);
}

/** state, exit_state, tgid, parent's tgid, pending signals, threads. Takes tasklist_lock for reading and siglock. */
function read_status(tsk: number, buffer: number, count: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  memset(scratch, 0, 24);
  store(scratch, load(tsk + task_struct.state));
  store(scratch + 4, load(tsk + task_struct.exit_state));
  store(scratch + 8, load(tsk + task_struct.tgid));
  read_lock(kernel.tasklist_lock);
  const sighand = load(tsk + task_struct.sighand);
  if (sighand) {
    const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
    store(scratch + 12, load(load(tsk + task_struct.real_parent) + task_struct.tgid));
    store(
      scratch + 16,
      load(tsk + task_struct.pending) | load(load(tsk + task_struct.signal) + signal_struct.shared_pending),
    );
    store(scratch + 20, atomic_read(load(tsk + task_struct.signal) + signal_struct.count));
    spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
  }
  read_unlock(kernel.tasklist_lock);
  return hand_out(buffer, 24, count);
}

/**
 * cwd or root of a task, into path2; where the text starts, or -ENOENT. Takes task_lock to pin the fs part; linux-6 pins
 * only the paths, inside it.
 */
function read_fs_link(tsk: number, want_root: number): number {
  const buffer = this_cpu_data() + cpu_data.path2;
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    task_lock(tsk);
    const seen = load(tsk + task_struct.fs);
    if (seen) pin_fs_paths(seen, want_root);
    task_unlock(tsk);
    return seen ? pinned_path(buffer) : -ENOENT;
  }
  const fs = get_fs_struct(tsk);
  if (fs === 0) return -ENOENT;
  pin_fs_paths(fs, want_root);
  const at = pinned_path(buffer);
  put_fs_struct(fs);
  return at;
}

/** The path of an open file of a task, into path2; where the text starts, or -ENOENT. Pins table and file. */
function read_fd_link(tsk: number, fd: number): number {
  const files = get_files_struct(tsk);
  if (files === 0) return -ENOENT;
  const f = fcheck_get(files, fd);
  put_files_struct(files);
  if (f === 0) return -ENOENT;
  let at = -ENOENT;
  if (load(f + file.f_dentry)) {
    const fs = load(current() + task_struct.fs);
    read_lock(fs + fs_struct.lock);
    const rootmnt = mntget(load(fs + fs_struct.rootmnt));
    const root = dget(load(fs + fs_struct.root));
    read_unlock(fs + fs_struct.lock);
    at = d_path(this_cpu_data() + cpu_data.path2, load(f + file.f_vfsmnt), load(f + file.f_dentry), rootmnt, root);
    dput(root);
    mntput(rootmnt);
  }
  fput(f);
  return at;
}

/** readlink(2), for /proc/PID/cwd, root and fd/N; there are no other links. Bytes without a closing zero, or an error. */
export function sys_readlink(address: number, buffer: number, size: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const bad = getname(path, address, PATH_MAX);
  if (bad) return bad;
  if (is_proc_path(path) === 0) return -EINVAL;
  const at = after_pid(path);
  const letter = get_byte(path, at + 1);
  const fd = letter === LETTER_F ? number_at(path, at + 4) : -1;
  const tsk = proc_task(path);
  if (tsk === 0) return -ENOENT;
  const is_link = letter === LETTER_C || letter === LETTER_R || letter === LETTER_F;
  let start = -ENOENT;
  if (is_link && proc_link_allowed(tsk) === 0) start = -EACCES;
  else if (letter === LETTER_C) start = read_fs_link(tsk, 0);
  else if (letter === LETTER_R) start = read_fs_link(tsk, 1);
  else if (letter === LETTER_F) start = read_fd_link(tsk, fd);
  put_task_struct(tsk);
  if (start < 0) return start;
  const text = this_cpu_data() + cpu_data.path2;
  let length = 0;
  while (length < size && get_byte(text, start + length) !== 0) {
    set_byte(text, length, get_byte(text, start + length));
    length = length + 1;
  }
  const err = copy_to_user(buffer, text, length);
  return err ? err : length;
}
