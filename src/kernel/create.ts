/** Names that come: mkdir, link, and what open makes. A directory's i_sem is held from the look for the name to its entry. */
import { atomic_inc } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { EEXIST, EISDIR, ENOENT, ENOMEM, ENOTDIR, EPERM, EXDEV, O_EXCL, S_DEAD, S_IFDIR, S_IFREG } from './abi.ts';
import { current } from './context.ts';
import { d_create, d_link, d_lookup, dput, is_directory } from './dcache.ts';
import { iput } from './inode.ts';
import { cpu_data, dentry, fs_struct, inode, kernel, nameidata, task_struct } from './layout.ts';
import {
  ends_in_slash,
  follow_mount,
  LAST_NORM,
  MAY_EXEC,
  MAY_WRITE,
  path_lookup,
  path_release,
  permission,
  step_inside,
  user_path_walk,
} from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { getname } from './uaccess.ts';

/** 0 when a name may come into a directory, -ENOENT in one that was removed, -EACCES. i_sem held. */
function may_create(parent: number): number {
  if (load(load(parent + dentry.d_inode) + inode.i_flags) & S_DEAD) return -ENOENT;
  return permission(parent, MAY_WRITE | MAY_EXEC);
}

/** Makes an inode by its name in nd.last, as the current user's. The dentry, -ENOMEM, or as may_create. i_sem held. */
function vfs_create(parent: number, name: number, mode: number): number {
  const err = may_create(parent);
  if (err) return err;
  const tsk = current();
  const d = d_create(parent, name, mode, load(tsk + task_struct.euid), load(tsk + task_struct.gid));
  return d ? d : -ENOMEM;
}

/** Creates an entry below the directory where nd stands. 0, -EEXIST, -ENOENT, -EACCES, -ENOMEM. Takes its i_sem. */
function create_entry(nd: number, mode: number): number {
  const parent = load(nd + nameidata.dentry);
  const dir = load(parent + dentry.d_inode);
  if (load(nd + nameidata.last_type) !== LAST_NORM) return -EEXIST;
  down_write(dir + inode.i_sem);
  let err = 0;
  const old = d_lookup(parent, nd + nameidata.last);
  if (old) {
    dput(old);
    err = -EEXIST;
  } else {
    const made = vfs_create(parent, nd + nameidata.last, mode);
    if (made < 0) err = made;
  }
  up_write(dir + inode.i_sem);
  return err;
}

/** Creates a file or directory at a path of the kernel buffer. */
function create_at(path: number, mode: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const err = path_lookup(path, 1, nd);
  if (err) return err;
  const result = is_directory(load(nd + nameidata.dentry)) ? create_entry(nd, mode) : -ENOTDIR;
  path_release(nd);
  return result;
}

/** mkdir(2). 0, or as create_entry and the lookup. */
export function sys_mkdir(address: number, mode: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const err = getname(path, address, PATH_MAX);
  if (err) return err;
  const umask = load(load(current() + task_struct.fs) + fs_struct.umask);
  return create_at(path, S_IFDIR | (mode & 0o1777 & ~umask));
}

/** Creates what stands at the path in the CPU's path buffer: a directory, or a file of that size. 0 or an error. */
export function create_node(mode: number, size: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const path = this_cpu_data() + cpu_data.path;
  const err = create_at(path, mode);
  if (err === 0 && path_lookup(path, 0, nd) === 0) {
    store(load(load(nd + nameidata.dentry) + dentry.d_inode) + inode.i_size, size);
    path_release(nd);
  }
  return err;
}

/**
 * Open with O_CREAT, from where nd stands on the directory: on to the file by the name in nd.last, which is made if there is
 * none. 1 when it was made, 0 when it was there; -EISDIR, -EEXIST with O_EXCL, or as create_entry; nd stays referenced in
 * any case. Takes the directory's i_sem.
 */
export function open_create(nd: number, path: number, flags: number, mode: number): number {
  const parent = load(nd + nameidata.dentry);
  const dir = load(parent + dentry.d_inode);
  if (load(nd + nameidata.last_type) !== LAST_NORM || ends_in_slash(path)) return -EISDIR;
  down_write(dir + inode.i_sem);
  const old = d_lookup(parent, nd + nameidata.last);
  if (old === 0) {
    const umask = load(load(current() + task_struct.fs) + fs_struct.umask);
    const made = vfs_create(parent, nd + nameidata.last, S_IFREG | (mode & 0o7777 & ~umask));
    if (made > 0) atomic_inc(made + dentry.d_count);
    up_write(dir + inode.i_sem);
    if (made < 0) return made;
    step_inside(nd, made);
    return 1;
  }
  up_write(dir + inode.i_sem);
  if (flags & O_EXCL) {
    dput(old);
    return -EEXIST;
  }
  step_inside(nd, old);
  follow_mount(nd);
  return is_directory(load(nd + nameidata.dentry)) ? -EISDIR : 0;
}

/**
 * Gives the file where `old` stands one more name, nd.last in the directory where nd stands. 0, -EEXIST, -EPERM for a
 * directory, as may_create, -ENOMEM; linux-6: -ENOENT when its last name went meanwhile. Takes the i_sem of both.
 */
function vfs_link(old: number, nd: number): number {
  const parent = load(nd + nameidata.dentry);
  const dir = load(parent + dentry.d_inode);
  const i = load(load(old + nameidata.dentry) + dentry.d_inode);
  if (load(nd + nameidata.last_type) !== LAST_NORM) return -EEXIST;
  down_write(dir + inode.i_sem);
  const there = d_lookup(parent, nd + nameidata.last);
  let err = there ? -EEXIST : may_create(parent);
  if (there) dput(there);
  if (err === 0 && is_directory(load(old + nameidata.dentry))) err = -EPERM;
  if (err === 0) {
    down_write(i + inode.i_sem);
    if (load(i + inode.i_nlink) === 0 && load(kernel.profile) === PROFILE_LINUX_6) {
      err = -ENOENT;
    } else {
      atomic_inc(i + inode.i_count);
      if (d_link(parent, nd + nameidata.last, i)) {
        store(i + inode.i_nlink, load(i + inode.i_nlink) + 1);
      } else {
        iput(i);
        err = -ENOMEM;
      }
    }
    up_write(i + inode.i_sem);
  }
  up_write(dir + inode.i_sem);
  return err;
}

/** link(2). 0, -EXDEV across mounts, as vfs_link, or what the lookups say. */
export function sys_link(old_name: number, new_name: number): number {
  const old = this_cpu_data() + cpu_data.nd2;
  const nd = this_cpu_data() + cpu_data.nd;
  const path = this_cpu_data() + cpu_data.path2;
  let err = getname(path, new_name, PATH_MAX);
  if (err) return err;
  err = user_path_walk(old_name, old);
  if (err) return err;
  err = path_lookup(path, 1, nd);
  if (err === 0) {
    if (is_directory(load(nd + nameidata.dentry)) === 0) err = -ENOTDIR;
    else if (load(old + nameidata.mnt) !== load(nd + nameidata.mnt)) err = -EXDEV;
    else if (ends_in_slash(path)) err = -ENOENT;
    else err = vfs_link(old, nd);
    path_release(nd);
  }
  path_release(old);
  return err;
}
