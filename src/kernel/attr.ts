/** System calls that change whose an inode is and who may use it: chmod and chown. Both take the inode's i_sem. */
import { load, store } from '../machine/bus.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { CAP_CHOWN, CAP_FOWNER, CAP_FSETID, EPERM, S_IALLUGO, S_ISGID, S_ISUID, S_IXGRP } from './abi.ts';
import { capable, current } from './context.ts';
import { is_directory } from './dcache.ts';
import { cpu_data, dentry, inode, nameidata, task_struct } from './layout.ts';
import { path_release, user_path_walk } from './namei.ts';
import { this_cpu_data } from './percpu.ts';

/** 1 when the current task is in that group: there is one a user. */
function in_group_p(gid: number): number {
  return load(current() + task_struct.gid) === gid ? 1 : 0;
}

/** Sets the permission bits of an inode; who is not its owner's group loses setgid. 0 or -EPERM. i_sem held. */
function change_mode(i: number, mode: number): number {
  const owns = load(current() + task_struct.euid) === load(i + inode.i_uid);
  if (!owns && capable(CAP_FOWNER) === 0) return -EPERM;
  let bits = mode & S_IALLUGO;
  if (in_group_p(load(i + inode.i_gid)) === 0 && capable(CAP_FSETID) === 0) bits = bits & ~S_ISGID;
  store(i + inode.i_mode, (load(i + inode.i_mode) & ~S_IALLUGO) | bits);
  return 0;
}

/**
 * Gives an inode to another user and group; -1 leaves one as it is. The owner alone may only choose among his own. A file
 * loses setuid and setgid. 0 or -EPERM. i_sem held.
 */
function change_owner(i: number, uid: number, gid: number, directory: number): number {
  const owns = load(current() + task_struct.euid) === load(i + inode.i_uid);
  const same_uid = uid === -1 || (owns && uid === load(i + inode.i_uid));
  const same_gid = gid === -1 || (owns && (in_group_p(gid) || gid === load(i + inode.i_gid)));
  if (!(same_uid && same_gid) && capable(CAP_CHOWN) === 0) return -EPERM;
  if (uid !== -1) store(i + inode.i_uid, uid);
  if (gid !== -1) store(i + inode.i_gid, gid);
  const mode = load(i + inode.i_mode);
  if (directory === 0) {
    let kept = mode & ~S_ISUID;
    if ((mode & (S_ISGID | S_IXGRP)) === (S_ISGID | S_IXGRP)) kept = kept & ~S_ISGID;
    if (kept !== mode) store(i + inode.i_mode, kept);
  }
  return 0;
}

/** chmod(2). 0, -EPERM, or what the lookup says. */
export function sys_chmod(address: number, mode: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let err = user_path_walk(address, nd);
  if (err) return err;
  const i = load(load(nd + nameidata.dentry) + dentry.d_inode);
  down_write(i + inode.i_sem);
  err = change_mode(i, mode);
  up_write(i + inode.i_sem);
  path_release(nd);
  return err;
}

/** chown(2). 0, -EPERM, or what the lookup says. */
export function sys_chown(address: number, uid: number, gid: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let err = user_path_walk(address, nd);
  if (err) return err;
  const d = load(nd + nameidata.dentry);
  const i = load(d + dentry.d_inode);
  down_write(i + inode.i_sem);
  err = change_owner(i, uid, gid, is_directory(d));
  up_write(i + inode.i_sem);
  path_release(nd);
  return err;
}
