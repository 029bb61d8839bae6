/**
 * Where mounts hang: a mount is put on a place, shown at a second one, or moved. The source of a bind or move is the path
 * in the CPU's second path buffer. namespace->sem is held for writing around each change, and inside it the i_sem of the
 * place and vfsmount_lock.
 */
import { load } from '../machine/bus.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EINVAL, ELOOP, ENOENT, ENOMEM, ENOTDIR, S_DEAD } from './abi.ts';
import { current } from './context.ts';
import { d_unhashed, dput, is_directory } from './dcache.ts';
import { cpu_data, dentry, inode, kernel, nameidata, task_struct, vfsmount } from './layout.ts';
import { list_del_init } from './list.ts';
import { attach_mnt, clone_mnt, copy_tree, detach_mnt, mntget, mntput, umount_tree } from './mount.ts';
import { follow_mount, path_lookup, path_release } from './namei.ts';
import { adopt_mounts, namespace_sem } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';

/** 1 when the mount belongs to the current task's namespace. */
export function check_mnt(mnt: number): number {
  return load(mnt + vfsmount.mnt_namespace) === load(current() + task_struct.namespace) ? 1 : 0;
}

/** 1 for a name that was taken out of its directory. Takes dcache_lock. */
export function name_is_gone(d: number): number {
  spin_lock(kernel.dcache_lock);
  const gone = d_unhashed(d);
  spin_unlock(kernel.dcache_lock);
  return gone;
}

/** 1 for a directory that was removed, or a name that was. Its i_sem held; takes dcache_lock. */
export function place_is_gone(d: number): number {
  return load(load(d + dentry.d_inode) + inode.i_flags) & S_DEAD ? 1 : name_is_gone(d);
}

/**
 * Attaches a mount where nd stands. 0, -ENOTDIR, -ENOENT when the place was removed. namespace->sem held for writing; takes the directory's i_sem, inside
 * it vfsmount_lock.
 */
export function graft_tree(mnt: number, nd: number): number {
  const d = load(nd + nameidata.dentry);
  if (is_directory(load(mnt + vfsmount.mnt_root)) !== is_directory(d)) return -ENOTDIR;
  const i_sem = load(d + dentry.d_inode) + inode.i_sem;
  down_write(i_sem);
  const gone = place_is_gone(d);
  if (gone === 0) {
    spin_lock(kernel.vfsmount_lock);
    mntget(mnt);
    attach_mnt(mnt, load(nd + nameidata.mnt), d);
    adopt_mounts(load(current() + task_struct.namespace), mnt);
    spin_unlock(kernel.vfsmount_lock);
  }
  up_write(i_sem);
  return gone ? -ENOENT : 0;
}

/** A mount that a user puts somewhere does not expire by time. Takes vfsmount_lock. */
function stop_expiring(mnt: number): void {
  spin_lock(kernel.vfsmount_lock);
  list_del_init(mnt + vfsmount.mnt_expire);
  spin_unlock(kernel.vfsmount_lock);
}

/**
 * The mount, or with `recurse` the tree of mounts, that a bind of where `old` stands attaches at nd; 0 without memory, or
 * -EINVAL: nd in another namespace, or the source of a recursive bind; linux-6 minds the source in any case. Copies do not expire
 * by time, but until 2.6.15 for those below the first.
 */
function bind_source(nd: number, old: number, recurse: number): number {
  const from = load(old + nameidata.mnt);
  if (check_mnt(load(nd + nameidata.mnt)) === 0) return -EINVAL;
  const minds = recurse || load(kernel.profile) === PROFILE_LINUX_6;
  if (minds && check_mnt(from) === 0) return -EINVAL;
  const d = load(old + nameidata.dentry);
  const expires = load(kernel.profile) === PROFILE_DESAI_2005 ? 1 : 0;
  const copy = recurse ? copy_tree(from, d, expires) : clone_mnt(from, d, expires);
  if (copy && expires) stop_expiring(copy);
  return copy;
}

/**
 * Shows what the source leads to also at nd. 0, -EINVAL, -ENOMEM, -ENOTDIR, or what its lookup says. linux-6 first goes on
 * to what was mounted at nd meanwhile.
 */
export function do_loopback(nd: number, recurse: number): number {
  const old = this_cpu_data() + cpu_data.nd2;
  const walk = path_lookup(this_cpu_data() + cpu_data.path2, 0, old);
  if (walk) return walk;
  const ns = load(current() + task_struct.namespace);
  down_write(namespace_sem(ns));
  if (load(kernel.profile) === PROFILE_LINUX_6) follow_mount(nd);
  const mnt = bind_source(nd, old, recurse);
  let err = mnt === 0 ? -ENOMEM : mnt;
  if (mnt > 0) {
    err = graft_tree(mnt, nd);
    if (err) {
      spin_lock(kernel.vfsmount_lock);
      umount_tree(mnt);
      spin_unlock(kernel.vfsmount_lock);
    } else {
      mntput(mnt);
    }
  }
  up_write(namespace_sem(ns));
  path_release(old);
  return err;
}

/**
 * Hangs the mount where `old` stands on the place of nd. 0, or -EINVAL: no mount root, one that hangs nowhere, a file on a
 * directory; -ELOOP: the place is below the mount. The caller drops the references on the old place. i_sem of the new one and
 * vfsmount_lock held.
 */
function move_mount(old: number, nd: number): number {
  const mnt = load(old + nameidata.mnt);
  if (load(old + nameidata.dentry) !== load(mnt + vfsmount.mnt_root)) return -EINVAL;
  if (load(mnt + vfsmount.mnt_parent) === mnt) return -EINVAL;
  if (is_directory(load(nd + nameidata.dentry)) !== is_directory(load(old + nameidata.dentry))) return -EINVAL;
  let p = load(nd + nameidata.mnt);
  for (;;) {
    const parent = load(p + vfsmount.mnt_parent);
    if (parent === p) break;
    if (p === mnt) return -ELOOP;
    p = parent;
  }
  detach_mnt(mnt);
  attach_mnt(mnt, load(nd + nameidata.mnt), load(nd + nameidata.dentry));
  return 0;
}

/** Moves the mount that the source leads to, with all below it, to nd. As move_mount, or what its lookup says. */
export function do_move_mount(nd: number): number {
  const old = this_cpu_data() + cpu_data.nd2;
  const walk = path_lookup(this_cpu_data() + cpu_data.path2, 0, old);
  if (walk) return walk;
  const ns = load(current() + task_struct.namespace);
  const mnt = load(old + nameidata.mnt);
  let err = -EINVAL;
  let parent = 0;
  let mountpoint = 0;
  down_write(namespace_sem(ns));
  follow_mount(nd);
  if (check_mnt(load(nd + nameidata.mnt)) && check_mnt(mnt)) {
    const i_sem = load(load(nd + nameidata.dentry) + dentry.d_inode) + inode.i_sem;
    down_write(i_sem);
    err = place_is_gone(load(nd + nameidata.dentry)) ? -ENOENT : 0;
    if (err === 0) {
      spin_lock(kernel.vfsmount_lock);
      parent = load(mnt + vfsmount.mnt_parent);
      mountpoint = load(mnt + vfsmount.mnt_mountpoint);
      err = move_mount(old, nd);
      if (err === 0) list_del_init(mnt + vfsmount.mnt_expire);
      spin_unlock(kernel.vfsmount_lock);
    }
    up_write(i_sem);
  }
  up_write(namespace_sem(ns));
  if (err === 0) {
    dput(mountpoint);
    mntput(parent);
  }
  path_release(old);
  return err;
}
