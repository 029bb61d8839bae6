/**
 * The stop of a thread group. The thread that takes the stop signal counts the others, tells them, and stops; each of
 * them stops on its way back to user mode and counts itself down. SIGCONT and SIGKILL cancel a stop at any point of that:
 * they clear the mark that a stop signal was taken out, and the count.
 *
 * Departure: the parent is not told, so SIGCONT has no need to drop siglock on the way.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  SIGCONT,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
  SIGNAL_STOP_CONTINUED,
  SIGNAL_STOP_DEQUEUED,
  SIGNAL_STOP_STOPPED,
  SIG_DFL,
  SIG_IGN,
  TASK_DEAD,
  TASK_INTERRUPTIBLE,
  TASK_STOPPED,
} from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { try_to_wake_up } from './sched.ts';
import {
  sigismember,
  rm_from_queue,
  sigaction_of,
  stops_by_default,
  signal_wake_up,
  SIG_KERNEL_STOP_MASK,
} from './sigset.ts';

/** The same for the whole group: what it shares, and what each thread has; siglock held. */
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

/**
 * SIGCONT, whoever handles it: no stop signal stays pending, one that is being acted on is cancelled, and every stopped
 * thread runs; those that handle it look at their signals before they do anything else. siglock held.
 */
function continue_group(p: number): void {
  const signal = load(p + task_struct.signal);
  const was_stopped =
    load(signal + signal_struct.group_stop_count) > 0 || load(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED;
  store(signal + signal_struct.group_stop_count, 0);
  rm_from_all_queues(SIG_KERNEL_STOP_MASK, p);
  let t = p;
  do {
    const handles = handles_cont(t);
    if (handles) store(t + task_struct.sigpending, 1);
    try_to_wake_up(t, handles ? TASK_STOPPED | TASK_INTERRUPTIBLE : TASK_STOPPED);
    t = next_thread(t);
  } while (t !== p);
  store(signal + signal_struct.flags, was_stopped ? SIGNAL_STOP_CONTINUED : 0);
}

/** What stop signals, SIGCONT and SIGKILL do when they are sent, before anything else; siglock held. */
export function handle_stop_signal(sig: number, p: number): void {
  const signal = load(p + task_struct.signal);
  if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) return;
  if (stops_by_default(sig)) rm_from_all_queues(1 << (SIGCONT - 1), p);
  else if (sig === SIGCONT) continue_group(p);
  else if (sig === SIGKILL) store(signal + signal_struct.flags, 0);
}

/** The current task is the next one that a stop counts as stopped; siglock held. */
export function join_stop(tsk: number): void {
  const signal = load(tsk + task_struct.signal);
  const left = load(signal + signal_struct.group_stop_count) - 1;
  store(signal + signal_struct.group_stop_count, left);
  if (left === 0) store(signal + signal_struct.flags, SIGNAL_STOP_STOPPED);
  store(tsk + task_struct.state, TASK_STOPPED);
}

/** Tells every other thread that can still run that the group stops, and counts them; siglock and tasklist_lock held. */
function begin_stop(tsk: number): void {
  const signal = load(tsk + task_struct.signal);
  let count = 0;
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    if (load(t + task_struct.state) & (TASK_STOPPED | TASK_DEAD)) continue;
    count = count + 1;
    signal_wake_up(t, 0);
  }
  store(signal + signal_struct.group_stop_count, count);
  if (count === 0) store(signal + signal_struct.flags, SIGNAL_STOP_STOPPED);
  store(tsk + task_struct.state, TASK_STOPPED);
}

/**
 * A stop signal was taken out: stops the current task, and with it its whole group. 1 when it stopped; 0 when SIGCONT or
 * the group's end came first, and then the signal is gone. Called and returns with siglock, which it drops meanwhile: to
 * wake other threads takes tasklist_lock outside it.
 */
export function do_signal_stop(tsk: number, sig: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  if ((load(signal + signal_struct.flags) & SIGNAL_STOP_DEQUEUED) === 0) return 0;
  if (load(signal + signal_struct.group_stop_count) > 0) {
    join_stop(tsk);
    return 1;
  }
  if (thread_group_empty(tsk)) {
    store(signal + signal_struct.group_exit_code, sig);
    store(signal + signal_struct.flags, SIGNAL_STOP_STOPPED);
    store(tsk + task_struct.state, TASK_STOPPED);
    return 1;
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  read_lock(kernel.tasklist_lock);
  spin_lock_irq(sighand + sighand_struct.siglock);
  const goes_on = load(signal + signal_struct.flags) & SIGNAL_STOP_DEQUEUED;
  if (goes_on && load(signal + signal_struct.group_stop_count) > 0) {
    join_stop(tsk);
  } else if (goes_on) {
    store(signal + signal_struct.group_exit_code, sig);
    begin_stop(tsk);
  }
  read_unlock(kernel.tasklist_lock);
  return goes_on ? 1 : 0;
}
