/**
 * The sending side of signals: to a thread group, to one thread, to a parent. Everything here is guarded by the siglock of
 * the sighand, taken with interrupts off. What keeps p->sighand in place for who is not current: until 2.6.15 tasklist_lock;
 * since then RCU, and a second look under siglock (lock_task_sighand).
 */
import { atomic_read } from '../machine/atomic.ts';
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { local_irq_restore, local_irq_save } from '../machine/cpu.ts';
import { spin_lock, spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { ESRCH, NSIG, SA_NOCLDWAIT, SIGCHLD, SIGCONT, SIGKILL, SIGNAL_GROUP_EXIT, SIG_DFL, SIG_IGN } from './abi.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { next_thread } from './pid.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_2_6_16, PROFILE_LINUX_6 } from './profiles.ts';
import { rcu_dereference, rcu_read_lock, rcu_read_unlock } from './rcu.ts';
import { wake_up } from './sched.ts';
import { queue_group_signal, sig_ignored } from './signal-group.ts';
import { handle_stop_signal } from './signal-cont.ts';
import { legacy_queue, rm_from_queue, send_signal } from './sigqueue.ts';
import {
  sigaction_of,
  sigaddset,
  sigdelset,
  sigismember,
  SIG_KERNEL_STOP_MASK,
  signal_wake_up,
  stops_by_default,
} from './sigset.ts';

/** Sends a signal to a thread group. 0, or -EAGAIN when it must be queued and cannot. siglock held. */
function __group_send_sig_info(sig: number, p: number, must_queue: number): number {
  handle_stop_signal(sig, p);
  return queue_group_signal(sig, p, must_queue);
}

/**
 * The handlers of a task, with their siglock; 0 when the task is past release. They may change hands, and be freed, until the
 * lock is there: who finds them changed then begins anew. Interrupts are off; until 2.6.15 tasklist_lock held.
 */
export function lock_task_sighand(p: number): number {
  if (load(kernel.profile) === PROFILE_DESAI_2005) {
    const own = load(p + task_struct.sighand);
    if (own) spin_lock(own + sighand_struct.siglock);
    return own;
  }
  rcu_read_lock();
  let sighand = rcu_dereference(p + task_struct.sighand);
  while (sighand) {
    spin_lock(sighand + sighand_struct.siglock);
    const now = rcu_dereference(p + task_struct.sighand);
    if (now === sighand) break;
    spin_unlock(sighand + sighand_struct.siglock);
    sighand = now;
  }
  rcu_read_unlock();
  return sighand;
}

/** What sending to a task answers that is past release: nothing is wrong; in linux-6 it is -ESRCH, for who may look again. */
function nobody_there(): number {
  return load(kernel.profile) === PROFILE_LINUX_6 ? -ESRCH : 0;
}

/**
 * The same from outside; as nobody_there when the task is past release. Takes siglock. In a read section, or with
 * tasklist_lock held, as lock_for_signal decides.
 */
export function group_send_sig_info(sig: number, p: number, must_queue: number): number {
  if (sig === 0) return 0;
  const flags = local_irq_save();
  const sighand = lock_task_sighand(p);
  const err = sighand ? __group_send_sig_info(sig, p, must_queue) : nobody_there();
  if (sighand) spin_unlock(sighand + sighand_struct.siglock);
  local_irq_restore(flags);
  return err;
}

/** Sends a signal to one thread. 0, or -EAGAIN for one of real time that finds no entry. siglock and tasklist_lock held. */
export function specific_send_sig_info(sig: number, t: number): number {
  if (sig_ignored(t, sig)) return 0;
  if (legacy_queue(t + task_struct.pending, sig)) return 0;
  const err = send_signal(sig, t, t + task_struct.pending, 1);
  if (err === 0 && sigismember(t + task_struct.blocked, sig) === 0) signal_wake_up(t, sig === SIGKILL ? 1 : 0);
  return err;
}

/**
 * The same from outside; 0 also when the task is past release. What stops and SIGCONT do as they are sent comes first, as
 * with a group. Takes siglock. As group_send_sig_info; before linux-6 tasklist_lock held.
 */
export function send_sig_info(sig: number, t: number): number {
  if (sig === 0) return 0;
  const flags = local_irq_save();
  const sighand = lock_task_sighand(t);
  let err = 0;
  if (sighand) {
    handle_stop_signal(sig, t);
    err = specific_send_sig_info(sig, t);
    spin_unlock(sighand + sighand_struct.siglock);
  }
  local_irq_restore(flags);
  return err;
}

/**
 * Sends a signal to one thread, which can neither block nor ignore it, nor any other to be told of it again. In 2.6 nobody
 * holds the thread meanwhile. Takes siglock.
 */
export function force_sig_specific(sig: number, t: number): void {
  const sighand = load(t + task_struct.sighand);
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  const action = sigaction_of(sighand, sig);
  if (load(action) === SIG_IGN) store(action, SIG_DFL);
  sigdelset(t + task_struct.blocked, sig);
  specific_send_sig_info(sig, t);
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
}

/** 1 when who sends a signal holds tasklist_lock: until 2.6.15 always; since then for those that are about a whole group at once. */
function sig_needs_tasklist(sig: number): number {
  const profile = load(kernel.profile);
  if (profile === PROFILE_DESAI_2005 || sig === SIGCONT) return 1;
  return profile === PROFILE_LINUX_2_6_16 && stops_by_default(sig) ? 1 : 0;
}

/** What keeps a task that is found, and its group as far as the signal needs that: a read section, tasklist_lock if 1. */
export function lock_for_signal(sig: number): number {
  rcu_read_lock();
  const locked = sig_needs_tasklist(sig);
  if (locked) read_lock(kernel.tasklist_lock);
  return locked;
}

export function unlock_for_signal(locked: number): void {
  if (locked) read_unlock(kernel.tasklist_lock);
  rcu_read_unlock();
}

/**
 * The same for who holds nothing yet: interrupts, too. Takes siglock; before linux-6 inside tasklist_lock for reading, which
 * is taken by more signals than need it.
 */
export function send_group_sig_info(sig: number, p: number): void {
  if (load(kernel.profile) === PROFILE_LINUX_6) {
    const locked = lock_for_signal(sig);
    group_send_sig_info(sig, p, 0);
    unlock_for_signal(locked);
    return;
  }
  read_lock(kernel.tasklist_lock);
  group_send_sig_info(sig, p, 0);
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

/** Kills one thread, which can neither ignore nor block it. tasklist_lock held. Takes siglock. */
export function force_sigkill(t: number): void {
  const sighand = load(t + task_struct.sighand);
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  specific_send_sig_info(SIGKILL, t);
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
}

/** 1 when a parent that ignores SIGCHLD lets the task reap itself: not a tracer, since 2.6.14.3 (B07). tasklist_lock held. */
function reaps_itself(tsk: number): number {
  return load(kernel.profile) === PROFILE_DESAI_2005 || load(tsk + task_struct.ptrace) === 0 ? 1 : 0;
}

/**
 * Tells the parent that a task is a zombie, and wakes its wait. A parent that ignores SIGCHLD makes the task reap
 * itself (exit_signal -1). To a parent that runs another program than when it made the task, later kernels send SIGCHLD.
 * A signal of real time that finds no entry is lost. tasklist_lock held for writing; takes the parent's siglock.
 */
export function do_notify_parent(tsk: number, exit_signal: number): void {
  const parent = load(tsk + task_struct.parent);
  const sighand = load(parent + task_struct.sighand);
  let sig = exit_signal;
  if (sig !== SIGCHLD && load(kernel.profile) === PROFILE_LINUX_6) {
    const at_birth = load(tsk + task_struct.parent_exec_id);
    if (at_birth !== load(parent + task_struct.self_exec_id)) sig = SIGCHLD;
  }
  spin_lock(sighand + sighand_struct.siglock);
  if (sig === SIGCHLD && reaps_itself(tsk)) {
    const action = sigaction_of(sighand, SIGCHLD);
    if (load(action) === SIG_IGN || load(action + 4) & SA_NOCLDWAIT) {
      store(tsk + task_struct.exit_signal, -1);
      if (load(action) === SIG_IGN) sig = 0;
    }
  }
  if (sig > 0 && sig <= NSIG) __group_send_sig_info(sig, parent, 1);
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

/** 1 when others use the same handlers. */
export function sighand_shared(tsk: number): number {
  return atomic_read(load(tsk + task_struct.sighand) + sighand_struct.count) > 1 ? 1 : 0;
}
