/**
 * A signal to a group wakes one thread. When that one will not take it after all, because it exits or blocks it, somebody
 * has to look instead.
 */
import { load, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { PF_EXITING, SIGNAL_GROUP_EXIT } from './abi.ts';
import { sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { finish_stop, leave_stop } from './signal-stop.ts';
import { recalc_sigpending, signal_wake_up } from './sigset.ts';

/**
 * Before a thread leaves: others look again at what the group has pending, in case this one was chosen for it. Whether
 * it has something pending was asked without a lock, so one that is being chosen for it just then is missed (B53).
 */
export function retarget_pending(tsk: number): void {
  const sighand = load(tsk + task_struct.sighand);
  spin_lock_irq(sighand + sighand_struct.siglock);
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    if (load(t + task_struct.sigpending) || load(t + task_struct.flags) & PF_EXITING) continue;
    recalc_sigpending(t);
    if (load(t + task_struct.sigpending)) signal_wake_up(t, 0);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
}

/** Later kernels: of a set, what the group has pending finds a thread besides this one, if there is any. siglock held. */
export function retarget_shared_pending(tsk: number, which_low: number, which_high: number): void {
  const shared = load(tsk + task_struct.signal) + signal_struct.shared_pending;
  let low = load(shared) & which_low;
  let high = load(shared + 4) & which_high;
  for (let t = next_thread(tsk); t !== tsk && (low | high) !== 0; t = next_thread(t)) {
    const blocked = t + task_struct.blocked;
    if (load(t + task_struct.flags) & PF_EXITING) continue;
    if (((low & ~load(blocked)) | (high & ~load(blocked + 4))) === 0) continue;
    low = low & load(blocked);
    high = high & load(blocked + 4);
    if (load(t + task_struct.sigpending) === 0) signal_wake_up(t, 0);
  }
}

/**
 * Later kernels: the current task begins to exit in a moment at which nobody chooses threads, and no stop waits for it. Of
 * a group that dies nobody is left to look; one in which a thread execs has the same flag here, and that thread is.
 * Takes siglock, tasklist_lock for reading, the parent's siglock.
 */
export function exit_signals(tsk: number): void {
  const flags = load(tsk + task_struct.flags) | PF_EXITING;
  if (thread_group_empty(tsk)) {
    store(tsk + task_struct.flags, flags);
    return;
  }
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  const blocked = tsk + task_struct.blocked;
  spin_lock_irq(sighand + sighand_struct.siglock);
  store(tsk + task_struct.flags, flags);
  let stopped = 0;
  const dying =
    load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT && load(signal + signal_struct.group_exit_task) === 0;
  if (load(tsk + task_struct.sigpending) && !dying) {
    retarget_shared_pending(tsk, ~load(blocked), ~load(blocked + 4));
    stopped = leave_stop(tsk);
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  if (stopped) finish_stop(tsk, 1);
}
