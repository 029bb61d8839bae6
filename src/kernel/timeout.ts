/**
 * Sleeps that end by time. A call keeps no stack here: it leaves a timer and what it sleeps in with its task, returns, and runs
 * again when the task wakes, by the timer or by a signal. A signal takes the timer away before it does anything else, since a
 * task may be stopped then, which no timer may undo; the call goes on with what is left.
 */
import { load, store } from '../machine/bus.ts';
import {
  RESTART_FAULTED,
  RESTART_TIMEDOUT,
  RESTART_WOKEN,
  TASK_INTERRUPTIBLE,
  TIMEOUT_FUTEX,
  TIMEOUT_NONE,
} from './abi.ts';
import { task_struct, timer_list } from './layout.ts';
import { wake_up_process } from './sched.ts';
import { add_timer, del_timer_sync, TIMER_TIMEOUT, timer_late } from './timer.ts';
import { put_user } from './uaccess.ts';

/** The current task is to sleep in a call of that kind, for so many ticks at most. */
export function schedule_timeout(tsk: number, kind: number, ticks: number): void {
  const timer = tsk + task_struct.sleep_timer;
  store(tsk + task_struct.timeout_kind, kind);
  store(timer + timer_list.function, TIMER_TIMEOUT);
  store(tsk + task_struct.state, TASK_INTERRUPTIBLE);
  add_timer(timer, tsk, ticks);
}

/** The time of a sleeper is over. In the handler. */
export function process_timeout(p: number): void {
  wake_up_process(p);
}

/** Takes the timer of a sleep away; ticks that were left, 0 or less when it was over. Waits for a timer that runs. */
export function end_timeout(tsk: number): number {
  const timer = tsk + task_struct.sleep_timer;
  del_timer_sync(timer);
  return -timer_late(timer);
}

/** Nothing of the sleep is left to go on with. */
export function forget_timeout(tsk: number): void {
  store(tsk + task_struct.timeout_kind, TIMEOUT_NONE);
}

/**
 * A signal came to a task that sleeps for a time: the timer goes, and when the time is over, or what is left of it cannot be
 * stored, the call is over, whatever the signal does. May sleep.
 */
export function interrupt_timeout(tsk: number): void {
  const kind = load(tsk + task_struct.timeout_kind);
  if (kind === TIMEOUT_NONE) return;
  const left = end_timeout(tsk);
  if (left <= 0) {
    store(tsk + task_struct.restart, kind === TIMEOUT_FUTEX ? RESTART_TIMEDOUT : RESTART_WOKEN);
    forget_timeout(tsk);
    return;
  }
  const rmtp = kind === TIMEOUT_FUTEX ? 0 : load(tsk + task_struct.timeout_rmtp);
  if (rmtp && (put_user(left, rmtp) || put_user(0, rmtp + 4))) {
    store(tsk + task_struct.restart, RESTART_FAULTED);
    forget_timeout(tsk);
  }
}
