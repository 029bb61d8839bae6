/** /proc/PID/cwd, root and fd/N: links, for the owner of the process or for who may trace it. */
import { load } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { EACCES, EINVAL, ENOENT } from './abi.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { dget, dput } from './dcache.ts';
import { fcheck_get } from './descriptors.ts';
import { fput, get_files_struct, put_files_struct } from './files.ts';
import { get_fs_struct, put_fs_struct } from './fs.ts';
import { d_path, pin_fs_paths, pinned_path } from './fs-calls.ts';
import { cpu_data, file, fs_struct, kernel, task_struct } from './layout.ts';
import { mntget, mntput } from './mount.ts';
import { this_cpu_data } from './percpu.ts';
import { proc_link_allowed } from './proc-access.ts';
import { path_release, user_path_walk } from './namei.ts';
import { after_pid, is_proc_path, LETTER_C, LETTER_F, LETTER_R, number_at, proc_task } from './proc-path.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { put_task_struct } from './task.ts';
import { copy_to_user, get_byte, getname, set_byte } from './uaccess.ts';

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
    return seen ? pinned_path(buffer, 0) : -ENOENT;
  }
  const fs = get_fs_struct(tsk);
  if (fs === 0) return -ENOENT;
  pin_fs_paths(fs, want_root);
  const at = pinned_path(buffer, 0);
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
    at = d_path(this_cpu_data() + cpu_data.path2, load(f + file.f_vfsmnt), load(f + file.f_dentry), rootmnt, root, 0);
    dput(root);
    mntput(rootmnt);
  }
  fput(f);
  return at;
}

/** The error of reading what is there and is no link, or is not there. */
function no_link(address: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const err = user_path_walk(address, nd);
  if (err) return err;
  path_release(nd);
  return -EINVAL;
}

/** readlink(2), for /proc/PID/cwd, root and fd/N; there are no other links. Bytes without a closing zero, or an error. */
export function sys_readlink(address: number, buffer: number, size: number): number {
  if (size <= 0) return -EINVAL;
  const path = this_cpu_data() + cpu_data.path;
  const bad = getname(path, address, PATH_MAX);
  if (bad) return bad;
  if (is_proc_path(path) === 0) return no_link(address);
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
