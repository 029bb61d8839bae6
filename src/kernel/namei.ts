/**
 * Path walk: from a path in a kernel buffer to a (mount, dentry) pair in a nameidata, with a reference on each.
 * Crosses mounts downwards and, at "..", upwards; stops at the task's root. No symbolic links.
 */
import { load, memset, store } from '../machine/bus.ts';
import { NAME_MAX, PATH_MAX } from '../machine/limits.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  EACCES,
  ENAMETOOLONG,
  ENOENT,
  ENOTDIR,
  S_IFDIR,
  S_IFMT,
  S_IXUGO,
} from './abi.ts';
import { capable, current } from './context.ts';
import { d_lookup, dget, dput, is_directory } from './dcache.ts';
import { cpu_data, dentry, fs_struct, inode, kernel, nameidata, task_struct, vfsmount } from './layout.ts';
import { lookup_mnt, mntget, mntput } from './mount.ts';
import { this_cpu_data } from './percpu.ts';
import { get_byte, getname, set_byte } from './uaccess.ts';

export const LAST_NORM = 0;
export const LAST_ROOT = 1;
export const LAST_DOT = 2;
export const LAST_DOTDOT = 3;

export const MAY_EXEC = 1;
export const MAY_WRITE = 2;
export const MAY_READ = 4;

const SLASH = 47;
const DOT = 46;

/**
 * 0 when the current task may do that with the inode of a dentry, else -EACCES. Whoever may do anything may still execute
 * only what somebody may; a directory is searched without.
 */
export function permission(d: number, wanted: number): number {
  const i = load(d + dentry.d_inode);
  const whole = load(i + inode.i_mode);
  const directory = (whole & S_IFMT) === S_IFDIR;
  const executable = (wanted & MAY_EXEC) === 0 || (whole & S_IXUGO) !== 0 || directory;
  if (executable && capable(CAP_DAC_OVERRIDE)) return 0;
  const looks = wanted === MAY_READ || (directory && (wanted & MAY_WRITE) === 0);
  if (looks && capable(CAP_DAC_READ_SEARCH)) return 0;
  const tsk = current();
  let mode = whole;
  if (load(tsk + task_struct.euid) === load(i + inode.i_uid)) mode >>= 6;
  else if (load(tsk + task_struct.gid) === load(i + inode.i_gid)) mode >>= 3;
  return (mode & 7 & wanted) === wanted ? 0 : -EACCES;
}

/** Drops the references of a finished walk. */
export function path_release(nd: number): void {
  dput(load(nd + nameidata.dentry));
  mntput(load(nd + nameidata.mnt));
}

/** Moves a walk to another place, whose references it takes over. */
function step_to(nd: number, mnt: number, d: number): void {
  const old_dentry = load(nd + nameidata.dentry);
  const old_mnt = load(nd + nameidata.mnt);
  store(nd + nameidata.mnt, mnt);
  store(nd + nameidata.dentry, d);
  dput(old_dentry);
  mntput(old_mnt);
}

/** The same within the mount, whose reference stays. */
export function step_inside(nd: number, d: number): void {
  const old = load(nd + nameidata.dentry);
  store(nd + nameidata.dentry, d);
  dput(old);
}

/** Goes down into whatever is mounted here, as deep as it goes. */
export function follow_mount(nd: number): void {
  while (load(load(nd + nameidata.dentry) + dentry.d_mounted)) {
    const mnt = lookup_mnt(load(nd + nameidata.mnt), load(nd + nameidata.dentry));
    if (mnt === 0) return;
    step_to(nd, mnt, dget(load(mnt + vfsmount.mnt_root)));
  }
}

/** "..": to the parent, out of as many mounts as needed, but not above the task's root. */
function follow_dotdot(nd: number): void {
  const fs = load(current() + task_struct.fs);
  for (;;) {
    const d = load(nd + nameidata.dentry);
    const mnt = load(nd + nameidata.mnt);
    read_lock(fs + fs_struct.lock);
    const at_root = d === load(fs + fs_struct.root) && mnt === load(fs + fs_struct.rootmnt);
    read_unlock(fs + fs_struct.lock);
    if (at_root) break;
    if (d !== load(mnt + vfsmount.mnt_root)) {
      step_inside(nd, dget(load(d + dentry.d_parent)));
      break;
    }
    spin_lock(kernel.vfsmount_lock);
    const parent = load(mnt + vfsmount.mnt_parent);
    if (parent === mnt) {
      spin_unlock(kernel.vfsmount_lock);
      break;
    }
    mntget(parent);
    const mountpoint = dget(load(mnt + vfsmount.mnt_mountpoint));
    spin_unlock(kernel.vfsmount_lock);
    step_to(nd, parent, mountpoint);
  }
  follow_mount(nd);
}

/** Starts a walk at the root or the working directory of the current task. */
function path_start(nd: number, absolute: number): void {
  const fs = load(current() + task_struct.fs);
  read_lock(fs + fs_struct.lock);
  if (absolute) {
    store(nd + nameidata.mnt, mntget(load(fs + fs_struct.rootmnt)));
    store(nd + nameidata.dentry, dget(load(fs + fs_struct.root)));
  } else {
    store(nd + nameidata.mnt, mntget(load(fs + fs_struct.pwdmnt)));
    store(nd + nameidata.dentry, dget(load(fs + fs_struct.pwd)));
  }
  read_unlock(fs + fs_struct.lock);
}

/** Goes to the entry `nd.last` of the directory where the walk stands. 0, -ENOENT. */
function walk_component(nd: number): number {
  const type = load(nd + nameidata.last_type);
  if (type === LAST_DOT || type === LAST_ROOT) return 0;
  if (type === LAST_DOTDOT) {
    follow_dotdot(nd);
    return 0;
  }
  const found = d_lookup(load(nd + nameidata.dentry), nd + nameidata.last);
  if (found === 0) return -ENOENT;
  step_inside(nd, found);
  follow_mount(nd);
  return 0;
}

/** Reads the component that starts at `from` into nd.last. Its end, or -ENAMETOOLONG. */
function next_component(nd: number, path: number, from: number): number {
  memset(nd + nameidata.last, 0, NAME_MAX);
  let length = 0;
  for (; length < NAME_MAX; length++) {
    const byte = get_byte(path, from + length);
    if (byte === SLASH || byte === 0) break;
    set_byte(nd + nameidata.last, length, byte);
  }
  if (length === NAME_MAX && get_byte(path, from + length) !== SLASH && get_byte(path, from + length) !== 0) {
    return -ENAMETOOLONG;
  }
  let type = LAST_NORM;
  if (get_byte(nd + nameidata.last, 0) === DOT) {
    if (length === 1) type = LAST_DOT;
    else if (length === 2 && get_byte(nd + nameidata.last, 1) === DOT) type = LAST_DOTDOT;
  }
  store(nd + nameidata.last_type, type);
  return from + length;
}

/**
 * Walks a path of the kernel buffer. With `parent` it stops before the last component and leaves that in nd.last.
 * 0 with references in nd, or -ENOENT, -ENOTDIR, -EACCES, -ENAMETOOLONG with none. May sleep.
 */
export function path_lookup(path: number, parent: number, nd: number): number {
  let at = 0;
  path_start(nd, get_byte(path, 0) === SLASH ? 1 : 0);
  store(nd + nameidata.last_type, LAST_ROOT);
  for (;;) {
    const slash = get_byte(path, at) === SLASH;
    while (get_byte(path, at) === SLASH) at++;
    if (get_byte(path, at) === 0) {
      if (!slash || is_directory(load(nd + nameidata.dentry))) return 0;
      path_release(nd);
      return -ENOTDIR;
    }
    let err = 0;
    if (is_directory(load(nd + nameidata.dentry)) === 0) err = -ENOTDIR;
    else err = permission(load(nd + nameidata.dentry), MAY_EXEC);
    if (err === 0) {
      at = next_component(nd, path, at);
      if (at < 0) err = at;
    }
    if (err === 0) {
      let end = at;
      while (get_byte(path, end) === SLASH) end++;
      if (parent && get_byte(path, end) === 0) return 0;
      err = walk_component(nd);
    }
    if (err) {
      path_release(nd);
      return err;
    }
  }
}

/** 1 when the path has a slash at its end. */
export function ends_in_slash(path: number): number {
  let at = 0;
  while (get_byte(path, at) !== 0) at++;
  return at > 0 && get_byte(path, at - 1) === SLASH ? 1 : 0;
}

/** Walks the path at a user address. As path_lookup, or -EFAULT. */
export function user_path_walk(address: number, nd: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const err = getname(path, address, PATH_MAX);
  return err ? err : path_lookup(path, 0, nd);
}
