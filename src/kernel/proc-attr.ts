/**
 * /proc/PID/attr: the security context of a task, and the one it will have from its next exec. A task writes its own only,
 * and only exec: no policy here lets it change the one it has.
 */
import { load, store } from '../machine/bus.ts';
import { EACCES, EINVAL } from './abi.ts';
import { current } from './context.ts';
import { file, task_struct } from './layout.ts';
import { context_from_user, context_to_user } from './xattr.ts';

/** The context whose sid is in that field of the file's task. Bytes, 0 at the end or for none, -ERANGE, -EFAULT. */
export function read_attr(f: number, field: number, buffer: number, count: number): number {
  const sid = load(load(f + file.f_private) + field);
  if (sid === 0 || count === 0 || load(f + file.f_pos) !== 0) return 0;
  const bytes = context_to_user(sid, buffer, count);
  if (bytes > 0) store(f + file.f_pos, bytes);
  return bytes;
}

/** Sets the context of the next exec, or none when nothing is written. Bytes, -EACCES, -EINVAL, or as context_from_user. */
export function write_attr(f: number, is_exec: number, buffer: number, count: number): number {
  const tsk = load(f + file.f_private);
  if (load(f + file.f_pos) !== 0) return -EINVAL;
  if (tsk !== current() || is_exec === 0) return -EACCES;
  const sid = count === 0 ? 0 : context_from_user(buffer, count);
  if (sid < 0) return sid;
  store(tsk + task_struct.exec_sid, sid);
  return count;
}
