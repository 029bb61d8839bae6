/** System calls on names and on the fs part: stat, access, chdir, getcwd, umask. */
import { load, store, xchg } from '../machine/bus.ts';
import { PATH_MAX } from '../machine/limits.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EFAULT, EINVAL, ENOENT, ENOTDIR, ERANGE } from './abi.ts';
import { current } from './context.ts';
import { d_unhashed, dget, is_directory } from './dcache.ts';
import { set_fs_pwd } from './fs.ts';
import { cpu_data, dentry, fs_struct, inode, kernel, nameidata, task_struct, vfsmount } from './layout.ts';
import { mntget } from './mount.ts';
import { MAY_EXEC, path_release, permission, user_path_walk } from './namei.ts';
import { this_cpu_data } from './percpu.ts';
import { copy_to_user, get_byte, put_user, set_byte } from './uaccess.ts';

const SLASH = 47;

/** Writes five words to the user's buffer: mode, uid, gid, size, inode number. */
export function sys_stat(address: number, buffer: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const err = user_path_walk(address, nd);
  if (err) return err;
  const i = load(load(nd + nameidata.dentry) + dentry.d_inode);
  let bad = put_user(load(i + inode.i_mode), buffer);
  if (bad === 0) bad = put_user(load(i + inode.i_uid), buffer + 4);
  if (bad === 0) bad = put_user(load(i + inode.i_gid), buffer + 8);
  if (bad === 0) bad = put_user(load(i + inode.i_size), buffer + 12);
  if (bad === 0) bad = put_user(load(i + inode.i_ino), buffer + 16);
  path_release(nd);
  return bad;
}

export function sys_access(address: number, mode: number): number {
  if (mode & ~7) return -EINVAL;
  const nd = this_cpu_data() + cpu_data.nd;
  const err = user_path_walk(address, nd);
  if (err) return err;
  const result = mode === 0 ? 0 : permission(load(nd + nameidata.dentry), mode);
  path_release(nd);
  return result;
}

export function sys_chdir(address: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  let err = user_path_walk(address, nd);
  if (err) return err;
  const d = load(nd + nameidata.dentry);
  err = is_directory(d) ? permission(d, MAY_EXEC) : -ENOTDIR;
  if (err === 0) set_fs_pwd(load(current() + task_struct.fs), load(nd + nameidata.mnt), d);
  path_release(nd);
  return err;
}

export function sys_umask(mask: number): number {
  return xchg(load(current() + task_struct.fs) + fs_struct.umask, mask & 0o777);
}

/** Puts a name in front of what the buffer holds from `at` on; the new start, or -ERANGE. */
function prepend_name(buffer: number, at: number, d: number): number {
  let length = 0;
  while (length < 16 && get_byte(d + dentry.d_name, length)) length++;
  const start = at - length - 1;
  if (start < 0) return -ERANGE;
  set_byte(buffer, start, SLASH);
  for (let i = 0; i < length; i++) set_byte(buffer, start + 1 + i, get_byte(d + dentry.d_name, i));
  return start;
}

/** Puts " (deleted)" in front of what the buffer holds from `at` on; the new start. */
function prepend_deleted(buffer: number, at: number): number {
  for (let i = 0; i < 10; i++) {
    const word = i < 4 ? 0x65642820 : i < 8 ? 0x6574656c : 0x2964;
    set_byte(buffer, at - 10 + i, (word >>> (8 * (i & 3))) & 0xff);
  }
  return at - 10;
}

/**
 * Writes the path of (mnt, d) as seen from a root to the end of a PATH_MAX buffer; its start, or -ERANGE. A name that was
 * removed is told as such, or is -ENOENT. The caller holds references on all four. Takes vfsmount_lock and dcache_lock.
 */
export function d_path(
  buffer: number,
  mnt_at: number,
  d_at: number,
  rootmnt: number,
  root: number,
  must_be_there: number,
): number {
  let mnt = mnt_at;
  let d = d_at;
  let at = PATH_MAX - 1;
  set_byte(buffer, at, 0);
  spin_lock(kernel.vfsmount_lock);
  spin_lock(kernel.dcache_lock);
  if (d_unhashed(d)) at = must_be_there ? -ENOENT : prepend_deleted(buffer, at);
  while (at >= 0 && (d !== root || mnt !== rootmnt)) {
    if (d === load(mnt + vfsmount.mnt_root)) {
      const parent = load(mnt + vfsmount.mnt_parent);
      if (parent === mnt) break;
      d = load(mnt + vfsmount.mnt_mountpoint);
      mnt = parent;
    } else {
      at = prepend_name(buffer, at, d);
      d = load(d + dentry.d_parent);
    }
  }
  spin_unlock(kernel.dcache_lock);
  spin_unlock(kernel.vfsmount_lock);
  if (at === PATH_MAX - 1) {
    at = at - 1;
    set_byte(buffer, at, SLASH);
  }
  return at;
}

/** Takes references on an fs part's working directory or root, into nd, and on its root, into nd2. Takes fs->lock. */
export function pin_fs_paths(fs: number, want_root: number): void {
  const nd = this_cpu_data() + cpu_data.nd;
  const nd2 = this_cpu_data() + cpu_data.nd2;
  read_lock(fs + fs_struct.lock);
  store(nd2 + nameidata.mnt, mntget(load(fs + fs_struct.rootmnt)));
  store(nd2 + nameidata.dentry, dget(load(fs + fs_struct.root)));
  store(nd + nameidata.mnt, mntget(load(want_root ? fs + fs_struct.rootmnt : fs + fs_struct.pwdmnt)));
  store(nd + nameidata.dentry, dget(load(want_root ? fs + fs_struct.root : fs + fs_struct.pwd)));
  read_unlock(fs + fs_struct.lock);
}

/** The path that pin_fs_paths took references on, which go, as d_path has it. May sleep. */
export function pinned_path(buffer: number, must_be_there: number): number {
  const nd = this_cpu_data() + cpu_data.nd;
  const nd2 = this_cpu_data() + cpu_data.nd2;
  const mnt = load(nd + nameidata.mnt);
  const rootmnt = load(nd2 + nameidata.mnt);
  const at = d_path(buffer, mnt, load(nd + nameidata.dentry), rootmnt, load(nd2 + nameidata.dentry), must_be_there);
  path_release(nd);
  path_release(nd2);
  return at;
}

/** Length of the path with its closing zero, -ERANGE, -EFAULT, -ENOENT when the directory was removed. */
export function sys_getcwd(address: number, size: number): number {
  const buffer = this_cpu_data() + cpu_data.path2;
  pin_fs_paths(load(current() + task_struct.fs), 0);
  const at = pinned_path(buffer, 1);
  if (at < 0) return -ENOENT;
  const length = PATH_MAX - at;
  if (length > size) return -ERANGE;
  for (let i = 0; i < length; i++) set_byte(buffer, i, get_byte(buffer, at + i));
  return copy_to_user(address, buffer, length) ? -EFAULT : length;
}
