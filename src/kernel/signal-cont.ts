/**
 * What stop signals, SIGCONT and SIGKILL do as they are sent, whatever becomes of them later: they throw each other out, and
 * cancel a stop at any point of it.
 */
import { load, store } from '../machine/bus.ts';
import { spin_lock, spin_unlock } from '../machine/spinlock.ts';
import {
  PT_PTRACED,
  SIGCONT,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
  SIGNAL_STOP_CONTINUED,
  SIGNAL_STOP_STOPPED,
  SIG_DFL,
  SIG_IGN,
  TASK_INTERRUPTIBLE,
  TASK_STOPPED,
} from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { try_to_wake_up } from './sched.ts';
import { do_notify_parent_cldstop } from './signal-stop.ts';
import { rm_from_queue } from './sigqueue.ts';
import { sigaction_of, sigismember, SIG_KERNEL_STOP_MASK, stops_by_default } from './sigset.ts';

/** Takes the signals of a mask from a whole group: what it shares, and what each thread has; siglock held. */
function rm_from_all_queues(mask: number, p: number): void {
  rm_from_queue(mask, load(p + task_struct.signal) + signal_struct.shared_pending);
  let t = p;
  do {
    rm_from_queue(mask, t + task_struct.pending);
    t = next_thread(t);
  } while (t !== p);
}

/** 1 when a thread has a handler of its own for SIGCONT and does not block it; siglock held. */
function handles_cont(t: number): number {
  const handler = load(sigaction_of(load(t + task_struct.sighand), SIGCONT));
  return handler !== SIG_DFL && handler !== SIG_IGN && sigismember(t + task_struct.blocked, SIGCONT) === 0 ? 1 : 0;
}

/** Tells the parent from under the group's own siglock, which is let go of meanwhile. */
function notify_unlocked(p: number): void {
  const sighand = load(p + task_struct.sighand);
  spin_unlock(sighand + sighand_struct.siglock);
  do_notify_parent_cldstop(p, load(p + task_struct.ptrace) & PT_PTRACED);
  spin_lock(sighand + sighand_struct.siglock);
}

/**
 * SIGCONT, whoever handles it: no stop signal stays pending, one that is being acted on is cancelled, and every stopped
 * thread runs; those that handle it look at their signals before they do anything else. A stop that is half-way counts as
 * one that was complete, and then wait is not told that it is over. That the group began to end while siglock was let go of
 * is forgotten, by 2.6 (B62). siglock and tasklist_lock held.
 */
function continue_group(p: number): void {
  const signal = load(p + task_struct.signal);
  if (load(signal + signal_struct.group_stop_count) > 0) {
    store(signal + signal_struct.group_stop_count, 0);
    store(signal + signal_struct.flags, SIGNAL_STOP_CONTINUED);
    notify_unlocked(p);
  }
  rm_from_all_queues(SIG_KERNEL_STOP_MASK, p);
  let t = p;
  do {
    const handles = handles_cont(t);
    if (handles) store(t + task_struct.sigpending, 1);
    try_to_wake_up(t, handles ? TASK_STOPPED | TASK_INTERRUPTIBLE : TASK_STOPPED);
    t = next_thread(t);
  } while (t !== p);
  if (load(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED) {
    store(signal + signal_struct.flags, SIGNAL_STOP_CONTINUED);
    store(signal + signal_struct.group_exit_code, 0);
    notify_unlocked(p);
  } else if (
    load(kernel.profile) !== PROFILE_LINUX_6 ||
    (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) === 0
  ) {
    store(signal + signal_struct.flags, 0);
  }
}

/** linux-6: 1 while a thread of the group execs, which in 2.6 looks like its end. siglock held. */
function only_execs(signal: number): number {
  return load(kernel.profile) === PROFILE_LINUX_6 && load(signal + signal_struct.group_exit_task) ? 1 : 0;
}

/**
 * What stop signals, SIGCONT and SIGKILL do when they are sent, before anything else. In a group in which a thread execs
 * 2.6 does nothing, so that SIGCONT leaves a stop signal pending (B64). siglock held.
 */
export function handle_stop_signal(sig: number, p: number): void {
  const signal = load(p + task_struct.signal);
  const exiting = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  if (exiting && only_execs(signal) === 0) return;
  if (stops_by_default(sig)) rm_from_all_queues(1 << (SIGCONT - 1), p);
  else if (sig === SIGCONT) continue_group(p);
  else if (sig === SIGKILL && !exiting) store(signal + signal_struct.flags, 0);
}
