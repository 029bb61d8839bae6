/** The system calls of POSIX timers: made, set, looked at, deleted (posix-timer.ts). */
import { atomic_inc } from '../machine/atomic.ts';
import { load, memset, store, this_cpu } from '../machine/bus.ts';
import { local_irq_restore, local_irq_save } from '../machine/cpu.ts';
import { MAX_POSIX_TIMERS } from '../machine/limits.ts';
import { cpu_area } from '../machine/map.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import {
  spin_lock,
  spin_lock_init,
  spin_lock_irq,
  spin_lock_irqsave,
  spin_unlock,
  spin_unlock_irq,
  spin_unlock_irqrestore,
} from '../machine/spinlock.ts';
import {
  CLOCK_MONOTONIC,
  CLOCK_REALTIME,
  EAGAIN,
  EFAULT,
  EINVAL,
  NSIG,
  PF_EXITING,
  SIGALRM,
  SIGEV_NONE,
  SIGEV_SIGNAL,
  SIGEV_THREAD_ID,
} from './abi.ts';
import { KTIMER_CACHE } from './caches.ts';
import { current } from './context.ts';
import {
  cpu_data,
  k_itimer,
  kernel,
  sighand_struct,
  signal_struct,
  sigqueue,
  task_struct,
  timer_list,
} from './layout.ts';
import { list_add, list_del } from './list.ts';
import { LOCK_ITIMER } from './locks.ts';
import { this_cpu_data } from './percpu.ts';
import { find_task_by_pid } from './pid.ts';
import {
  forget_process,
  is_of_thread,
  lock_timer,
  release_posix_timer,
  stop_timer,
  wait_for_timer,
} from './posix-timer.ts';
import { sigqueue_alloc } from './sigqueue.ts';
import { kmem_cache_alloc, kmem_cache_free } from './slab.ts';
import { ticks_of } from './ticks.ts';
import { add_timer, TIMER_POSIX, timer_late, timer_remaining } from './timer.ts';
import { get_user, put_user } from './uaccess.ts';

const NSEC_PER_SEC = 1000000000;
/** struct sigevent: the value, the signal, how, the thread. */
const SIGEVENT_WORDS = 4;
/** struct itimerspec: seconds and nanoseconds of the interval, then of the value. */
const ITIMERSPEC_WORDS = 4;

/** A timer with an entry of a signal queue, which nobody finds yet; 0 without memory. May sleep. */
function alloc_posix_timer(): number {
  const timr = kmem_cache_alloc(KTIMER_CACHE, _THIS_IP_);
  if (timr === 0) return 0;
  memset(timr, 0, k_itimer.SIZE);
  const q = sigqueue_alloc(SIGALRM);
  if (q === 0) {
    kmem_cache_free(KTIMER_CACHE, timr, _THIS_IP_);
    return 0;
  }
  spin_lock_init(timr + k_itimer.it_lock, LOCK_ITIMER);
  store(timr + k_itimer.timer + timer_list.function, TIMER_POSIX);
  store(timr + k_itimer.sigq, q);
  store(timr + k_itimer.it_overrun, -1);
  return timr;
}

/** Gives a timer the lowest number that is free; -EAGAIN for none. Takes idr_lock. */
function idr_get_new(timr: number): number {
  let id = 0;
  spin_lock_irq(kernel.idr_lock);
  while (id < MAX_POSIX_TIMERS && load(kernel.posix_timers_id + 4 * id)) id++;
  if (id < MAX_POSIX_TIMERS) store(kernel.posix_timers_id + 4 * id, timr);
  spin_unlock_irq(kernel.idr_lock);
  return id < MAX_POSIX_TIMERS ? id : -EAGAIN;
}

/** Who is told of a timer with this sigevent: a thread of our own group, or its leader; 0 for nobody. tasklist_lock held. */
function good_sigevent(sig: number, notify: number, thread: number): number {
  let p = load(current() + task_struct.group_leader);
  if (notify & SIGEV_THREAD_ID) {
    if ((notify & ~SIGEV_THREAD_ID) !== SIGEV_SIGNAL) return 0;
    p = find_task_by_pid(thread);
    if (p === 0 || load(p + task_struct.tgid) !== load(current() + task_struct.tgid)) return 0;
  }
  if ((notify & ~SIGEV_THREAD_ID) !== SIGEV_NONE && (sig <= 0 || sig > NSIG)) return 0;
  return p;
}

/** The timer is p's from here on, and may be gone at any moment; -EINVAL for one who exits. tasklist_lock held. Takes siglock. */
function attach_timer(timr: number, p: number): number {
  const sighand = load(p + task_struct.sighand);
  const flags = spin_lock_irqsave(sighand + sighand_struct.siglock);
  const exits = load(p + task_struct.flags) & PF_EXITING;
  if (exits === 0) {
    if (is_of_thread(timr)) atomic_inc(p + task_struct.usage);
    store(timr + k_itimer.it_process, p);
    list_add(timr + k_itimer.list, load(p + task_struct.signal) + signal_struct.posix_timers);
  }
  spin_unlock_irqrestore(sighand + sighand_struct.siglock, flags);
  return exits ? -EINVAL : 0;
}

/** Gives the timer a signal and who is told, as the program's sigevent says, or SIGALRM. 0, -EFAULT, -EINVAL. */
function set_event(timr: number, event: number): number {
  const read = this_cpu_data() + cpu_data.path;
  store(read + 4, SIGALRM);
  store(read + 8, SIGEV_SIGNAL);
  for (let i = 0; i < SIGEVENT_WORDS; i++) {
    if (event && get_user(read + 4 * i, event + 4 * i)) return -EFAULT;
  }
  const sig = load(read + 4);
  const notify = load(read + 8);
  store(timr + k_itimer.it_sigev_signo, sig);
  store(timr + k_itimer.it_sigev_notify, notify);
  store(load(timr + k_itimer.sigq) + sigqueue.sig, sig);
  read_lock(kernel.tasklist_lock);
  const p = good_sigevent(sig, notify, load(read + 12));
  const err = p ? attach_timer(timr, p) : -EINVAL;
  read_unlock(kernel.tasklist_lock);
  return err;
}

/** A new timer, whose number is stored at `timer_id`. 0, -EINVAL, -EAGAIN, -EFAULT. May sleep. */
export function sys_timer_create(clock: number, event: number, timer_id: number): number {
  if (clock !== CLOCK_REALTIME && clock !== CLOCK_MONOTONIC) return -EINVAL;
  store(this_cpu() + cpu_area.has_timers, 1);
  const timr = alloc_posix_timer();
  if (timr === 0) return -EAGAIN;
  const id = idr_get_new(timr);
  let err = id < 0 ? id : 0;
  if (err === 0) {
    store(timr + k_itimer.it_id, id);
    store(load(timr + k_itimer.sigq) + sigqueue.si_tid, id);
    if (put_user(id, timer_id)) err = -EFAULT;
  }
  if (err === 0) err = set_event(timr, event);
  if (err) release_posix_timer(timr, id);
  return err;
}

/** Ticks until the timer is due, as if one whose signal is still to be taken went on now; 0 for never. it_lock held. */
function time_left(timr: number): number {
  const timer = timr + k_itimer.timer;
  const incr = load(timr + k_itimer.it_incr);
  const waits = load(timr + k_itimer.it_requeue_pending) & 1;
  return waits && incr ? incr - (timer_late(timer) % incr) : timer_remaining(timer);
}

/** Arms a timer that was stopped, 0 for not at all, for a first time and an interval. it_lock held. */
function arm_timer(timr: number, value: number, interval: number): void {
  store(timr + k_itimer.it_requeue_pending, (load(timr + k_itimer.it_requeue_pending) + 2) & ~1);
  store(timr + k_itimer.it_overrun_last, 0);
  store(timr + k_itimer.it_overrun, -1);
  if (value === 0) return;
  store(timr + k_itimer.it_incr, interval);
  add_timer(timr + k_itimer.timer, timr, value);
}

/** Stores an itimerspec of whole seconds for the program. 0 or -EFAULT. */
function put_itimerspec(to: number, interval: number, value: number): number {
  const wrong = put_user(interval, to) || put_user(0, to + 4) || put_user(value, to + 8) || put_user(0, to + 12);
  return wrong ? -EFAULT : 0;
}

/**
 * 0, -EINVAL for a timer or a time that there is not, or one that is not from now on (TIMER_ABSTIME), -EFAULT. What was left
 * of the time before is of the moment at which the timer was looked at first, though it ran since.
 */
export function sys_timer_settime(id: number, how: number, setting: number, old_setting: number): number {
  if (setting === 0) return -EINVAL;
  const read = this_cpu_data() + cpu_data.path;
  for (let i = 0; i < ITIMERSPEC_WORDS; i++) {
    if (get_user(read + 4 * i, setting + 4 * i)) return -EFAULT;
  }
  const interval = ticks_of(read, NSEC_PER_SEC);
  const value = ticks_of(read + 8, NSEC_PER_SEC);
  if (interval < 0 || value < 0 || how !== 0) return -EINVAL;
  let looked = 0;
  let left = 0;
  let before = 0;
  for (;;) {
    const flags = local_irq_save();
    const timr = lock_timer(id);
    if (timr === 0) {
      local_irq_restore(flags);
      return -EINVAL;
    }
    if (looked === 0) {
      left = time_left(timr);
      before = load(timr + k_itimer.it_incr);
      looked = 1;
    }
    const base = stop_timer(timr);
    if (base === 0) {
      arm_timer(timr, value, interval);
      spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
      return old_setting ? put_itimerspec(old_setting, before, left) : 0;
    }
    wait_for_timer(timr, base, flags);
  }
}

/** 0, -EINVAL for no timer of ours, -EFAULT. */
export function sys_timer_gettime(id: number, setting: number): number {
  const flags = local_irq_save();
  const timr = lock_timer(id);
  if (timr === 0) {
    local_irq_restore(flags);
    return -EINVAL;
  }
  const left = time_left(timr);
  const interval = load(timr + k_itimer.it_incr);
  spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
  return put_itimerspec(setting, interval, left);
}

/** How often the timer was due besides, before its signal was taken the last time; -EINVAL for no timer of ours. */
export function sys_timer_getoverrun(id: number): number {
  const flags = local_irq_save();
  const timr = lock_timer(id);
  if (timr === 0) {
    local_irq_restore(flags);
    return -EINVAL;
  }
  const overrun = load(timr + k_itimer.it_overrun_last);
  spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
  return overrun;
}

/** 0, -EINVAL for no timer of ours. Takes it_lock, inside it siglock; then idr_lock. */
export function sys_timer_delete(id: number): number {
  for (;;) {
    const flags = local_irq_save();
    const timr = lock_timer(id);
    if (timr === 0) {
      local_irq_restore(flags);
      return -EINVAL;
    }
    const base = stop_timer(timr);
    if (base === 0) {
      const sighand = load(current() + task_struct.sighand);
      spin_lock(sighand + sighand_struct.siglock);
      list_del(timr + k_itimer.list);
      spin_unlock(sighand + sighand_struct.siglock);
      forget_process(timr);
      spin_unlock_irqrestore(timr + k_itimer.it_lock, flags);
      release_posix_timer(timr, id);
      return 0;
    }
    wait_for_timer(timr, base, flags);
  }
}
