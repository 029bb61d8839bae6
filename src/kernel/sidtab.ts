/**
 * Security contexts by number, as SELinux keeps them: tasks and inodes have one word, their sid, and the text behind it
 * is written once. The table only grows, under sidtab_lock. A context is user:role:type:level.
 *
 * Contexts are kept, passed on and handed out; no policy here lets anybody do more or less for his.
 */
import { load, memcpy, memeq, store } from '../machine/bus.ts';
import { CONTEXT_MAX, SIDTAB_SIZE } from '../machine/limits.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import { EINVAL, ENOMEM } from './abi.ts';
import { kernel, task_struct } from './layout.ts';
import { get_byte } from './uaccess.ts';

/** What tasks and files have until they are given another; the first two that boot enters (boot/boot.ts). */
export const SECINITSID_KERNEL = 1;
export const SECINITSID_FILE = 2;

const COLON = 58;

/** 1 when the buffer holds four fields with colons between them, the last of which may have more. */
function is_context(buffer: number): number {
  let fields = 1;
  let length = 0;
  for (let i = 0; i < CONTEXT_MAX && get_byte(buffer, i) !== 0; i++) {
    if (get_byte(buffer, i) === COLON && fields < 4) {
      if (length === 0) return 0;
      fields = fields + 1;
      length = 0;
    } else {
      length = length + 1;
    }
  }
  return fields === 4 && length > 0 && get_byte(buffer, CONTEXT_MAX - 1) === 0 ? 1 : 0;
}

/** The number of a context, CONTEXT_MAX bytes filled up with zeros; -EINVAL for none, -ENOMEM when the table is full. */
export function security_context_to_sid(buffer: number): number {
  if (is_context(buffer) === 0) return -EINVAL;
  spin_lock(kernel.sidtab_lock);
  const known = load(kernel.nr_sids);
  let sid = 1;
  while (sid <= known && memeq(kernel.sidtab + CONTEXT_MAX * (sid - 1), buffer, CONTEXT_MAX) === 0) sid++;
  if (sid > SIDTAB_SIZE) {
    sid = -ENOMEM;
  } else if (sid > known) {
    memcpy(kernel.sidtab + CONTEXT_MAX * (sid - 1), buffer, CONTEXT_MAX);
    store(kernel.nr_sids, sid);
  }
  spin_unlock(kernel.sidtab_lock);
  return sid;
}

/** Writes the context of a number to a buffer; its length with the closing zero. */
export function security_sid_to_context(sid: number, buffer: number): number {
  spin_lock(kernel.sidtab_lock);
  memcpy(buffer, kernel.sidtab + CONTEXT_MAX * (sid - 1), CONTEXT_MAX);
  spin_unlock(kernel.sidtab_lock);
  let length = 0;
  while (get_byte(buffer, length) !== 0) length = length + 1;
  return length + 1;
}

/** Exec: the task takes the context that it asked for by /proc/self/attr/exec, once. */
export function take_exec_sid(tsk: number): void {
  const sid = load(tsk + task_struct.exec_sid);
  if (sid === 0) return;
  store(tsk + task_struct.sid, sid);
  store(tsk + task_struct.exec_sid, 0);
}
