/**
 * A signal for a thread group: whether it does anything, which of the threads takes it, and what a fatal one does at once.
 * Everything here is guarded by the siglock of the sighand.
 */
import { load, store } from '../machine/bus.ts';
import {
  PF_EXITING,
  PT_PTRACED,
  SIGKILL,
  SIGNAL_GROUP_EXIT,
  SIG_DFL,
  SIG_IGN,
  TASK_STOPPED,
  TASK_TRACED,
} from './abi.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { next_thread, thread_group_empty } from './pid.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { wake_up_process } from './sched.ts';
import { legacy_queue, rm_from_queue, send_signal } from './sigqueue.ts';
import {
  dumps_core,
  ignored_by_default,
  sigaction_of,
  sigaddset,
  sigismember,
  SIG_KERNEL_STOP_MASK,
  signal_wake_up,
  stops_by_default,
} from './sigset.ts';

/** 1 when sending it would have no effect: a tracer sees every signal. siglock held. */
export function sig_ignored(tsk: number, sig: number): number {
  if (load(tsk + task_struct.ptrace) & PT_PTRACED) return 0;
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
  if (load(p + task_struct.state) & (TASK_STOPPED | TASK_TRACED)) return 0;
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

/** 1 when no tracer is asked before a fatal signal kills; siglock held. */
function kills(t: number, sig: number): number {
  return sig === SIGKILL || (load(t + task_struct.ptrace) & PT_PTRACED) === 0 ? 1 : 0;
}

/**
 * 2.6: a signal that dumps core was sent. Until the chosen thread comes to take it the others stop, so that nothing happens
 * meanwhile; it does not stop itself, for it is the group's group_exit_task. Nobody dies of it in init, which Linux stops for
 * good that way. siglock held.
 */
function stop_for_dump(p: number, chosen: number): void {
  const signal = load(p + task_struct.signal);
  rm_from_queue(SIG_KERNEL_STOP_MASK, chosen + task_struct.pending);
  rm_from_queue(SIG_KERNEL_STOP_MASK, signal + signal_struct.shared_pending);
  store(signal + signal_struct.group_exit_task, chosen);
  let count = 0;
  let each = p;
  do {
    count = count + 1;
    store(signal + signal_struct.group_stop_count, count);
    signal_wake_up(each, 0);
    each = next_thread(each);
  } while (each !== p);
  wake_up_process(chosen);
}

/** Finds a thread for a pending group signal; a fatal one takes the whole group down at once. siglock held. */
export function group_complete_signal(sig: number, p: number): void {
  const t = choose_thread(sig, p);
  if (t === 0) return;
  const signal = load(p + task_struct.signal);
  const exiting = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
  if (sig_fatal(p, sig) && !exiting && sigismember(t + task_struct.blocked, sig) === 0 && kills(t, sig)) {
    if (dumps_core(sig)) {
      if (load(kernel.profile) === PROFILE_LINUX_6 || load(p + task_struct.tgid) === 1) signal_wake_up(t, 0);
      else stop_for_dump(p, t);
      return;
    }
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

/**
 * Enters a signal into what a group shares, and finds a thread for it. 0, or -EAGAIN when it must be queued and cannot.
 * siglock and tasklist_lock held.
 */
export function queue_group_signal(sig: number, p: number, must_queue: number): number {
  if (sig_ignored(p, sig)) return 0;
  const pending = load(p + task_struct.signal) + signal_struct.shared_pending;
  if (legacy_queue(pending, sig)) return 0;
  const err = send_signal(sig, p, pending, must_queue);
  if (err === 0) group_complete_signal(sig, p);
  return err;
}
