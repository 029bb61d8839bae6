/** The receiving side of signals: what happens on the way back to user mode, and sigaction. */
import { load, store } from '../machine/bus.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  EFAULT,
  EINVAL,
  NSIG,
  RESTART_INTERRUPTED,
  RESTART_SLEPT,
  SA_RESETHAND,
  SA_RESTART,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGKILL,
  SIGNAL_STOP_STOPPED,
  SIGSTOP,
  TASK_STOPPED,
} from './abi.ts';
import { current } from './context.ts';
import { do_group_exit } from './exit.ts';
import { cpu_data, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import {
  ignored_by_default,
  recalc_sigpending,
  sigaction_of,
  sigdelset,
  sigismember,
  stops_by_default,
} from './signal.ts';
import { get_user, put_user } from './uaccess.ts';

/** Takes the next signal to deliver out of the pending sets, SIGKILL first; 0 when there is none. siglock held. */
function dequeue_signal(tsk: number): number {
  const own = tsk + task_struct.pending;
  const shared = load(tsk + task_struct.signal) + signal_struct.shared_pending;
  if (sigismember(own, SIGKILL)) {
    sigdelset(own, SIGKILL);
    return SIGKILL;
  }
  for (let sig = 1; sig <= NSIG; sig++) {
    if (sigismember(tsk + task_struct.blocked, sig)) continue;
    if (sigismember(own, sig)) {
      sigdelset(own, sig);
      return sig;
    }
    if (sigismember(shared, sig)) {
      sigdelset(shared, sig);
      return sig;
    }
  }
  return 0;
}

/** A handler is to run: notes it, and ends a call that slept unless it asks for a restart. siglock held. */
function deliver(tsk: number, action: number): void {
  store(tsk + task_struct.handled_signals, load(tsk + task_struct.handled_signals) + 1);
  const flags = load(action + 4);
  if (flags & SA_RESETHAND) store(action, SIG_DFL);
  if ((flags & SA_RESTART) === 0 && load(tsk + task_struct.restart) === RESTART_SLEPT) {
    store(tsk + task_struct.restart, RESTART_INTERRUPTED);
  }
}

/**
 * Delivers what is pending to the current task. 1 when it goes on in user mode, 0 when it stopped or died: the CPU
 * then takes another task. Takes siglock; dying takes everything that exit takes.
 */
export function do_signal(): number {
  const tsk = current();
  const sighand = load(tsk + task_struct.sighand);
  const signal = load(tsk + task_struct.signal);
  for (;;) {
    spin_lock_irq(sighand + sighand_struct.siglock);
    if (load(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED) {
      store(tsk + task_struct.state, TASK_STOPPED);
      spin_unlock_irq(sighand + sighand_struct.siglock);
      return 0;
    }
    const sig = dequeue_signal(tsk);
    const action = sig ? sigaction_of(sighand, sig) : 0;
    const handler = sig ? load(action) : 0;
    if (sig && handler !== SIG_DFL && handler !== SIG_IGN && sig !== SIGKILL) deliver(tsk, action);
    recalc_sigpending(tsk);
    if (sig && handler === SIG_DFL && stops_by_default(sig) && load(tsk + task_struct.tgid) !== 1) {
      store(signal + signal_struct.flags, load(signal + signal_struct.flags) | SIGNAL_STOP_STOPPED);
      store(tsk + task_struct.sigpending, 1);
    }
    spin_unlock_irq(sighand + sighand_struct.siglock);
    if (sig === 0) return 1;
    if (handler !== SIG_DFL && sig !== SIGKILL) continue;
    if (ignored_by_default(sig) || stops_by_default(sig) || load(tsk + task_struct.tgid) === 1) continue;
    do_group_exit(sig);
    return 0;
  }
}

/**
 * Sets and reads the action of a signal. `flags_at` is where SA_ flags lie in the user's struct: the old call has
 * the mask before them. 0, -EINVAL, -EFAULT. Takes siglock.
 */
export function do_sigaction(sig: number, act: number, oldact: number, flags_at: number): number {
  if (sig < 1 || sig > NSIG || (act !== 0 && (sig === SIGKILL || sig === SIGSTOP))) return -EINVAL;
  const scratch = this_cpu_data() + cpu_data.path;
  if (act !== 0 && (get_user(scratch, act) || get_user(scratch + 4, act + flags_at))) return -EFAULT;
  const tsk = current();
  const sighand = load(tsk + task_struct.sighand);
  const action = sigaction_of(sighand, sig);
  spin_lock_irq(sighand + sighand_struct.siglock);
  const old_handler = load(action);
  const old_flags = load(action + 4);
  if (act !== 0) {
    const handler = load(scratch);
    store(action, handler);
    store(action + 4, load(scratch + 4));
    if (handler === SIG_IGN || (handler === SIG_DFL && ignored_by_default(sig) && sig !== SIGCHLD)) {
      sigdelset(tsk + task_struct.pending, sig);
      sigdelset(load(tsk + task_struct.signal) + signal_struct.shared_pending, sig);
      recalc_sigpending(tsk);
    }
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  if (oldact !== 0 && (put_user(old_handler, oldact) || put_user(old_flags, oldact + flags_at))) return -EFAULT;
  return 0;
}
