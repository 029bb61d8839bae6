/**
 * The sending side of signals: to a thread group, and which of its threads takes them. Everything here is guarded by the
 * siglock of the sighand, taken with interrupts off; whoever is not current holds tasklist_lock to keep p->sighand in
 * place.
 *
 * Departure: a handler is a token. Delivering to one interrupts a sleeping call and is counted, but runs no code.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import {
  spin_lock,
  spin_lock_irq,
  spin_lock_irqsave,
  spin_unlock,
  spin_unlock_irq,
  spin_unlock_irqrestore,
} from '../machine/spinlock.ts';
import {
  NSIG,
  PF_EXITING,
  SA_NOCLDWAIT,
  SIGCHLD,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
  SIG_DFL,
  SIG_IGN,
  TASK_STOPPED,
} from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { wake_up } from './sched.ts';
import { handle_stop_signal } from './signal-stop.ts';
import {
  sigaddset,
  sigdelset,
  sigismember,
  rm_from_queue,
  sigaction_of,
  ignored_by_default,
  stops_by_default,
  recalc_sigpending,
  signal_wake_up,
  SIG_KERNEL_STOP_MASK,
} from './sigset.ts';

/** 1 when sending it would have no effect; siglock held. */
function sig_ignored(tsk: number, sig: number): number {
  if (sigismember(tsk + task_struct.blocked, sig)) return 0;
  const handler = load(sigaction_of(load(tsk + task_struct.sighand), sig));
  return handler === SIG_IGN || (handler === SIG_DFL && ignored_by_default(sig)) ? 1 : 0;
}

/** 1 when nobody handles it and it kills; siglock held. */
function sig_fatal(tsk: number, sig: number): number {
  if (ignored_by_default(sig) || stops_by_default(sig)) return 0;
  return load(sigaction_of(load(tsk + task_struct.sighand), sig)) === SIG_DFL ? 1 : 0;
}

/** 1 while some CPU executes the task: a look without rq->lock. */
function task_curr(p: number): number {
  return load(p + task_struct.on_cpu);
}

/** 1 when this thread is a good one to handle the signal; siglock held. */
function wants_signal(sig: number, p: number): number {
  if (sigismember(p + task_struct.blocked, sig)) return 0;
  if (load(p + task_struct.flags) & PF_EXITING) return 0;
  if (sig === SIGKILL) return 1;
  if (load(p + task_struct.state) & TASK_STOPPED) return 0;
  return task_curr(p) || load(p + task_struct.sigpending) === 0 ? 1 : 0;
}

/**
 * A thread of the group that takes the signal: the one it was sent to when that one can, else the next that can; 0 for
 * none, and then whoever looks at its signals first finds it. siglock held. Remembers where it stopped looking.
 */
function choose_thread(sig: number, p: number): number {
  if (wants_signal(sig, p)) return p;
  if (thread_group_empty(p)) return 0;
  const signal = load(p + task_struct.signal);
  let t = load(signal + signal_struct.curr_target);
  if (t === 0) {
    t = p;
    store(signal + signal_struct.curr_target, p);
  }
  const first = t;
  while (wants_signal(sig, t) === 0) {
    t = next_thread(t);
    if (t === first) return 0;
  }
  store(signal + signal_struct.curr_target, t);
  return t;
}

/** Finds a thread for a pending group signal; a fatal one takes the whole group down at once. siglock held. */
function group_complete_signal(sig: number, p: number): void {
  const t = choose_thread(sig, p);
  if (t === 0) return;
  const signal = load(p + task_struct.signal);
  const exiting = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  if (sig_fatal(p, sig) && !exiting && sigismember(t + task_struct.blocked, sig) === 0) {
    store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
    store(signal + signal_struct.group_exit_code, sig);
    store(signal + signal_struct.group_stop_count, 0);
    let each = p;
    do {
      sigaddset(each + task_struct.pending, SIGKILL);
      signal_wake_up(each, 1);
      each = next_thread(each);
    } while (each !== p);
    return;
  }
  signal_wake_up(t, sig === SIGKILL ? 1 : 0);
}

/** Sends a signal to a thread group; siglock and tasklist_lock held. */
export function __group_send_sig_info(sig: number, p: number): void {
  handle_stop_signal(sig, p);
  if (sig_ignored(p, sig)) return;
  const set = load(p + task_struct.signal) + signal_struct.shared_pending;
  if (sigismember(set, sig)) return;
  sigaddset(set, sig);
  group_complete_signal(sig, p);
}

/** The same from outside; 0 also when the task is past release. tasklist_lock held. Takes siglock. */
export function group_send_sig_info(sig: number, p: number): number {
  const sighand = load(p + task_struct.sighand);
  if (sig !== 0 && sighand !== 0) {
    const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
    __group_send_sig_info(sig, p);
    spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
  }
  return 0;
}

/** The same for who holds nothing yet: interrupts, too. Takes tasklist_lock for reading, inside it siglock. */
export function send_group_sig_info(sig: number, p: number): void {
  read_lock(kernel.tasklist_lock);
  group_send_sig_info(sig, p);
  read_unlock(kernel.tasklist_lock);
}

/** Sends a signal to one thread of the current task's own making (SIGSEGV). Takes siglock. */
export function force_sig(sig: number, tsk: number): void {
  const sighand = load(tsk + task_struct.sighand);
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  const action = sigaction_of(sighand, sig);
  if (load(action) === SIG_IGN || sigismember(tsk + task_struct.blocked, sig)) {
    store(action, SIG_DFL);
    sigdelset(tsk + task_struct.blocked, sig);
  }
  sigaddset(tsk + task_struct.pending, sig);
  store(tsk + task_struct.sigpending, 1);
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
}

/**
 * Tells the parent that a task is a zombie, and wakes its wait. A parent that ignores SIGCHLD makes the task reap
 * itself (exit_signal -1). tasklist_lock held for writing; takes the parent's siglock.
 */
export function do_notify_parent(tsk: number, exit_signal: number): void {
  const parent = load(tsk + task_struct.parent);
  const sighand = load(parent + task_struct.sighand);
  let sig = exit_signal;
  spin_lock(sighand + sighand_struct.siglock);
  if (sig === SIGCHLD) {
    const action = sigaction_of(sighand, SIGCHLD);
    if (load(action) === SIG_IGN || load(action + 4) & SA_NOCLDWAIT) {
      store(tsk + task_struct.exit_signal, -1);
      if (load(action) === SIG_IGN) sig = 0;
    }
  }
  if (sig > 0 && sig <= NSIG) __group_send_sig_info(sig, parent);
  wake_up(load(parent + task_struct.signal) + signal_struct.wait_chldexit);
  spin_unlock(sighand + sighand_struct.siglock);
}

/** Kills every other thread of the group, and ends a stop that is under way; siglock held. */
export function zap_other_threads(tsk: number): void {
  const signal = load(tsk + task_struct.signal);
  store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
  store(signal + signal_struct.group_stop_count, 0);
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    if (load(t + task_struct.exit_state)) continue;
    if (t !== load(tsk + task_struct.group_leader)) store(t + task_struct.exit_signal, -1);
    sigaddset(t + task_struct.pending, SIGKILL);
    rm_from_queue(SIG_KERNEL_STOP_MASK, t + task_struct.pending);
    signal_wake_up(t, 1);
  }
}

/** Before a thread leaves: others look again at what the group has pending, in case this one was chosen for it. */
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

/** 1 when others use the same handlers. */
export function sighand_shared(tsk: number): number {
  return atomic_read(load(tsk + task_struct.sighand) + sighand_struct.count) > 1 ? 1 : 0;
}
