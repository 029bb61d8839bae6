/**
 * setitimer(ITIMER_REAL) and alarm, in the shape of 2.6.14's kernel/itimer.c. The timer belongs to the group: threads share
 * it, exec keeps it, a child begins without, and the last thread that exits takes it away. A second is a tick.
 *
 * it_real_fn arms it again without siglock: do_setitimer makes sure that it has finished before it touches anything.
 */
import { load, store, this_cpu } from '../machine/bus.ts';
import { cpu_area } from '../machine/map.ts';
import { spin_lock_irq, spin_unlock_irq } from '../machine/spinlock.ts';
import { EFAULT, EINVAL, ITIMER_REAL, SIGALRM } from './abi.ts';
import { current } from './context.ts';
import { cpu_data, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { this_cpu_data } from './percpu.ts';
import { send_group_sig_info } from './signal.ts';
import { MOST_SECONDS, ticks_of } from './ticks.ts';
import {
  add_timer,
  del_timer_sync,
  TIMER_RUNS,
  timer_remaining,
  timer_wait_running,
  try_to_del_timer_sync,
} from './timer.ts';
import { get_user, put_user } from './uaccess.ts';

/** struct itimerval: seconds and microseconds of the interval, then of the value. */
const ITIMERVAL_WORDS = 4;
const USEC_PER_SEC = 1000000;

/** The timer of a group is due: SIGALRM, and again after the interval. In the handler. Takes tasklist_lock, siglock. */
export function it_real_fn(p: number): void {
  const signal = load(p + task_struct.signal);
  const interval = load(signal + signal_struct.it_real_incr);
  send_group_sig_info(SIGALRM, p);
  if (interval) add_timer(signal + signal_struct.real_timer, p, interval);
}

/** Arms the group's timer anew, 0 for none; the ticks that were left before. Takes siglock, inside it base->lock. */
function do_setitimer(value: number, interval: number): number {
  const tsk = current();
  const signal = load(tsk + task_struct.signal);
  const sighand = load(tsk + task_struct.sighand);
  const timer = signal + signal_struct.real_timer;
  store(this_cpu() + cpu_area.has_timers, 1);
  for (;;) {
    spin_lock_irq(sighand + sighand_struct.siglock);
    const left = timer_remaining(timer);
    if (try_to_del_timer_sync(timer) !== TIMER_RUNS) {
      store(signal + signal_struct.it_real_incr, interval);
      if (value) add_timer(timer, load(tsk + task_struct.group_leader), value);
      spin_unlock_irq(sighand + sighand_struct.siglock);
      return left;
    }
    // Its function wants siglock.
    spin_unlock_irq(sighand + sighand_struct.siglock);
    timer_wait_running(timer);
  }
}

/** Result the seconds that were left of the alarm before. */
export function sys_alarm(seconds: number): number {
  return do_setitimer(seconds >>> 0 > MOST_SECONDS ? MOST_SECONDS : seconds, 0);
}

/** 0, -EINVAL for another timer than ITIMER_REAL or no time, -EFAULT. NULL for `value` disarms, as in 2.6. */
export function sys_setitimer(which: number, value: number, ovalue: number): number {
  const read = this_cpu_data() + cpu_data.path;
  for (let i = 0; i < ITIMERVAL_WORDS; i++) {
    if (value === 0) store(read + 4 * i, 0);
    else if (get_user(read + 4 * i, value + 4 * i)) return -EFAULT;
  }
  if (which !== ITIMER_REAL) return -EINVAL;
  const interval = ticks_of(read, USEC_PER_SEC);
  const first = ticks_of(read + 8, USEC_PER_SEC);
  if (interval < 0 || first < 0) return -EINVAL;
  const before = load(load(current() + task_struct.signal) + signal_struct.it_real_incr);
  const left = do_setitimer(first, interval);
  if (ovalue === 0) return 0;
  const wrong =
    put_user(before, ovalue) || put_user(0, ovalue + 4) || put_user(left, ovalue + 8) || put_user(0, ovalue + 12);
  return wrong ? -EFAULT : 0;
}

/**
 * Another thread than the leader execs: the timer becomes its own, and when this returns it runs for the leader no more,
 * who is about to be released. Waits for one that runs; the caller holds nothing.
 */
export function exec_itimer(signal: number, tsk: number): void {
  if (load(this_cpu() + cpu_area.has_timers) === 0) return;
  const timer = signal + signal_struct.real_timer;
  for (;;) {
    const left = timer_remaining(timer);
    const found = try_to_del_timer_sync(timer);
    if (found !== TIMER_RUNS) {
      if (found) add_timer(timer, tsk, left > 0 ? left : 1);
      return;
    }
    timer_wait_running(timer);
  }
}

/** The last thread of a group takes its timer away, before anything it needs goes. Waits for one that runs. */
export function exit_itimer(tsk: number): void {
  if (load(this_cpu() + cpu_area.has_timers) === 0) return;
  del_timer_sync(load(tsk + task_struct.signal) + signal_struct.real_timer);
}
