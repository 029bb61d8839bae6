/** sigaction(2): what a signal does from now on, and what of it was pending and is ignored now. */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { EFAULT, EINVAL, ERESTARTNOINTR, NSIG, SIGKILL, SIGSET_BYTES, SIGSTOP, SIG_DFL, SIG_IGN } from './abi.ts';
import { current } from './context.ts';
import { cpu_data, kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { next_thread } from './pid.ts';
import { rm_signal } from './sigqueue.ts';
import { sigaction_of, ignored_by_default, recalc_sigpending } from './sigset.ts';
import { get_user, put_user } from './uaccess.ts';

function set_action(action: number, handler: number, flags: number): void {
  store(action, handler);
  store(action + 4, flags);
}

/**
 * Takes a signal that is ignored from now on out of every set of the group, whose threads then look again; siglock and
 * tasklist_lock held.
 */
function drop_ignored(sig: number, tsk: number): void {
  rm_signal(sig, load(tsk + task_struct.signal) + signal_struct.shared_pending);
  let t = tsk;
  do {
    rm_signal(sig, t + task_struct.pending);
    recalc_sigpending(t);
    t = next_thread(t);
  } while (t !== tsk);
}

/**
 * Sets and reads the action of a signal. `flags_at` is where SA_ flags lie in the user's struct: the old call has
 * the mask before them. 0, -EINVAL, -EFAULT, or again after the signals that are pending (-ERESTARTNOINTR): one that
 * kills may stand in the sets of several threads. Takes siglock, and tasklist_lock to take back what is ignored now.
 */
export function do_sigaction(sig: number, act: number, oldact: number, flags_at: number): number {
  const scratch = this_cpu_data() + cpu_data.path;
  if (act !== 0 && (get_user(scratch, act) || get_user(scratch + 4, act + flags_at))) return -EFAULT;
  if (sig < 1 || sig > NSIG || (act !== 0 && (sig === SIGKILL || sig === SIGSTOP))) return -EINVAL;
  const tsk = current();
  const sighand = load(tsk + task_struct.sighand);
  const action = sigaction_of(sighand, sig);
  spin_lock_irq(sighand + sighand_struct.siglock);
  if (load(tsk + task_struct.sigpending)) {
    spin_unlock_irq(sighand + sighand_struct.siglock);
    return -ERESTARTNOINTR;
  }
  const old_handler = load(action);
  const old_flags = load(action + 4);
  if (act !== 0) {
    const handler = load(scratch);
    if (handler === SIG_IGN || (handler === SIG_DFL && ignored_by_default(sig))) {
      spin_unlock_irq(sighand + sighand_struct.siglock);
      read_lock(kernel.tasklist_lock);
      spin_lock_irq(sighand + sighand_struct.siglock);
      set_action(action, handler, load(scratch + 4));
      drop_ignored(sig, tsk);
      spin_unlock_irq(sighand + sighand_struct.siglock);
      read_unlock(kernel.tasklist_lock);
    } else {
      set_action(action, handler, load(scratch + 4));
      spin_unlock_irq(sighand + sighand_struct.siglock);
    }
  } else {
    spin_unlock_irq(sighand + sighand_struct.siglock);
  }
  if (oldact !== 0 && (put_user(old_handler, oldact) || put_user(old_flags, oldact + flags_at))) return -EFAULT;
  return 0;
}

/** rt_sigaction(2): the same with flags in front of the mask, and the bytes of that. */
export function sys_rt_sigaction(sig: number, act: number, oldact: number, sigsetsize: number): number {
  return sigsetsize === SIGSET_BYTES ? do_sigaction(sig, act, oldact, 4) : -EINVAL;
}
