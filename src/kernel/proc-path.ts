/** Paths of /proc, which is no file system: they are understood here, letter by letter. */
import { atomic_inc } from '../machine/atomic.ts';
import { load } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { current } from './context.ts';
import { kernel, task_struct } from './layout.ts';
import { find_task_by_pid } from './pid.ts';
import { get_byte } from './uaccess.ts';

/** The first letters that tell the entries of /proc/PID apart. */
export const LETTER_C = 99;
export const LETTER_E = 101;
export const LETTER_F = 102;
export const LETTER_M = 109;
export const LETTER_R = 114;
export const LETTER_S = 115;
export const LETTER_T = 116;
export const LETTER_A = 97;
const SLASH = 47;

/** 1 when the path begins with /proc/. */
export function is_proc_path(path: number): number {
  return load(path) === 0x6f72702f && get_byte(path, 4) === 99 && get_byte(path, 5) === SLASH ? 1 : 0;
}

/** Where the number in /proc/NUMBER/ ends; "self" counts as one. */
export function after_pid(path: number): number {
  let at = 6;
  while (get_byte(path, at) !== 0 && get_byte(path, at) !== SLASH) at++;
  return at;
}

/** The decimal number that starts at a place of the path, or -1. */
export function number_at(path: number, from: number): number {
  let value = 0;
  let at = from;
  for (; at < from + 6; at++) {
    const digit = get_byte(path, at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return at === from ? -1 : value;
}

/** The task the path names, with a reference, or 0. Takes tasklist_lock for reading. */
export function proc_task(path: number): number {
  const pid = get_byte(path, 6) === LETTER_S ? load(current() + task_struct.pid) : number_at(path, 6);
  read_lock(kernel.tasklist_lock);
  const tsk = find_task_by_pid(pid);
  if (tsk) atomic_inc(tsk + task_struct.usage);
  read_unlock(kernel.tasklist_lock);
  return tsk;
}
