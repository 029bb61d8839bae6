/** read and write: which kind of open file does what. */
import { load, memset, store } from '../machine/bus.ts';
import { FILE_MAX } from '../machine/limits.ts';
import { down_write, up_write } from '../machine/rwsem.ts';
import { EBADF, EFBIG, EINVAL, EISDIR, O_ACCMODE, O_APPEND, O_RDONLY, O_WRONLY } from './abi.ts';
import { is_directory } from './dcache.ts';
import { fget } from './descriptors.ts';
import { FILE_REGULAR, fput } from './files.ts';
import { cpu_data, dentry, file, inode } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { proc_read, proc_write } from './proc.ts';
import { copy_from_user, copy_to_user, get_byte, set_byte } from './uaccess.ts';

/** Bytes of a regular file from where the open file stands, which moves on. Nobody who writes is waited for, as in Linux. */
function read_regular(f: number, buffer: number, count: number): number {
  if (is_directory(load(f + file.f_dentry))) return -EISDIR;
  const i = load(load(f + file.f_dentry) + dentry.d_inode);
  const pos = load(f + file.f_pos);
  const left = load(i + inode.i_size) - pos;
  const bytes = left < count ? left : count;
  if (bytes <= 0) return 0;
  const err = copy_to_user(buffer, i + inode.i_data + pos, bytes);
  if (err) return err;
  store(f + file.f_pos, pos + bytes);
  return bytes;
}

/** Puts bytes of the user's into a file, all or none. Bytes, or -EFAULT. i_sem held. */
function fill_file(i: number, pos: number, buffer: number, bytes: number): number {
  const scratch = this_cpu_data() + cpu_data.path2;
  const err = copy_from_user(scratch, buffer, bytes);
  if (err) return err;
  for (let at = 0; at < bytes; at++) set_byte(i + inode.i_data, pos + at, get_byte(scratch, at));
  if (pos + bytes > load(i + inode.i_size)) store(i + inode.i_size, pos + bytes);
  return bytes;
}

/** Writes to a regular file, as much as it takes. Bytes, -EFBIG when it takes none, -EFAULT. Takes i_sem. */
function write_regular(f: number, buffer: number, count: number): number {
  const i = load(load(f + file.f_dentry) + dentry.d_inode);
  down_write(i + inode.i_sem);
  const pos = load(f + file.f_flags) & O_APPEND ? load(i + inode.i_size) : load(f + file.f_pos);
  const room = FILE_MAX - pos;
  const bytes = room < count ? room : count;
  let result = 0;
  if (count > 0 && room <= 0) result = -EFBIG;
  else if (count > 0) result = fill_file(i, pos, buffer, bytes);
  up_write(i + inode.i_sem);
  if (result > 0) store(f + file.f_pos, pos + result);
  return result;
}

/** Empties a file. Takes i_sem. */
export function truncate_inode(i: number): void {
  down_write(i + inode.i_sem);
  store(i + inode.i_size, 0);
  memset(i + inode.i_data, 0, FILE_MAX);
  up_write(i + inode.i_sem);
}

/** read(2). Bytes, or an error. */
export function sys_read(fd: number, buffer: number, count: number): number {
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let result = 0;
  if ((load(f + file.f_flags) & O_ACCMODE) === O_WRONLY) result = -EBADF;
  else if (count < 0) result = -EINVAL;
  else if (load(f + file.f_kind) === FILE_REGULAR) result = read_regular(f, buffer, count);
  else result = proc_read(f, buffer, count);
  fput(f);
  return result;
}

/** write(2). Bytes, or an error. */
export function sys_write(fd: number, buffer: number, count: number): number {
  const f = fget(fd);
  if (f === 0) return -EBADF;
  let result = -EINVAL;
  if ((load(f + file.f_flags) & O_ACCMODE) === O_RDONLY) result = -EBADF;
  else if (count >= 0 && load(f + file.f_kind) === FILE_REGULAR) result = write_regular(f, buffer, count);
  else if (count >= 0) result = proc_write(f, buffer, count);
  fput(f);
  return result;
}
