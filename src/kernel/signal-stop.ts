/**
 * The stop of a thread group. The thread that takes the stop signal counts the others, tells them, and stops; each of
 * them stops on its way back to user mode and counts itself down. SIGCONT and SIGKILL cancel a stop at any point of that:
 * they clear the mark that a stop signal was taken out, and the count.
 *
 * The parent is told when the last one has stopped, and when the group goes on. That takes the parent's siglock, and two of
 * them never nest: who tells it holds tasklist_lock alone, and SIGCONT lets go of the group's meanwhile
 * (signal-cont.ts). So a signal may come in between.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_lock_irqsave, spin_unlock_irq, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import {
  PF_EXITING,
  PT_PTRACED,
  SA_NOCLDSTOP,
  SIGCHLD,
  SIGNAL_STOP_DEQUEUED,
  SIGNAL_STOP_STOPPED,
  SIG_IGN,
  TASK_DEAD,
  TASK_STOPPED,
  TASK_TRACED,
} from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { wake_up } from './sched.ts';
import { queue_group_signal } from './signal-group.ts';
import { sigaction_of, signal_wake_up, stop_is_pending } from './sigset.ts';

/**
 * Tells the real parent of a task's group that it stopped or goes on, or with `to_self` the parent of the task: SIGCHLD, unless
 * it does not want that, and its wait wakes. tasklist_lock held, and no siglock; takes the parent's.
 */
export function do_notify_parent_cldstop(tsk: number, to_self: number): void {
  const parent = to_self
    ? load(tsk + task_struct.parent)
    : load(load(tsk + task_struct.group_leader) + task_struct.real_parent);
  const sighand = load(parent + task_struct.sighand);
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  const action = sigaction_of(sighand, SIGCHLD);
  if (load(action) !== SIG_IGN && (load(action + 4) & SA_NOCLDSTOP) === 0) queue_group_signal(SIGCHLD, parent, 0);
  wake_up(load(parent + task_struct.signal) + signal_struct.wait_chldexit);
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
}

/** What do_signal_stop answers when there is nothing to stop for any more. */
export const STOP_CANCELLED = -1;

/**
 * The current task stops, for a wait to tell of, with so many threads still to come: that many. What is sent meanwhile wakes
 * nobody, so it looks at its signals when it goes on. siglock held.
 */
function set_stopped(tsk: number, left: number): number {
  const signal = load(tsk + task_struct.signal);
  store(tsk + task_struct.exit_code, load(signal + signal_struct.group_exit_code));
  store(tsk + task_struct.sigpending, 1);
  store(tsk + task_struct.state, TASK_STOPPED);
  if (left === 0) store(signal + signal_struct.flags, SIGNAL_STOP_STOPPED);
  return left;
}

/** One thread less that a stop waits for; how many are left. siglock held. */
export function count_down(tsk: number): number {
  const signal = load(tsk + task_struct.signal);
  const left = load(signal + signal_struct.group_stop_count) - 1;
  store(signal + signal_struct.group_stop_count, left);
  return left;
}

/** The current task is the next one that a stop counts as stopped; how many are left. siglock held. */
export function join_stop(tsk: number): number {
  store(tsk + task_struct.stop_pending, 0);
  return set_stopped(tsk, count_down(tsk));
}

/**
 * Later kernels: the current task exits instead of stopping, and may be the last one that a stop waited for: 1 when the
 * parent has to be told. siglock held.
 */
export function leave_stop(tsk: number): number {
  const signal = load(tsk + task_struct.signal);
  if (stop_is_pending(tsk) === 0) return 0;
  store(tsk + task_struct.stop_pending, 0);
  if (count_down(tsk) > 0) return 0;
  store(signal + signal_struct.flags, SIGNAL_STOP_STOPPED);
  return 1;
}

/**
 * Tells every other thread that can still run that the group stops, and counts them; later kernels leave out who exits,
 * before they are waited for all the same (B52). One that waits for its tracer stops when that lets it go on; before, it is not
 * counted. siglock and tasklist_lock held.
 */
function begin_stop(tsk: number): number {
  const signal = load(tsk + task_struct.signal);
  const later = load(kernel.profile) === PROFILE_LINUX_6;
  const apart = later ? TASK_STOPPED | TASK_DEAD : TASK_STOPPED | TASK_TRACED | TASK_DEAD;
  let count = 0;
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    store(t + task_struct.stop_pending, 0);
    if (load(t + task_struct.state) & apart) continue;
    if (later && load(t + task_struct.flags) & PF_EXITING) continue;
    store(t + task_struct.stop_pending, 1);
    count = count + 1;
    signal_wake_up(t, 0);
  }
  store(signal + signal_struct.group_stop_count, count);
  store(tsk + task_struct.stop_pending, 0);
  return set_stopped(tsk, count);
}

/**
 * A stop signal was taken out: stops the current task, and with it its whole group. How many threads are still to stop; or
 * STOP_CANCELLED when SIGCONT or the group's end came first, and then the signal is gone. Called and returns with siglock,
 * which it drops meanwhile: to wake other threads takes tasklist_lock outside it.
 */
export function do_signal_stop(tsk: number, sig: number): number {
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  if ((load(signal + signal_struct.flags) & SIGNAL_STOP_DEQUEUED) === 0) return STOP_CANCELLED;
  if (stop_is_pending(tsk)) return join_stop(tsk);
  if (thread_group_empty(tsk)) {
    store(signal + signal_struct.group_exit_code, sig);
    return set_stopped(tsk, 0);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  read_lock(kernel.tasklist_lock);
  spin_lock_irq(sighand + sighand_struct.siglock);
  let left = STOP_CANCELLED;
  if (load(signal + signal_struct.flags) & SIGNAL_STOP_DEQUEUED) {
    if (stop_is_pending(tsk)) {
      left = join_stop(tsk);
    } else {
      store(signal + signal_struct.group_exit_code, sig);
      left = begin_stop(tsk);
    }
  }
  read_unlock(kernel.tasklist_lock);
  return left;
}

/**
 * The current task stopped: its tracer is told, or when it was the last of its group the parent. Takes tasklist_lock for
 * reading when somebody is.
 */
export function finish_stop(tsk: number, last: number): void {
  const traced = load(tsk + task_struct.ptrace) & PT_PTRACED;
  if (!traced && !last) return;
  read_lock(kernel.tasklist_lock);
  do_notify_parent_cldstop(tsk, traced);
  read_unlock(kernel.tasklist_lock);
}
