/** read and write: which kind of open file does what. */
import { load, store } from '../machine/bus.ts';
import { EBADF, EINVAL, EISDIR, O_ACCMODE, O_RDONLY, O_WRONLY } from './abi.ts';
import { is_directory } from './dcache.ts';
import { FILE_REGULAR, fget, fput } from './files.ts';
import { dentry, file, inode } from './layout.ts';
import { proc_read, proc_write } from './proc.ts';
import { put_user } from './uaccess.ts';

/** Files have a size but no content here: reading a regular file moves the offset and writes zero words. */
function read_regular(f: number, buffer: number, count: number): number {
  if (is_directory(load(f + file.f_dentry))) return -EISDIR;
  const left = load(load(load(f + file.f_dentry) + dentry.d_inode) + inode.i_size) - load(f + file.f_pos);
  const bytes = left < count ? left : count;
  if (bytes <= 0) return 0;
  for (let i = 0; i + 4 <= bytes; i += 4) {
    const err = put_user(0, buffer + i);
    if (err) return err;
  }
  store(f + file.f_pos, load(f + file.f_pos) + bytes);
  return bytes;
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
  else if (count >= 0 && load(f + file.f_kind) !== FILE_REGULAR) result = proc_write(f, buffer, count);
  fput(f);
  return result;
}
