/**
 * Signals: sets of pending ones, per task and per thread group, without queued data. Everything here is guarded by
 * the siglock of the sighand, taken with interrupts off; whoever is not current holds tasklist_lock to keep
 * p->sighand in place.
 *
 * Departure: a handler is a token. Delivering to one interrupts a sleeping call and is counted, but runs no code.
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
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
  PIDTYPE_TGID,
  SA_NOCLDWAIT,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
  SIGNAL_STOP_STOPPED,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGWINCH,
  TASK_INTERRUPTIBLE,
  TASK_STOPPED,
} from './abi.ts';
import { current } from './context.ts';
import { sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_in_ring } from './pid.ts';
import { try_to_wake_up } from './sched.ts';
import { wake_up } from './waitqueue.ts';

export function sigaddset(set: number, sig: number): void {
  const at = set + 4 * ((sig - 1) >>> 5);
  store(at, load(at) | (1 << ((sig - 1) & 31)));
}

export function sigdelset(set: number, sig: number): void {
  const at = set + 4 * ((sig - 1) >>> 5);
  store(at, load(at) & ~(1 << ((sig - 1) & 31)));
}

export function sigismember(set: number, sig: number): number {
  return (load(set + 4 * ((sig - 1) >>> 5)) >>> ((sig - 1) & 31)) & 1;
}

/** Address of the handler word of a signal; the word after it holds the SA_ flags. */
export function sigaction_of(sighand: number, sig: number): number {
  return sighand + sighand_struct.action + 8 * (sig - 1);
}

export function next_thread(tsk: number): number {
  return next_in_ring(tsk, PIDTYPE_TGID);
}

export function thread_group_empty(tsk: number): number {
  return next_thread(tsk) === tsk ? 1 : 0;
}

/** 1 when the default action of a signal is to be ignored. */
export function ignored_by_default(sig: number): number {
  return sig === SIGCHLD || sig === SIGCONT || sig === SIGURG || sig === SIGWINCH ? 1 : 0;
}

export function stops_by_default(sig: number): number {
  return sig === SIGSTOP || sig === SIGTSTP || sig === SIGTTIN || sig === SIGTTOU ? 1 : 0;
}

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

/** Works out again whether the task has something to deliver; siglock held. */
export function recalc_sigpending(tsk: number): void {
  const shared = load(tsk + task_struct.signal) + signal_struct.shared_pending;
  const own = tsk + task_struct.pending;
  const blocked = tsk + task_struct.blocked;
  const low = (load(own) | load(shared)) & ~load(blocked);
  const high = (load(own + 4) | load(shared + 4)) & ~load(blocked + 4);
  const stopped = load(load(tsk + task_struct.signal) + signal_struct.flags) & SIGNAL_STOP_STOPPED;
  store(tsk + task_struct.sigpending, low | high | stopped ? 1 : 0);
}

/** Makes a task look at its signals; `resume` also wakes it from a stop. siglock held, inside it rq->lock. */
export function signal_wake_up(tsk: number, resume: number): void {
  store(tsk + task_struct.sigpending, 1);
  try_to_wake_up(tsk, resume ? TASK_INTERRUPTIBLE | TASK_STOPPED : TASK_INTERRUPTIBLE);
}

/** What stop signals and SIGCONT do when they are sent, before anything else; siglock held. */
function handle_stop_signal(sig: number, p: number): void {
  const signal = load(p + task_struct.signal);
  if (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) return;
  if (stops_by_default(sig)) {
    sigdelset(signal + signal_struct.shared_pending, SIGCONT);
  } else if (sig === SIGCONT || sig === SIGKILL) {
    sigdelset(signal + signal_struct.shared_pending, SIGSTOP);
    store(signal + signal_struct.flags, load(signal + signal_struct.flags) & ~SIGNAL_STOP_STOPPED);
    let t = p;
    do {
      if (sig === SIGCONT) sigdelset(t + task_struct.pending, SIGSTOP);
      try_to_wake_up(t, TASK_STOPPED);
      t = next_thread(t);
    } while (t !== p);
  }
}

/** 1 when this thread is a good one to handle the signal; siglock held. */
function wants_signal(sig: number, p: number): number {
  if (sigismember(p + task_struct.blocked, sig)) return 0;
  if (load(p + task_struct.flags) & PF_EXITING) return 0;
  if (sig === SIGKILL) return 1;
  return load(p + task_struct.state) !== TASK_STOPPED ? 1 : 0;
}

/** A thread of the group that takes the signal, or 0; siglock held. Remembers where it stopped looking. */
function choose_thread(sig: number, p: number): number {
  if (wants_signal(sig, p)) return p;
  if (thread_group_empty(p)) return 0;
  const signal = load(p + task_struct.signal);
  let t = load(signal + signal_struct.curr_target);
  if (t === 0) t = p;
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

/** Kills every other thread of the group; siglock held. */
export function zap_other_threads(tsk: number): void {
  const signal = load(tsk + task_struct.signal);
  store(signal + signal_struct.flags, SIGNAL_GROUP_EXIT);
  for (let t = next_thread(tsk); t !== tsk; t = next_thread(t)) {
    if (load(t + task_struct.exit_state)) continue;
    if (t !== load(tsk + task_struct.group_leader)) store(t + task_struct.exit_signal, -1);
    sigaddset(t + task_struct.pending, SIGKILL);
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

/** 1 when the current task should leave a sleep. */
export function signal_pending(): number {
  return load(current() + task_struct.sigpending);
}

/** 1 when others use the same handlers. */
export function sighand_shared(tsk: number): number {
  return atomic_read(load(tsk + task_struct.sighand) + sighand_struct.count) > 1 ? 1 : 0;
}
