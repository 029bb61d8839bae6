/**
 * POSIX timers, in the shape of 2.6.14's kernel/posix-timers.c: found by number, run by the tick, gone with their group.
 *
 * it_lock stands around everything that a timer's function takes: it sends a signal, and so takes tasklist_lock and siglock.
 * A timer that repeats is not armed again when it is due, but when its signal is taken: it_requeue_pending says that it
 * waits for that, and the signal says which count it has to be at, so that a timer that was set anew meanwhile is left alone.
 *
 * Who takes a timer away must not wait for its function with it_lock, which that wants: it lets go, waits, and looks for the
 * timer again, which may be gone by then.
 */
import { load, READ_ONCE, store, this_cpu } from '../machine/bus.ts';
import { MAX_POSIX_TIMERS } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock, spin_lock_irqsave, spin_unlock, spin_unlock_irqrestore } from '../machine/spinlock.ts';
import { SIGEV_NONE, SIGEV_SIGNAL, SIGEV_THREAD_ID } from './abi.ts';
import { KTIMER_CACHE } from './caches.ts';
import { current } from './context.ts';
import { cpu_data, k_itimer, kernel, signal_struct, task_struct, timer_list } from './layout.ts';
import { list_del, list_empty, list_next } from './list.ts';
import { this_cpu_data } from './percpu.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { kmem_cache_free } from './slab.ts';
import { put_task_struct } from './task.ts';
import { add_timer, base_wait_running, TIMER_RUNS, timer_late, try_to_del_timer_sync } from './timer.ts';
import { send_sigqueue, sigqueue_free, TIMER_NOBODY } from './timer-signal.ts';

/** 1 for a timer of the current process; for one of another, or one that is made or deleted just now, lets go of it_lock: 0. */
function is_ours(timr: number): number {
  const process = load(timr + k_itimer.it_process);
  if (process && load(process + task_struct.tgid) === load(current() + task_struct.tgid)) return 1;
  spin_unlock(timr + k_itimer.it_lock);
  return 0;
}

/**
 * A timer of the current process by its number, locked; 0 for none. Who deletes one takes idr_lock before it is freed; 2.6
 * lets go of that before it is done with a timer that is being deleted (B72). linux-6 frees timers after a grace period, for
 * which idr_lock stands here. Interrupts are off. Takes idr_lock, inside it it_lock.
 */
export function lock_timer(id: number): number {
  if (id >>> 0 >= MAX_POSIX_TIMERS) return 0;
  spin_lock(kernel.idr_lock);
  const timr = load(kernel.posix_timers_id + 4 * id);
  let ours = 0;
  if (timr) spin_lock(timr + k_itimer.it_lock);
  if (timr && load(kernel.profile) === PROFILE_LINUX_6) {
    ours = is_ours(timr);
    spin_unlock(kernel.idr_lock);
  } else {
    spin_unlock(kernel.idr_lock);
    if (timr) ours = is_ours(timr);
  }
  return ours ? timr : 0;
}

/** Counts the intervals that went by since the timer was due, and arms it for the next one. it_lock held. */
function schedule_next_timer(timr: number): void {
  const incr = load(timr + k_itimer.it_incr);
  if (incr === 0) return;
  const late = timer_late(timr + k_itimer.timer);
  const intervals = 1 + ((late / incr) | 0);
  store(timr + k_itimer.it_overrun_last, load(timr + k_itimer.it_overrun) + intervals);
  store(timr + k_itimer.it_overrun, -1);
  store(timr + k_itimer.it_requeue_pending, load(timr + k_itimer.it_requeue_pending) + 1);
  add_timer(timr + k_itimer.timer, timr, intervals * incr - late);
}

/** The signal of a timer was taken: the timer goes on, if it still waits for that. Interrupts are off. Takes it_lock. */
export function do_schedule_next_timer(goes_on: number): void {
  const timr = lock_timer(load(this_cpu_data() + cpu_data.si_tid));
  if (timr === 0) return;
  if (load(timr + k_itimer.it_requeue_pending) === goes_on) schedule_next_timer(timr);
  spin_unlock(timr + k_itimer.it_lock);
}

/** 1 when its signal is for one thread, which it then has a reference on. */
export function is_of_thread(timr: number): number {
  return load(timr + k_itimer.it_sigev_notify) === (SIGEV_SIGNAL | SIGEV_THREAD_ID) ? 1 : 0;
}

/** Sends the signal; a thread that is gone gives way to its leader, for good. As send_sigqueue. it_lock held. */
function posix_timer_event(timr: number, goes_on: number): number {
  const sig = load(timr + k_itimer.it_sigev_signo);
  const q = load(timr + k_itimer.sigq);
  let p = load(timr + k_itimer.it_process);
  if (is_of_thread(timr)) {
    const sent = send_sigqueue(sig, q, p, 0, goes_on);
    if (sent !== TIMER_NOBODY) return sent;
    const leader = load(p + task_struct.group_leader);
    store(timr + k_itimer.it_sigev_notify, SIGEV_SIGNAL);
    put_task_struct(p);
    store(timr + k_itimer.it_process, leader);
    p = leader;
  }
  return send_sigqueue(sig, q, p, 1, goes_on);
}

/** A timer is due. One whose signal is ignored goes on at once. In the handler. Takes it_lock. */
export function posix_timer_fn(timr: number): void {
  spin_lock(timr + k_itimer.it_lock);
  let goes_on = 0;
  if (load(timr + k_itimer.it_incr)) {
    goes_on = load(timr + k_itimer.it_requeue_pending) + 1;
    store(timr + k_itimer.it_requeue_pending, goes_on);
  }
  const silent = load(timr + k_itimer.it_sigev_notify) === SIGEV_NONE;
  if (silent || posix_timer_event(timr, goes_on)) schedule_next_timer(timr);
  spin_unlock(timr + k_itimer.it_lock);
}

/**
 * Stops a timer. 0; or the base that it runs on just now, which is to be waited for without it_lock, and then it must be
 * looked for again. it_lock held.
 */
export function stop_timer(timr: number): number {
  store(timr + k_itimer.it_incr, 0);
  const timer = timr + k_itimer.timer;
  return try_to_del_timer_sync(timer) === TIMER_RUNS ? READ_ONCE(timer + timer_list.base) : 0;
}

/** Lets go of a timer that runs and is not to be touched any more, and waits until it ran. Gives back it_lock. */
export function wait_for_timer(timr: number, base: number, flags: number): void {
  spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
  base_wait_running(base, timr + k_itimer.timer);
}

/** Frees a timer that was stopped, with its entry and its number, -1 for none. Takes idr_lock, siglock. */
export function release_posix_timer(timr: number, id: number): void {
  if (id >= 0) {
    const flags = spin_lock_irqsave(kernel.idr_lock);
    store(kernel.posix_timers_id + 4 * id, 0);
    spin_unlock_irqrestore(kernel.idr_lock, flags);
  }
  sigqueue_free(load(timr + k_itimer.sigq));
  kmem_cache_free(KTIMER_CACHE, timr, _THIS_IP_);
}

/** Nobody who waits for it_lock finds the timer any more. it_lock held. */
export function forget_process(timr: number): void {
  const process = load(timr + k_itimer.it_process);
  if (process && is_of_thread(timr)) put_task_struct(process);
  store(timr + k_itimer.it_process, 0);
}

/** Deletes a timer of a group that has nobody left. Takes it_lock, siglock. */
function itimer_delete(timr: number): void {
  for (;;) {
    const flags = spin_lock_irqsave(timr + k_itimer.it_lock);
    const base = stop_timer(timr);
    if (base === 0) {
      list_del(timr + k_itimer.list);
      forget_process(timr);
      spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
      break;
    }
    wait_for_timer(timr, base, flags);
  }
  release_posix_timer(timr, load(timr + k_itimer.it_id));
}

/** The last thread of a group deletes its timers, when it exits or execs: nobody else uses them any more. */
export function exit_itimers(signal: number): void {
  if (load(this_cpu() + cpu_area.has_timers) === 0) return;
  const head = signal + signal_struct.posix_timers;
  while (list_empty(head) === 0) itimer_delete(list_next(head) - k_itimer.list);
}
