/** Paths of /proc, which is no file system: they are understood here, letter by letter. */
import { load } from '../machine/bus.ts';
import { current } from './context.ts';
import { find_get_task_by_pid } from './find-task.ts';
import { task_struct } from './layout.ts';
import { put_task_struct } from './task.ts';
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
export const LETTER_X = 120;
const LETTER_Y = 121;
const SLASH = 47;

/** 1 when the path begins with /proc/. */
export function is_proc_path(path: number): number {
  return load(path) === 0x6f72702f && get_byte(path, 4) === 99 && get_byte(path, 5) === SLASH ? 1 : 0;
}

/** 1 for /proc/sysrq-trigger, which is about no task. */
export function is_sysrq(path: number): number {
  return get_byte(path, 6) === LETTER_S && get_byte(path, 7) === LETTER_Y ? 1 : 0;
}

/** Where the component that begins at a place of the path ends. */
function after_component(path: number, from: number): number {
  let at = from;
  while (get_byte(path, at) !== 0 && get_byte(path, at) !== SLASH) at++;
  return at;
}

/** Where N of /proc/PID/task/N begins, 0 when the path is about PID itself. */
function thread_at(path: number): number {
  const at = after_component(path, 6);
  const is_task = get_byte(path, at + 1) === LETTER_T && get_byte(path, at + 5) === SLASH;
  return is_task && get_byte(path, at + 6) !== 0 ? at + 6 : 0;
}

/** Where the number in /proc/NUMBER/ ends, or in /proc/NUMBER/task/NUMBER/; "self" counts as one. */
export function after_pid(path: number): number {
  const thread = thread_at(path);
  return after_component(path, thread ? thread : 6);
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

/** A task by its number, with a reference, or 0; `tgid` is that of its group, 0 for any. */
function get_task_by_pid(pid: number, tgid: number): number {
  const tsk = find_get_task_by_pid(pid);
  if (tsk === 0 || tgid === 0 || load(tsk + task_struct.tgid) === tgid) return tsk;
  put_task_struct(tsk);
  return 0;
}

/** The task the path names, with a reference, or 0. A thread is looked up by its own number, in the group of the other. */
export function proc_task(path: number): number {
  const pid = get_byte(path, 6) === LETTER_S ? load(current() + task_struct.pid) : number_at(path, 6);
  const thread = thread_at(path);
  const tsk = get_task_by_pid(pid, 0);
  if (tsk === 0 || thread === 0) return tsk;
  const other = get_task_by_pid(number_at(path, thread), load(tsk + task_struct.tgid));
  put_task_struct(tsk);
  return other;
}
