/**
 * setxattr and getxattr, as far as "security.selinux" goes: the security context of an inode, which any file system has
 * (the fallback for security attributes of 2.6.14). Any other name is -EOPNOTSUPP.
 */
import { load, memset, store } from '../machine/bus.ts';
import { CONTEXT_MAX, PATH_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { CAP_FOWNER, CAP_SYS_ADMIN, EACCES, EINVAL, EOPNOTSUPP, EPERM, ERANGE } from './abi.ts';
import { capable, current } from './context.ts';
import { cpu_data, dentry, inode, nameidata, task_struct } from './layout.ts';
import { path_release, user_path_walk } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { security_context_to_sid, security_sid_to_context } from './sidtab.ts';
import { copy_from_user, copy_to_user, get_byte, getname } from './uaccess.ts';

/** 1 when the buffer holds the word "security.selinux". */
function is_selinux(name: number): number {
  return load(name) === 0x75636573 &&
    load(name + 4) === 0x79746972 &&
    load(name + 8) === 0x6c65732e &&
    load(name + 12) === 0x78756e69 &&
    get_byte(name, 16) === 0
    ? 1
    : 0;
}

/** Reads a context of `size` bytes, with or without its closing zero, into the CPU's buffer. Its sid, -EINVAL, -EFAULT, -ENOMEM. */
export function context_from_user(address: number, size: number): number {
  const buffer = this_cpu_data() + cpu_data.context;
  if (size < 0 || size > CONTEXT_MAX) return -EINVAL;
  memset(buffer, 0, CONTEXT_MAX);
  const err = copy_from_user(buffer, address, size);
  return err ? err : security_context_to_sid(buffer);
}

/** Hands out the context of a sid to a user buffer of `size` bytes. Its length with the closing zero, -ERANGE, -EFAULT. */
export function context_to_user(sid: number, address: number, size: number): number {
  const buffer = this_cpu_data() + cpu_data.context;
  const length = security_sid_to_context(sid, buffer);
  if (size === 0) return length;
  if (length > size) return -ERANGE;
  const err = copy_to_user(address, buffer, length);
  return err ? err : length;
}

/** Gives an inode a security context: for its owner. 0, -EPERM, -EACCES for an empty one, as context_from_user. i_sem held. */
function set_security(i: number, value: number, size: number): number {
  const owns = load(current() + task_struct.euid) === load(i + inode.i_uid);
  if (!owns && capable(CAP_FOWNER) === 0) return -EPERM;
  if (size === 0) return -EACCES;
  const sid = context_from_user(value, size);
  if (sid < 0) return sid;
  store(i + inode.i_sid, sid);
  return 0;
}

/** setxattr(2). 0, or what the lookup or set_security says; -EPERM for another name without CAP_SYS_ADMIN. Takes i_sem. */
export function sys_setxattr(address: number, name: number, value: number, size: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let err = user_path_walk(address, nd);
  if (err) return err;
  const i = load(load(nd + nameidata.dentry) + dentry.d_inode);
  const attribute = this_cpu_data() + cpu_data.path2;
  err = getname(attribute, name, PATH_MAX);
  if (err === 0) {
    down_write(i + inode.i_sem);
    if (is_selinux(attribute)) err = set_security(i, value, size);
    else err = capable(CAP_SYS_ADMIN) ? -EOPNOTSUPP : -EPERM;
    up_write(i + inode.i_sem);
  }
  path_release(nd);
  return err;
}

/** getxattr(2). Bytes with the closing zero, also for a size of 0; -ERANGE, -EOPNOTSUPP, -EFAULT, or what the lookup says. */
export function sys_getxattr(address: number, name: number, value: number, size: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let result = user_path_walk(address, nd);
  if (result) return result;
  const attribute = this_cpu_data() + cpu_data.path2;
  result = getname(attribute, name, PATH_MAX);
  if (result === 0) {
    const sid = load(load(load(nd + nameidata.dentry) + dentry.d_inode) + inode.i_sid);
    result = is_selinux(attribute) ? context_to_user(sid, value, size) : -EOPNOTSUPP;
  }
  path_release(nd);
  return result;
}
