/**
 * chroot and pivot_root: the calls that change roots.
 *
 * pivot_root takes two mounts off their places, the caller's root and new_root, hangs the one on put_old and the other
 * where the root was, and then sends everybody who is at the old root to the new one. namespace->sem and the i_sem of
 * put_old are held from the first check to the end of that walk, vfsmount_lock from the last check to the last attach.
 *
 * The walk finds who is on the task list. Who is being born, or puts a copy in place that unshare made before, keeps the
 * old root: in every profile, and in Linux to this day. The first mount of a namespace hangs nowhere, as Linux's rootfs,
 * and so cannot be exchanged; a root that chroot has set on a mount can.
 */
import { load } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { CAP_SYS_ADMIN, CAP_SYS_CHROOT, EBUSY, EINVAL, ENOENT, ENOTDIR, EPERM } from './abi.ts';
import { capable, current, task_lock, task_unlock } from './context.ts';
import { dget, dput, is_directory, is_subdir } from './dcache.ts';
import { get_fs_struct, put_fs_struct, replace_paths, set_fs_pwd, set_fs_root } from './fs.ts';
import { cpu_data, dentry, fs_struct, inode, kernel, nameidata, task_struct, vfsmount } from './layout.ts';
import { list_next } from './list.ts';
import { attach_mnt, detach_mnt, mntget, mntput } from './mount.ts';
import { check_mnt, name_is_gone, place_is_gone } from './mount-bind.ts';
import { follow_mount, MAY_EXEC, path_lookup, path_release, permission } from './namei.ts';
import { namespace_sem } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { getname } from './uaccess.ts';

/** Walks the path at a user address, by a buffer of PATH_MAX bytes, to a directory. As user_path_walk, or -ENOTDIR. */
function user_walk_directory(address: number, path: number, nd: number): number {
  let err = getname(path, address, PATH_MAX);
  if (err) return err;
  err = path_lookup(path, 0, nd);
  if (err) return err;
  if (is_directory(load(nd + nameidata.dentry))) return 0;
  path_release(nd);
  return -ENOTDIR;
}

/** chroot(2). 0, -EACCES, -EPERM without CAP_SYS_CHROOT, or what the lookup says. */
export function sys_chroot(address: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let err = user_walk_directory(address, this_cpu_data() + cpu_data.path, nd);
  if (err) return err;
  const d = load(nd + nameidata.dentry);
  err = permission(d, MAY_EXEC);
  if (err === 0 && capable(CAP_SYS_CHROOT) === 0) err = -EPERM;
  if (err === 0) set_fs_root(load(current() + task_struct.fs), load(nd + nameidata.mnt), d);
  path_release(nd);
  return err;
}

function path_put(mnt: number, d: number): void {
  dput(d);
  mntput(mnt);
}

/** 1 when the way up from (from, at) leads to the directory `top` of the mount `top_mnt`. vfsmount_lock held. */
function is_path_reachable(from: number, at: number, top_mnt: number, top: number): number {
  let mnt = from;
  let d = at;
  while (mnt !== top_mnt) {
    const parent = load(mnt + vfsmount.mnt_parent);
    if (parent === mnt) return 0;
    d = load(mnt + vfsmount.mnt_mountpoint);
    mnt = parent;
  }
  return is_subdir(d, top);
}

/**
 * Sends whoever has root or working directory at (old_mnt, old) to (mnt, d). Takes tasklist_lock for reading, inside it
 * task_lock. Until 2.6.29 each fs part is pinned by a count and looked at without fs->lock, and what is dropped is dropped
 * under tasklist_lock, if need be as the last: B23. The caller keeps references on both places.
 */
function chroot_fs_refs(old_mnt: number, old: number, mnt: number, d: number): void {
  read_lock(kernel.tasklist_lock);
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const fs = get_fs_struct(at - task_struct.tasks);
    if (fs === 0) continue;
    if (load(fs + fs_struct.root) === old && load(fs + fs_struct.rootmnt) === old_mnt) set_fs_root(fs, mnt, d);
    if (load(fs + fs_struct.pwd) === old && load(fs + fs_struct.pwdmnt) === old_mnt) set_fs_pwd(fs, mnt, d);
    put_fs_struct(fs);
  }
  read_unlock(kernel.tasklist_lock);
}

/** The same in linux-6: each fs part under task_lock and fs->lock, and the references on the old place go at the end. */
function chroot_fs_refs_linux_6(old_mnt: number, old: number, mnt: number, d: number): void {
  let count = 0;
  read_lock(kernel.tasklist_lock);
  for (let at = list_next(kernel.init_tasks); at !== kernel.init_tasks; at = list_next(at)) {
    const tsk = at - task_struct.tasks;
    task_lock(tsk);
    const fs = load(tsk + task_struct.fs);
    if (fs) count = count + replace_paths(fs, old_mnt, old, mnt, d);
    task_unlock(tsk);
  }
  read_unlock(kernel.tasklist_lock);
  for (; count > 0; count--) path_put(old_mnt, old);
}

/**
 * 1 when new_root or put_old was removed. 2.6.14 asks of put_old only whether it has its name still, which goes after its
 * i_sem: a directory that is dead already may be taken. put_old's i_sem held; takes dcache_lock.
 */
function places_are_gone(new_nd: number, old_nd: number): number {
  const old = load(old_nd + nameidata.dentry);
  const gone = load(kernel.profile) === PROFILE_LINUX_6 ? place_is_gone(old) : name_is_gone(old);
  return gone ? 1 : place_is_gone(load(new_nd + nameidata.dentry));
}

/** 0, -EINVAL, -ENOENT, -EBUSY: what can be said without vfsmount_lock. namespace->sem held for writing. */
function pivot_error(new_nd: number, old_nd: number, rootmnt: number, root: number): number {
  const newmnt = load(new_nd + nameidata.mnt);
  if (check_mnt(rootmnt) === 0) return -EINVAL;
  if (load(kernel.profile) === PROFILE_LINUX_6 && check_mnt(newmnt) === 0) return -EINVAL;
  if (places_are_gone(new_nd, old_nd)) return -ENOENT;
  if (newmnt === rootmnt || load(old_nd + nameidata.mnt) === rootmnt) return -EBUSY;
  if (load(rootmnt + vfsmount.mnt_root) !== root) return -EINVAL;
  if (load(rootmnt + vfsmount.mnt_parent) === rootmnt) return -EINVAL;
  if (load(newmnt + vfsmount.mnt_root) !== load(new_nd + nameidata.dentry)) return -EINVAL;
  return load(newmnt + vfsmount.mnt_parent) === newmnt ? -EINVAL : 0;
}

/**
 * Exchanges the mounts and sends everybody on. 0, or -EINVAL when put_old is not below new_root; linux-6 asks besides that
 * new_root is below the root (CVE-2014-7970: without it a mount can come to hang in itself). namespace->sem and i_sem held;
 * takes vfsmount_lock, and what the walk takes.
 */
function pivot_mounts(new_nd: number, old_nd: number, rootmnt: number, root: number): number {
  const newmnt = load(new_nd + nameidata.mnt);
  const newroot = load(new_nd + nameidata.dentry);
  const oldmnt = load(old_nd + nameidata.mnt);
  const is_linux_6 = load(kernel.profile) === PROFILE_LINUX_6;
  spin_lock(kernel.vfsmount_lock);
  let reachable = is_path_reachable(oldmnt, load(old_nd + nameidata.dentry), newmnt, newroot);
  if (reachable && is_linux_6) reachable = is_path_reachable(newmnt, newroot, rootmnt, root);
  if (reachable === 0) {
    spin_unlock(kernel.vfsmount_lock);
    return -EINVAL;
  }
  const new_parent = load(newmnt + vfsmount.mnt_parent);
  const new_mountpoint = load(newmnt + vfsmount.mnt_mountpoint);
  detach_mnt(newmnt);
  const root_parent = load(rootmnt + vfsmount.mnt_parent);
  const root_mountpoint = load(rootmnt + vfsmount.mnt_mountpoint);
  detach_mnt(rootmnt);
  attach_mnt(rootmnt, oldmnt, load(old_nd + nameidata.dentry));
  attach_mnt(newmnt, root_parent, root_mountpoint);
  spin_unlock(kernel.vfsmount_lock);
  if (is_linux_6) chroot_fs_refs_linux_6(rootmnt, root, newmnt, newroot);
  else chroot_fs_refs(rootmnt, root, newmnt, newroot);
  path_put(root_parent, root_mountpoint);
  path_put(new_parent, new_mountpoint);
  return 0;
}

/** pivot_root with both places looked up. Takes namespace->sem for writing and put_old's i_sem around all of it. */
function do_pivot_root(new_nd: number, old_nd: number): number {
  const fs = load(current() + task_struct.fs);
  const ns = load(current() + task_struct.namespace);
  read_lock(fs + fs_struct.lock);
  const rootmnt = mntget(load(fs + fs_struct.rootmnt));
  const root = dget(load(fs + fs_struct.root));
  read_unlock(fs + fs_struct.lock);
  down_write(namespace_sem(ns));
  if (load(kernel.profile) === PROFILE_LINUX_6) follow_mount(old_nd);
  const i_sem = load(load(old_nd + nameidata.dentry) + dentry.d_inode) + inode.i_sem;
  down_write(i_sem);
  let err = pivot_error(new_nd, old_nd, rootmnt, root);
  if (err === 0) err = pivot_mounts(new_nd, old_nd, rootmnt, root);
  up_write(i_sem);
  up_write(namespace_sem(ns));
  path_put(rootmnt, root);
  return err;
}

/**
 * pivot_root(2). -EPERM without CAP_SYS_ADMIN; -EINVAL when new_root or the root is no mount of this namespace, hangs
 * nowhere, or does not hold what it has to; -ENOENT when one was removed; -EBUSY when new_root or put_old is on the root's mount; what the lookups say.
 * linux-6 looks both up before it asks whose new_root is, and goes on to what was mounted on put_old meanwhile.
 */
export function sys_pivot_root(new_root: number, put_old: number): number {
  const new_nd = this_cpu_data() + cpu_data.nd;
  const old_nd = this_cpu_data() + cpu_data.nd2;
  if (capable(CAP_SYS_ADMIN) === 0) return -EPERM;
  let err = user_walk_directory(new_root, this_cpu_data() + cpu_data.path, new_nd);
  if (err) return err;
  if (load(kernel.profile) !== PROFILE_LINUX_6 && check_mnt(load(new_nd + nameidata.mnt)) === 0) err = -EINVAL;
  else err = user_walk_directory(put_old, this_cpu_data() + cpu_data.path2, old_nd);
  if (err === 0) {
    err = do_pivot_root(new_nd, old_nd);
    path_release(old_nd);
  }
  path_release(new_nd);
  return err;
}
