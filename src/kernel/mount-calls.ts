/** mount(2): a new tmpfs, a bind, or a move. */
import { load } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { CAP_SYS_ADMIN, EBUSY, EINVAL, ENODEV, ENOENT, ENOMEM, EPERM, MS_BIND, MS_MOVE, MS_REC } from './abi.ts';
import { capable, current } from './context.ts';
import { deactivate_super, get_tmpfs_super } from './super.ts';
import { cpu_data, nameidata, super_block, task_struct, vfsmount } from './layout.ts';
import { set_expiry } from './expiry.ts';
import { alloc_vfsmnt, mntput } from './mount.ts';
import { check_mnt, do_loopback, do_move_mount, graft_tree } from './mount-bind.ts';
import { follow_mount, path_lookup, path_release } from './namei.ts';
import { namespace_sem } from './namespace.ts';
import { this_cpu_data } from './percpu.ts';
import { get_byte, getname } from './uaccess.ts';

/**
 * Attaches a new mount where nd stands, or on what was mounted there meanwhile, to expire by time or not. Consumes the
 * caller's reference on the mount in any case. 0, -EINVAL, -EBUSY, -ENOTDIR. Takes namespace->sem for writing.
 */
function do_add_mount(mnt: number, nd: number, expires: number): number {
  const ns = load(current() + task_struct.namespace);
  down_write(namespace_sem(ns));
  follow_mount(nd);
  const at = load(nd + nameidata.mnt);
  const same_sb = load(at + vfsmount.mnt_sb) === load(mnt + vfsmount.mnt_sb);
  let err = 0;
  if (check_mnt(at) === 0) err = -EINVAL;
  else if (same_sb && load(nd + nameidata.dentry) === load(at + vfsmount.mnt_root)) err = -EBUSY;
  else err = graft_tree(mnt, nd);
  if (err === 0 && expires) set_expiry(mnt);
  up_write(namespace_sem(ns));
  mntput(mnt);
  return err;
}

/** A new, empty tmpfs. */
function do_new_mount(nd: number, expires: number): number {
  const tsk = current();
  const sb = get_tmpfs_super(0o777, load(tsk + task_struct.euid), load(tsk + task_struct.gid));
  if (sb === 0) return -ENOMEM;
  const mnt = alloc_vfsmnt(sb, load(sb + super_block.s_root));
  if (mnt === 0) {
    deactivate_super(sb);
    return -ENOMEM;
  }
  return do_add_mount(mnt, nd, expires);
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

/** 1 when the buffer holds the word "afs". */
function is_afs(path: number): number {
  return get_byte(path, 0) === 97 && get_byte(path, 1) === 102 && get_byte(path, 2) === 115 && get_byte(path, 3) === 0
    ? 1
    : 0;
}

/**
 * Reads a source into the CPU's second path buffer. 0 for one, 1 for none or an empty one, which only binds and moves
 * mind; or an error.
 */
function copy_source(address: number): number {
  if (address === 0) return 1;
  const err = getname(this_cpu_data() + cpu_data.path2, address, PATH_MAX);
  return err === -ENOENT ? 1 : err;
}

/**
 * mount(2): MS_BIND, with MS_REC the mounts below as well; MS_MOVE; or the type "tmpfs", or "afs", which is one that expires
 * by time. -EPERM without CAP_SYS_ADMIN,
 * -EINVAL for a bind or move of nothing, -ENODEV for another type.
 */
export function sys_mount(source: number, target: number, type: number, flags: number): number {
  const path = this_cpu_data() + cpu_data.path;
  const nd = this_cpu_data() + cpu_data.nd;
  const is_new = (flags & (MS_BIND | MS_MOVE)) === 0;
  let known_type = 1;
  let expires = 0;
  if (is_new) {
    const bad = getname(path, type, PATH_MAX);
    if (bad) return bad;
    expires = is_afs(path);
    known_type = expires ? 1 : is_tmpfs(path);
  }
  let err = getname(path, target, PATH_MAX);
  if (err) return err;
  const nothing = copy_source(source);
  if (nothing < 0) return nothing;
  err = path_lookup(path, 0, nd);
  if (err) return err;
  if (capable(CAP_SYS_ADMIN) === 0) err = -EPERM;
  else if (is_new) err = known_type ? do_new_mount(nd, expires) : -ENODEV;
  else if (nothing) err = -EINVAL;
  else if (flags & MS_BIND) err = do_loopback(nd, flags & MS_REC);
  else err = do_move_mount(nd);
  path_release(nd);
  return err;
}
