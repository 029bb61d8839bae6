/**
 * A traced task stops at every signal but SIGKILL, tells its tracer, and goes on with the signal that the tracer leaves in
 * exit_code, or with none.
 *
 * Departure: kernel code keeps no stack, so the task leaves its CPU in TASK_TRACED with `ptrace_stopped` set, and does
 * the rest when it looks at its signals again.
 */
import { load, store } from '../machine/bus.ts';
import { read_lock, read_unlock } from '../machine/rwlock.ts';
import { PT_ATTACHED, PT_PTRACED, SIGKILL, SIGNAL_GROUP_EXIT, TASK_RUNNING, TASK_TRACED } from './abi.ts';
import { kernel, signal_struct, task_struct } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { specific_send_sig_info } from './signal.ts';
import { count_down, do_notify_parent_cldstop } from './signal-stop.ts';
import { recalc_sigpending, sigismember } from './sigset.ts';

/** 1 when the current task is to stop at a signal for its tracer. */
export function stops_for_tracer(tsk: number, sig: number): number {
  return load(tsk + task_struct.ptrace) & PT_PTRACED && sig !== SIGKILL ? 1 : 0;
}

/**
 * The current task stops at a signal; a stop of its group counts it as stopped until 3.0, but is not told when it was the last. In
 * linux-6 it takes part when it goes on. siglock held.
 */
export function begin_ptrace_stop(tsk: number, sig: number): void {
  const counts = load(kernel.profile) !== PROFILE_LINUX_6;
  if (counts && load(load(tsk + task_struct.signal) + signal_struct.group_stop_count) > 0) count_down(tsk);
  store(tsk + task_struct.ptrace_stopped, sig);
  store(tsk + task_struct.exit_code, sig);
  // What is sent meanwhile wakes nobody: it looks at its signals when it goes on.
  store(tsk + task_struct.sigpending, 1);
  store(tsk + task_struct.state, TASK_TRACED);
}

/** 1 while somebody is there to let the task go on: a tracer, which is not of a group that dies together with it. */
function has_tracer(tsk: number): number {
  const ptrace = load(tsk + task_struct.ptrace);
  if ((ptrace & PT_PTRACED) === 0) return 0;
  const parent = load(tsk + task_struct.parent);
  if (ptrace & PT_ATTACHED && parent === load(tsk + task_struct.real_parent)) return 0;
  const signal = load(tsk + task_struct.signal);
  return load(parent + task_struct.signal) !== signal || (load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT) === 0
    ? 1
    : 0;
}

/**
 * Tells the tracer of the stop, or takes it back when the tracer went away; not when it let the task go on before that, which
 * it may do here as soon as the task is in TASK_TRACED. Takes tasklist_lock for reading.
 */
export function finish_ptrace_stop(tsk: number): void {
  const sig = load(tsk + task_struct.ptrace_stopped);
  read_lock(kernel.tasklist_lock);
  const traced = has_tracer(tsk);
  if (traced) do_notify_parent_cldstop(tsk, 1);
  const stays = traced || load(tsk + task_struct.state) !== TASK_TRACED;
  read_unlock(kernel.tasklist_lock);
  if (stays) return;
  store(tsk + task_struct.state, TASK_RUNNING);
  store(tsk + task_struct.exit_code, sig);
}

/**
 * The signal with which the tracer lets the task go on that stopped; 0 for none, or when it stopped at none. One that is
 * blocked is sent again. siglock held.
 */
export function take_resumed(tsk: number): number {
  if (load(tsk + task_struct.ptrace_stopped) === 0) return 0;
  store(tsk + task_struct.ptrace_stopped, 0);
  recalc_sigpending(tsk);
  const sig = load(tsk + task_struct.exit_code);
  if (sig === 0) return 0;
  store(tsk + task_struct.exit_code, 0);
  if (sigismember(tsk + task_struct.blocked, sig) === 0) return sig;
  specific_send_sig_info(sig, tsk);
  return 0;
}
