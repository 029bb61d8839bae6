/** System calls that change a mount tree: mount (tmpfs and bind) and umount2. */
import { atomic_read } from '../machine/atomic.ts';
import { load } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { CAP_SYS_ADMIN, EBUSY, EINVAL, ENODEV, ENOMEM, ENOTDIR, EPERM, MNT_DETACH, MS_BIND } from './abi.ts';
import { capable, current } from './context.ts';
import { deactivate_super, get_tmpfs_super, is_directory } from './dcache.ts';
import { cpu_data, dentry, inode, kernel, nameidata, namespace, super_block, task_struct, vfsmount } from './layout.ts';
import { alloc_vfsmnt, attach_mnt, clone_mnt, mntget, mntput, umount_tree } from './mount.ts';
import { follow_mount, path_lookup, path_release } from './namei.ts';
import { adopt_mounts } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { get_byte, getname } from './uaccess.ts';

/** 1 when the mount belongs to the current task's namespace. */
export function check_mnt(mnt: number): number {
  return load(mnt + vfsmount.mnt_namespace) === load(current() + task_struct.namespace) ? 1 : 0;
}

/**
 * Attaches a mount where nd stands. 0 or -ENOTDIR. namespace->sem held for writing; takes the directory's i_sem, inside
 * it vfsmount_lock.
 */
function graft_tree(mnt: number, nd: number): number {
  const d = load(nd + nameidata.dentry);
  if (is_directory(load(mnt + vfsmount.mnt_root)) !== is_directory(d)) return -ENOTDIR;
  const i_sem = load(d + dentry.d_inode) + inode.i_sem;
  down_write(i_sem);
  spin_lock(kernel.vfsmount_lock);
  mntget(mnt);
  attach_mnt(mnt, load(nd + nameidata.mnt), d);
  adopt_mounts(load(current() + task_struct.namespace), mnt);
  spin_unlock(kernel.vfsmount_lock);
  up_write(i_sem);
  return 0;
}

/**
 * Attaches a new mount where nd stands, or on what was mounted there meanwhile. Consumes the caller's reference on the
 * mount in any case. 0, -EINVAL, -EBUSY, -ENOTDIR. Takes namespace->sem for writing.
 */
function do_add_mount(mnt: number, nd: number): number {
  const ns = load(current() + task_struct.namespace);
  down_write(ns + namespace.sem);
  follow_mount(nd);
  const at = load(nd + nameidata.mnt);
  const same_sb = load(at + vfsmount.mnt_sb) === load(mnt + vfsmount.mnt_sb);
  let err = 0;
  if (check_mnt(at) === 0) err = -EINVAL;
  else if (same_sb && load(nd + nameidata.dentry) === load(at + vfsmount.mnt_root)) err = -EBUSY;
  else err = graft_tree(mnt, nd);
  up_write(ns + namespace.sem);
  mntput(mnt);
  return err;
}

/** A new, empty tmpfs. */
function do_new_mount(nd: number): number {
  const tsk = current();
  const sb = get_tmpfs_super(0o777, load(tsk + task_struct.euid), load(tsk + task_struct.gid));
  if (sb === 0) return -ENOMEM;
  const mnt = alloc_vfsmnt(sb, load(sb + super_block.s_root));
  if (mnt === 0) {
    deactivate_super(sb);
    return -ENOMEM;
  }
  return do_add_mount(mnt, nd);
}

/**
 * Shows the directory `source` also at nd, without its sub-mounts. 0, -EINVAL, -ENOMEM, -ENOTDIR, or what its lookup
 * says. Takes namespace->sem for writing around all of it; linux-6 first goes on to what was mounted there meanwhile.
 */
function do_loopback(source: number, nd: number): number {
  const path = this_cpu_data() + cpu_data.path2;
  const err = getname(path, source, PATH_MAX);
  if (err) return err;
  const old = this_cpu_data() + cpu_data.nd2;
  const walk = path_lookup(path, 0, old);
  if (walk) return walk;
  const ns = load(current() + task_struct.namespace);
  let result = -EINVAL;
  let mnt = 0;
  down_write(ns + namespace.sem);
  if (load(kernel.profile) === PROFILE_LINUX_6) follow_mount(nd);
  if (check_mnt(load(nd + nameidata.mnt))) {
    mnt = clone_mnt(load(old + nameidata.mnt), load(old + nameidata.dentry));
    result = mnt ? graft_tree(mnt, nd) : -ENOMEM;
  }
  up_write(ns + namespace.sem);
  if (mnt) mntput(mnt);
  path_release(old);
  return result;
}

/** mount(2): MS_BIND, or the type "tmpfs". -EPERM without CAP_SYS_ADMIN, -ENODEV for another type. */
export function sys_mount(source: number, target: number, type: number, flags: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const nd = this_cpu_data() + cpu_data.nd;
  let known_type = 1;
  if ((flags & MS_BIND) === 0) {
    const bad = getname(path, type, PATH_MAX);
    if (bad) return bad;
    known_type = is_tmpfs(path);
  }
  let err = getname(path, target, PATH_MAX);
  if (err) return err;
  err = path_lookup(path, 0, nd);
  if (err) return err;
  if (capable(CAP_SYS_ADMIN) === 0) err = -EPERM;
  else if (flags & MS_BIND) err = do_loopback(source, nd);
  else if (known_type === 0) err = -ENODEV;
  else err = do_new_mount(nd);
  path_release(nd);
  return err;
}

/** 1 when the buffer holds the word "tmpfs". */
function is_tmpfs(path: number): number {
  return get_byte(path, 0) === 116 &&
    get_byte(path, 1) === 109 &&
    get_byte(path, 2) === 112 &&
    get_byte(path, 3) === 102 &&
    get_byte(path, 4) === 115 &&
    get_byte(path, 5) === 0
    ? 1
    : 0;
}

/**
 * umount2(2). -EPERM without CAP_SYS_ADMIN (2.6.14 looks at it last, see docs/departures.md), -EINVAL when the path is
 * no mount root or the mount is not ours, -EBUSY while it is used; MNT_DETACH takes it away all the same.
 */
export function sys_umount2(address: number, flags: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const path = this_cpu_data() + cpu_data.path;
  let err = getname(path, address, PATH_MAX);
  if (err) return err;
  err = path_lookup(path, 0, nd);
  if (err) return err;
  const mnt = load(nd + nameidata.mnt);
  if (capable(CAP_SYS_ADMIN) === 0) err = -EPERM;
  else if (load(nd + nameidata.dentry) !== load(mnt + vfsmount.mnt_root)) err = -EINVAL;
  else if (check_mnt(mnt) === 0) err = -EINVAL;
  else err = do_umount(mnt, flags);
  path_release(nd);
  return err;
}

/**
 * Takes one mount away; the caller holds one reference to it. 0 or -EBUSY; a mount that somebody else took away since the
 * caller looked at it is as busy as its references say, and gone all the same with MNT_DETACH. linux-6 looks again under
 * the locks: -EINVAL. Takes namespace->sem for writing.
 */
function do_umount(mnt: number, flags: number): number {
  const ns = load(current() + task_struct.namespace);
  let err = -EBUSY;
  down_write(ns + namespace.sem);
  spin_lock(kernel.vfsmount_lock);
  const gone = load(mnt + vfsmount.mnt_namespace) !== ns;
  const is_root = load(ns + namespace.root) === mnt;
  if (gone && load(kernel.profile) === PROFILE_LINUX_6) {
    err = -EINVAL;
  } else if (!is_root && (atomic_read(mnt + vfsmount.mnt_count) === 2 || flags & MNT_DETACH)) {
    if (!gone) umount_tree(mnt);
    err = 0;
  }
  spin_unlock(kernel.vfsmount_lock);
  up_write(ns + namespace.sem);
  return err;
}
