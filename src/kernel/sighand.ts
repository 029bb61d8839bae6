/** sighand_struct and signal_struct: what a thread group shares about signals, made, shared and dropped. */
import { atomic_dec, atomic_dec_and_test, atomic_inc, atomic_read, atomic_set } from '../machine/atomic.ts';
import { load, memcpy, memset, store } from '../machine/bus.ts';
import { write_lock_irq, write_unlock_irq } from '../machine/rwlock.ts';
import { spin_lock, spin_lock_init, spin_lock_irq, spin_unlock, spin_unlock_irq } from '../machine/spinlock.ts';
import { CLONE_SIGHAND, CLONE_THREAD, ENOMEM } from './abi.ts';
import { SIGHAND_CACHE, SIGNAL_CACHE } from './caches.ts';
import { current, task_lock, task_unlock } from './context.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { INIT_LIST_HEAD } from './list.ts';
import { LOCK_CHLDEXIT, LOCK_SIGLOCK } from './locks.ts';
import { next_thread } from './pid.ts';
import { PROFILE_DESAI_2005, PROFILE_LINUX_6 } from './profiles.ts';
import { call_rcu, RCU_FREE_SIGHAND, rcu_assign_pointer } from './rcu.ts';
import { wake_up_process } from './sched.ts';
import { flush_sigqueue, init_sigpending } from './sigqueue.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { __unhash_process } from './unhash.ts';
import { init_waitqueue_head } from './waitqueue.ts';

const ACTION_BYTES = 4 * 2 * 64;

/** Handlers with count 1, not filled in; 0 without memory. */
export function alloc_sighand(): number {
  const sighand = kmem_cache_alloc(SIGHAND_CACHE, _THIS_IP_);
  if (sighand) {
    atomic_set(sighand + sighand_struct.count, 1);
    spin_lock_init(sighand + sighand_struct.siglock, LOCK_SIGLOCK);
  }
  return sighand;
}

/**
 * The handlers of one become those of another. No lock is taken, and sigaction may be half-way through one of them;
 * linux-6 takes siglock.
 */
export function copy_actions(to: number, from: number): void {
  const locked = load(kernel.profile) === PROFILE_LINUX_6;
  if (locked) spin_lock_irq(from + sighand_struct.siglock);
  memcpy(to + sighand_struct.action, from + sighand_struct.action, ACTION_BYTES);
  if (locked) spin_unlock_irq(from + sighand_struct.siglock);
}

/** All signals to default; for init. */
export function clear_actions(sighand: number): void {
  memset(sighand + sighand_struct.action, 0, ACTION_BYTES);
}

/** Clone's step: shares the handlers or gives the child a copy. Stores before it tests, as 2.6.14 does. 0 or -ENOMEM. */
export function copy_sighand(clone_flags: number, tsk: number): number {
  const old = load(current() + task_struct.sighand);
  if (clone_flags & (CLONE_SIGHAND | CLONE_THREAD)) {
    atomic_inc(old + sighand_struct.count);
    return 0;
  }
  const sighand = alloc_sighand();
  store(tsk + task_struct.sighand, sighand);
  if (sighand === 0) return -ENOMEM;
  copy_actions(sighand, old);
  return 0;
}

/** Drops one user of the handlers; since 2.6.16 who is about to take their siglock may have found them (lock_task_sighand). */
export function put_sighand(sighand: number): void {
  if (atomic_dec_and_test(sighand + sighand_struct.count) === 0) return;
  if (load(kernel.profile) === PROFILE_DESAI_2005) kmem_cache_free(SIGHAND_CACHE, sighand, _THIS_IP_);
  else call_rcu(sighand + sighand_struct.rcu, RCU_FREE_SIGHAND, _THIS_IP_);
}

/** Takes the handlers away; tasklist_lock held for writing, and their siglock since 2.6.16. */
function __exit_sighand(tsk: number): void {
  const sighand = load(tsk + task_struct.sighand);
  rcu_assign_pointer(tsk + task_struct.sighand, 0);
  put_sighand(sighand);
}

/** The same for a task that was never seen, if it has them still. Takes tasklist_lock for writing. */
export function exit_sighand(tsk: number): void {
  write_lock_irq(kernel.tasklist_lock);
  if (load(tsk + task_struct.sighand)) __exit_sighand(tsk);
  write_unlock_irq(kernel.tasklist_lock);
}

/** A signal_struct for a new thread group of one; 0 without memory. */
export function alloc_signal(): number {
  const signal = kmem_cache_alloc(SIGNAL_CACHE, _THIS_IP_);
  if (signal === 0) return 0;
  memset(signal, 0, signal_struct.SIZE);
  init_sigpending(signal + signal_struct.shared_pending);
  INIT_LIST_HEAD(signal + signal_struct.posix_timers);
  atomic_set(signal + signal_struct.count, 1);
  atomic_set(signal + signal_struct.live, 1);
  init_waitqueue_head(signal + signal_struct.wait_chldexit, LOCK_CHLDEXIT);
  return signal;
}

/** Clone's step: joins the group or starts a new one, which inherits group, session and limits. 0 or -ENOMEM. */
export function copy_signal(clone_flags: number, tsk: number): number {
  const tsk_current = current();
  const old = load(tsk_current + task_struct.signal);
  if (clone_flags & CLONE_THREAD) {
    atomic_inc(old + signal_struct.count);
    atomic_inc(old + signal_struct.live);
    return 0;
  }
  const signal = alloc_signal();
  store(tsk + task_struct.signal, signal);
  if (signal === 0) return -ENOMEM;
  const leader = load(tsk_current + task_struct.group_leader);
  store(signal + signal_struct.pgrp, load(old + signal_struct.pgrp));
  store(signal + signal_struct.session, load(old + signal_struct.session));
  task_lock(leader);
  store(signal + signal_struct.rlim_nproc, load(old + signal_struct.rlim_nproc));
  task_unlock(leader);
  return 0;
}

/** One that is not the last leaves its group: an exec that waits for it wakes, a signal that looks for a thread goes by. siglock held. */
function leave_group(tsk: number, signal: number): void {
  const waiter = load(signal + signal_struct.group_exit_task);
  if (waiter && atomic_read(signal + signal_struct.count) === load(signal + signal_struct.notify_count)) {
    wake_up_process(waiter);
  }
  if (load(signal + signal_struct.curr_target) === tsk) store(signal + signal_struct.curr_target, next_thread(tsk));
}

/**
 * Takes handlers and signal_struct from a task, the last one frees it, and with `listed` the task out of lists and hashes.
 * Who has a siglock has found a task with both since 2.6.16, and in linux-6 a thread group that stays as it is; there the
 * queue of the task is emptied under it as well. tasklist_lock held for writing.
 */
export function __exit_signal(tsk: number, listed: number): void {
  const profile = load(kernel.profile);
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  spin_lock(sighand + sighand_struct.siglock);
  store(tsk + task_struct.signal, 0);
  const last = atomic_dec_and_test(signal + signal_struct.count);
  if (!last) leave_group(tsk, signal);
  if (profile === PROFILE_LINUX_6) {
    if (listed) __unhash_process(tsk);
    flush_sigqueue(tsk + task_struct.pending);
  }
  if (profile !== PROFILE_DESAI_2005) rcu_assign_pointer(tsk + task_struct.sighand, 0);
  spin_unlock(sighand + sighand_struct.siglock);
  if (last) flush_sigqueue(signal + signal_struct.shared_pending);
  if (profile !== PROFILE_LINUX_6) flush_sigqueue(tsk + task_struct.pending);
  if (last) kmem_cache_free(SIGNAL_CACHE, signal, _THIS_IP_);
  if (profile !== PROFILE_DESAI_2005) put_sighand(sighand);
  else if (listed) __exit_sighand(tsk);
  if (listed && profile !== PROFILE_LINUX_6) __unhash_process(tsk);
}

/**
 * Undoes copy_signal for a task that was never seen; an exec that waits for the others counted it too. `live` is given back
 * as well, which was forgotten until 2.6.14.2 (B09). Takes tasklist_lock for writing.
 */
export function undo_copy_signal(tsk: number): void {
  write_lock_irq(kernel.tasklist_lock);
  if (load(kernel.profile) !== PROFILE_DESAI_2005) atomic_dec(load(tsk + task_struct.signal) + signal_struct.live);
  __exit_signal(tsk, 0);
  write_unlock_irq(kernel.tasklist_lock);
}
