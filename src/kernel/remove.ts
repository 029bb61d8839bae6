/**
 * Names that go: unlink and rmdir. The directory's i_sem is held from the look for the name until it is gone, inside it that
 * of what it names, under which a directory becomes a dead one: nothing comes into it any more, and nothing is mounted on it.
 */
import { load, store } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { CAP_FOWNER, EBUSY, EINVAL, EISDIR, ENOENT, ENOTDIR, ENOTEMPTY, EPERM, S_DEAD, S_ISVTX } from './abi.ts';
import { capable, current } from './context.ts';
import { d_drop, d_lookup, dput, is_directory, simple_empty } from './dcache.ts';
import { cpu_data, dentry, inode, nameidata, task_struct } from './layout.ts';
import {
  ends_in_slash,
  LAST_DOT,
  LAST_DOTDOT,
  LAST_NORM,
  MAY_EXEC,
  MAY_WRITE,
  path_lookup,
  path_release,
  permission,
} from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { getname } from './uaccess.ts';

/** 1 when the directory keeps what others own in it, and the current task is none of those that may. */
function check_sticky(dir: number, i: number): number {
  const euid = load(current() + task_struct.euid);
  if ((load(dir + inode.i_mode) & S_ISVTX) === 0) return 0;
  if (load(i + inode.i_uid) === euid || load(dir + inode.i_uid) === euid) return 0;
  return capable(CAP_FOWNER) ? 0 : 1;
}

/** 0 when the name may go, -EACCES, -EPERM, -ENOTDIR, -EISDIR, -ENOENT in a removed directory. The directory's i_sem held. */
function may_delete(parent: number, victim: number, want_directory: number): number {
  const dir = load(parent + dentry.d_inode);
  const err = permission(parent, MAY_WRITE | MAY_EXEC);
  if (err) return err;
  if (check_sticky(dir, load(victim + dentry.d_inode))) return -EPERM;
  const directory = is_directory(victim);
  if (want_directory && directory === 0) return -ENOTDIR;
  if (want_directory === 0 && directory) return -EISDIR;
  return load(dir + inode.i_flags) & S_DEAD ? -ENOENT : 0;
}

/**
 * Removes a name. 0, as may_delete, -EBUSY when something is mounted there, in whatever namespace, -ENOTEMPTY. Takes the
 * victim's i_sem; the name leaves the directory after it, as in Linux. The directory's i_sem held.
 */
function vfs_remove(parent: number, victim: number, want_directory: number): number {
  let err = may_delete(parent, victim, want_directory);
  if (err) return err;
  const i = load(victim + dentry.d_inode);
  down_write(i + inode.i_sem);
  if (load(victim + dentry.d_mounted)) err = -EBUSY;
  else if (want_directory && simple_empty(victim) === 0) err = -ENOTEMPTY;
  if (err === 0) {
    store(i + inode.i_nlink, load(i + inode.i_nlink) - 1);
    if (want_directory) store(i + inode.i_flags, load(i + inode.i_flags) | S_DEAD);
    dput(victim);
  }
  up_write(i + inode.i_sem);
  if (err === 0) d_drop(victim);
  return err;
}

/** Removes the name nd.last from the directory where nd stands; `slash` behind it is for directories. As vfs_remove. */
function remove_entry(nd: number, want_directory: number, slash: number): number {
  const parent = load(nd + nameidata.dentry);
  const dir = load(parent + dentry.d_inode);
  let err = -ENOENT;
  down_write(dir + inode.i_sem);
  const victim = d_lookup(parent, nd + nameidata.last);
  if (victim && slash && want_directory === 0) err = is_directory(victim) ? -EISDIR : -ENOTDIR;
  else if (victim) err = vfs_remove(parent, victim, want_directory);
  up_write(dir + inode.i_sem);
  if (victim) dput(victim);
  return err;
}

/** What is said of a path whose last component is no name. */
function no_name(type: number, want_directory: number): number {
  if (want_directory === 0) return -EISDIR;
  if (type === LAST_DOTDOT) return -ENOTEMPTY;
  return type === LAST_DOT ? -EINVAL : -EBUSY;
}

function remove_at(address: number, want_directory: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const path = this_cpu_data() + cpu_data.path;
  let err = getname(path, address, PATH_MAX);
  if (err) return err;
  err = path_lookup(path, 1, nd);
  if (err) return err;
  const type = load(nd + nameidata.last_type);
  if (type !== LAST_NORM) err = no_name(type, want_directory);
  else if (is_directory(load(nd + nameidata.dentry)) === 0) err = -ENOTDIR;
  else err = remove_entry(nd, want_directory, ends_in_slash(path));
  path_release(nd);
  return err;
}

/** unlink(2). 0, as vfs_remove, or what the lookup says. */
export function sys_unlink(address: number): number {
  return remove_at(address, 0);
}

/** rmdir(2). As unlink. */
export function sys_rmdir(address: number): number {
  return remove_at(address, 1);
}
