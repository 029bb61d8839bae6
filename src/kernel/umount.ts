/** umount2(2). */
import { atomic_read } from '../machine/atomic.ts';
import { load, xchg } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  CAP_SYS_ADMIN,
  EAGAIN,
  EBUSY,
  EINVAL,
  EPERM,
  MNT_DETACH,
  MNT_EXPIRE,
  MNT_FORCE,
  UMOUNT_NOFOLLOW,
} from './abi.ts';
import { capable, current } from './context.ts';
import { dput } from './dcache.ts';
import { cpu_data, fs_struct, kernel, nameidata, namespace, task_struct, vfsmount } from './layout.ts';
import { mntput_no_expire, umount_tree } from './mount.ts';
import { check_mnt } from './mount-bind.ts';
import { namespace_sem } from './namespace.ts';
import { path_lookup } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { getname } from './uaccess.ts';

/**
 * MNT_EXPIRE: takes a mount away that nobody used since the last call of this kind. 0 when that may be done, -EAGAIN the
 * first time, which leaves a mark that whoever lets go of the mount takes off (mntput); -EBUSY while it is used, -EINVAL
 * for the caller's root or with other flags. No lock: do_umount looks at the count again.
 */
function may_expire(mnt: number, flags: number): number {
  const fs = load(current() + task_struct.fs);
  if (mnt === load(fs + fs_struct.rootmnt) || flags & (MNT_FORCE | MNT_DETACH)) return -EINVAL;
  if (atomic_read(mnt + vfsmount.mnt_count) !== 2) return -EBUSY;
  return xchg(mnt + vfsmount.mnt_expiry_mark, 1) ? 0 : -EAGAIN;
}

/**
 * umount2(2). -EPERM without CAP_SYS_ADMIN (2.6.14 looks at it last, see docs/departures.md), -EINVAL when the path is
 * no mount root or the mount is not ours, in linux-6 for unknown flags, -EBUSY while it is used; MNT_DETACH takes it away all
 * the same. MNT_EXPIRE: see may_expire.
 */
export function sys_umount2(address: number, flags: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const path = this_cpu_data() + cpu_data.path;
  const unknown = flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW);
  if (unknown && load(kernel.profile) === PROFILE_LINUX_6) return -EINVAL;
  let err = getname(path, address, PATH_MAX);
  if (err) return err;
  err = path_lookup(path, 0, nd);
  if (err) return err;
  const mnt = load(nd + nameidata.mnt);
  if (capable(CAP_SYS_ADMIN) === 0) err = -EPERM;
  else if (load(nd + nameidata.dentry) !== load(mnt + vfsmount.mnt_root)) err = -EINVAL;
  else if (check_mnt(mnt) === 0) err = -EINVAL;
  else if (flags & MNT_EXPIRE) err = may_expire(mnt, flags);
  if (err === 0) err = do_umount(mnt, flags);
  dput(load(nd + nameidata.dentry));
  mntput_no_expire(mnt);
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
  down_write(namespace_sem(ns));
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
  up_write(namespace_sem(ns));
  return err;
}
