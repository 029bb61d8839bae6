/** What wait4 tells of children that are not dead: with WUNTRACED of a stop, with WCONTINUED of its end, once each. */
import { atomic_inc } from '../machine/atomic.ts';
import { load, READ_ONCE, store, xchg } from '../machine/bus.ts';
import { write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  EAGAIN,
  EFAULT,
  PT_PTRACED,
  SIGNAL_STOP_CONTINUED,
  SIGNAL_STOP_STOPPED,
  TASK_STOPPED,
  TASK_TRACED,
  WNOWAIT,
  WTRAPPED,
} from './abi.ts';
import { cpu_data, kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { list_move_tail } from './list.ts';
import { this_cpu_data } from './percpu.ts';
import { put_task_struct } from './task.ts';
import { CONTINUED, put_news, STOPPED_BY } from './wait-news.ts';

/**
 * 2.6: 1 for a child that stopped, which is pinned then: its number of the stop signal is still to be had. A leader whose
 * threads are still on the way is not told of, but to its tracer. One that is dead has not stopped, whatever its threads do.
 * tasklist_lock held.
 */
export function has_stopped(p: number, has_threads: number): number {
  if ((load(p + task_struct.state) & (TASK_STOPPED | TASK_TRACED)) === 0 || load(p + task_struct.exit_code) === 0)
    return 0;
  const signal = load(p + task_struct.signal);
  if (
    has_threads &&
    (load(p + task_struct.ptrace) & PT_PTRACED) === 0 &&
    load(signal + signal_struct.group_stop_count) > 0
  )
    return 0;
  atomic_inc(p + task_struct.usage);
  return 1;
}

/** Drops the pin, and tells the status. The pid or -EFAULT. */
function told(p: number, at: number, options: number, pid: number, word: number): number {
  const err = put_news(at, options, pid, load(p + task_struct.uid), word) ? -EFAULT : 0;
  put_task_struct(p);
  return err ? err : pid;
}

/** The number of the stop signal that a child has, 0 for none; it is told of once, unless with WNOWAIT. */
function take_stop(p: number, options: number): number {
  return options & WNOWAIT ? READ_ONCE(p + task_struct.exit_code) : xchg(p + task_struct.exit_code, 0);
}

/**
 * 2.6: takes the stop of a pinned child: its pid, -EFAULT, or -EAGAIN when another waiter had it or it died meanwhile. What
 * exit has stored and is not a zombie's yet passes for a stop as well (B61). Takes tasklist_lock for writing.
 */
export function wait_task_stopped(p: number, at: number, options: number): number {
  const pid = load(p + task_struct.pid);
  write_lock_irq(kernel.tasklist_lock);
  let code = take_stop(p, options);
  if (load(p + task_struct.exit_state)) {
    if ((options & WNOWAIT) === 0) store(p + task_struct.exit_code, code);
    code = 0;
  }
  const traced = load(p + task_struct.ptrace) & PT_PTRACED ? WTRAPPED : 0;
  if (code && (options & WNOWAIT) === 0)
    list_move_tail(p + task_struct.sibling, load(p + task_struct.parent) + task_struct.children);
  write_unlock_irq(kernel.tasklist_lock);
  if (code) return told(p, at, options | traced, pid, (code << 8) | STOPPED_BY);
  put_task_struct(p);
  return -EAGAIN;
}

/** linux-6: where the number of the signal stands for which a child stopped: its own, or its group's; 0 for none. siglock held. */
function task_stopped_code(p: number, traced: number): number {
  if (traced) return load(p + task_struct.state) & (TASK_STOPPED | TASK_TRACED) ? p + task_struct.exit_code : 0;
  const signal = load(p + task_struct.signal);
  return load(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED ? signal + signal_struct.group_exit_code : 0;
}

/**
 * linux-6: takes the stop of a child that the current group traces, or of the group of one that it does not: the leader tells
 * of that when it is a zombie, too. 1 and the signal is noted (stop_code), and the child pinned; or 0. tasklist_lock held; takes
 * siglock.
 */
export function take_stop_linux_6(p: number, traced: number, options: number): number {
  const sighand = load(p + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  const at = task_stopped_code(p, traced);
  const code = at ? load(at) : 0;
  if (code && (options & WNOWAIT) === 0) store(at, 0);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  if (code === 0) return 0;
  store(this_cpu_data() + cpu_data.stop_code, traced ? code | WTRAPPED : code);
  atomic_inc(p + task_struct.usage);
  return 1;
}

/** linux-6: tells of the stop that was taken of a pinned child. The pid or -EFAULT. */
export function tell_stop(p: number, at: number, options: number): number {
  const noted = load(this_cpu_data() + cpu_data.stop_code);
  const word = ((noted & ~WTRAPPED) << 8) | STOPPED_BY;
  return told(p, at, options | (noted & WTRAPPED), load(p + task_struct.pid), word);
}

/** 1 for a child whose group goes on since somebody last asked, which is pinned then. tasklist_lock held; takes siglock. */
export function take_continued(p: number, options: number): number {
  const signal = load(p + task_struct.signal);
  if (signal === 0 || (load(signal + signal_struct.flags) & SIGNAL_STOP_CONTINUED) === 0) return 0;
  const sighand = load(p + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  const flags = load(signal + signal_struct.flags);
  if ((options & WNOWAIT) === 0) store(signal + signal_struct.flags, flags & ~SIGNAL_STOP_CONTINUED);
  spin_unlock_irq(sighand + sighand_struct.siglock);
  if ((flags & SIGNAL_STOP_CONTINUED) === 0) return 0;
  atomic_inc(p + task_struct.usage);
  return 1;
}

/** Tells of a pinned child that goes on. The pid or -EFAULT. */
export function wait_task_continued(p: number, at: number, options: number): number {
  return told(p, at, options, load(p + task_struct.pid), CONTINUED);
}
