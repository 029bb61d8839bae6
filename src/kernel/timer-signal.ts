/**
 * The signals of POSIX timers. A timer has an entry of a queue from its birth to its end, so that its signal never finds
 * memory out; while the entry is queued, the timer counts instead of sending again.
 *
 * Who deletes the timer takes the entry out of whatever queue it is in, and has to hold the siglock of that queue. Until
 * 2.6.15 the entry remembered which that was, and took it for granted that handlers stay where they are (B06); since then it
 * is that of the current task, which is of the same group. Until 2.6.23 whether it is queued was asked without the lock,
 * while another thread may be taking the signal (B70). linux-6 asks under it, and leaves it to who takes the signal to
 * free the entry.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { local_irq_restore, local_irq_save } from '../machine/cpu.ts';
import { spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { PF_EXITING, SIGKILL } from './abi.ts';
import { current } from './context.ts';
import { kernel, sighand_struct, signal_struct, sigpending, sigqueue, task_struct } from './layout.ts';
import { list_add_tail, list_del_init, list_empty } from './list.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_2_6_16, PROFILE_LINUX_6 } from './profiles.ts';
import { rcu_read_lock } from './rcu.ts';
import { handle_stop_signal } from './signal-cont.ts';
import { group_complete_signal, sig_ignored } from './signal-group.ts';
import { lock_for_signal, lock_task_sighand, unlock_for_signal } from './signal.ts';
import { __sigqueue_free } from './sigqueue.ts';
import { sigaddset, sigismember, signal_wake_up } from './sigset.ts';

/** What sending answers: sent, or counted since it is queued; ignored; nobody is there to send to. */
const TIMER_SENT = 0;
const TIMER_IGNORED = 1;
export const TIMER_NOBODY = -1;

/** The siglock of the queue that a timer's entry is in. */
function lock_of_queue(q: number): number {
  if (load(kernel.profile) === PROFILE_DESAI_2005) return load(q + sigqueue.lock);
  return load(current() + task_struct.sighand) + sighand_struct.siglock;
}

/** Before 2.6.23: an entry that is queued is taken out; one that is being taken out at this moment is not seen (B70). */
function unqueue_2_6(q: number): void {
  if (list_empty(q + sigqueue.list) === 0) {
    read_lock(kernel.tasklist_lock);
    const lock = lock_of_queue(q);
    const flags = spin_lock_irqsave(lock);
    if (list_empty(q + sigqueue.list) === 0) list_del_init(q + sigqueue.list);
    spin_unlock_irqrestore(lock, flags);
    read_unlock(kernel.tasklist_lock);
  }
  store(q + sigqueue.flags, 0);
  __sigqueue_free(q);
}

/** The end of a timer's entry. Takes siglock; 2.6 inside tasklist_lock for reading, under which alone the queue of a thread that is released is emptied. */
export function sigqueue_free(q: number): void {
  if (load(kernel.profile) !== PROFILE_LINUX_6) {
    unqueue_2_6(q);
    return;
  }
  const lock = lock_of_queue(q);
  const flags = spin_lock_irqsave(lock);
  store(q + sigqueue.flags, 0);
  const queued = list_empty(q + sigqueue.list) ? 0 : 1;
  spin_unlock_irqrestore(lock, flags);
  if (queued === 0) __sigqueue_free(q);
}

/**
 * Writes into the entry what the timer has to be at to go on, 0 when it does not go on. Before linux-6 without the siglock,
 * although the entry may be queued and another thread be taking it (B71).
 */
function set_timer_info(q: number, goes_on: number): void {
  store(q + sigqueue.si_overrun, 0);
  store(q + sigqueue.si_sys_private, goes_on);
}

/** Enters the entry into a queue. siglock held. */
function enqueue(sig: number, q: number, pending: number, siglock: number): void {
  store(q + sigqueue.lock, siglock);
  list_add_tail(q + sigqueue.list, pending + sigpending.list);
  sigaddset(pending, sig);
}

/** Counts an entry that is queued already: 1; 0 for one that is not. siglock held. */
function count_overrun(q: number): number {
  if (list_empty(q + sigqueue.list)) return 0;
  store(q + sigqueue.si_overrun, load(q + sigqueue.si_overrun) + 1);
  return 1;
}

/** To one thread. TIMER_; siglock held. */
function send_locked(sig: number, q: number, p: number, siglock: number): number {
  if (count_overrun(q)) return TIMER_SENT;
  if (sig_ignored(p, sig)) return TIMER_IGNORED;
  enqueue(sig, q, p + task_struct.pending, siglock);
  if (sigismember(p + task_struct.blocked, sig) === 0) signal_wake_up(p, sig === SIGKILL ? 1 : 0);
  return TIMER_SENT;
}

/** To the group of p. TIMER_; siglock held. */
function send_group_locked(sig: number, q: number, p: number, siglock: number): number {
  handle_stop_signal(sig, p);
  if (sig_ignored(p, sig)) return TIMER_IGNORED;
  if (count_overrun(q)) return TIMER_SENT;
  enqueue(sig, q, load(p + task_struct.signal) + signal_struct.shared_pending, siglock);
  group_complete_signal(sig, p);
  return TIMER_SENT;
}

/** Sends it under the siglock, which is held. TIMER_. 2.6.16 looks once more whether a thread is exiting, now that it would see. */
function send_to_locked(sig: number, q: number, p: number, group: number, siglock: number): number {
  if (group) return send_group_locked(sig, q, p, siglock);
  const asks = load(kernel.profile) === PROFILE_LINUX_2_6_16;
  if (asks && load(p + task_struct.flags) & PF_EXITING) return TIMER_NOBODY;
  return send_locked(sig, q, p, siglock);
}

/** The same in 2.6.14, where nobody asks whether p is released, so that it meets no handlers, or a freed task (B10). */
function send_sigqueue_desai(sig: number, q: number, p: number, group: number): number {
  let sent = TIMER_NOBODY;
  read_lock(kernel.tasklist_lock);
  if (group || (load(p + task_struct.flags) & PF_EXITING) === 0) {
    const siglock = load(p + task_struct.sighand) + sighand_struct.siglock;
    const flags = spin_lock_irqsave(siglock);
    sent = send_to_locked(sig, q, p, group, siglock);
    spin_unlock_irqrestore(siglock, flags);
  }
  read_unlock(kernel.tasklist_lock);
  return sent;
}

/**
 * Sends a timer's signal, to the group of p or to p alone. TIMER_. In the handler. Takes siglock, in a read section; inside
 * tasklist_lock for a group before linux-6, and for what needs it (lock_for_signal).
 */
export function send_sigqueue(sig: number, q: number, p: number, group: number, goes_on: number): number {
  const profile = load(kernel.profile);
  if (profile !== PROFILE_LINUX_6) set_timer_info(q, goes_on);
  if (profile === PROFILE_DESAI_2005) return send_sigqueue_desai(sig, q, p, group);
  let sent = TIMER_NOBODY;
  const locked = profile === PROFILE_LINUX_6 ? lock_for_signal(sig) : group;
  if (profile !== PROFILE_LINUX_6) rcu_read_lock();
  if (profile !== PROFILE_LINUX_6 && group) read_lock(kernel.tasklist_lock);
  if (group || (load(p + task_struct.flags) & PF_EXITING) === 0) {
    const flags = local_irq_save();
    const sighand = lock_task_sighand(p);
    if (sighand) {
      const siglock = sighand + sighand_struct.siglock;
      if (profile === PROFILE_LINUX_6) set_timer_info(q, goes_on);
      sent = send_to_locked(sig, q, p, group, siglock);
      spin_unlock(siglock);
    }
    local_irq_restore(flags);
  }
  unlock_for_signal(locked);
  return sent;
}
