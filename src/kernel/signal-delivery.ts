/** The receiving side of signals: what happens on the way back to user mode. */
import { load, store } from '../machine/bus.ts';
import { spin_lock, spin_lock_irq, spin_unlock, spin_unlock_irq } from '../machine/spinlock.ts';
import {
  RESTART_BLOCK,
  RESTART_DUMPING,
  RESTART_EXITING,
  RESTART_INTERRUPTED,
  RESTART_NOHAND,
  RESTART_ONCE,
  RESTART_SIGNALLED,
  RESTART_SLEPT,
  SA_RESETHAND,
  SA_RESTART,
  SIGNAL_GROUP_EXIT,
  SIGNAL_STOP_DEQUEUED,
  SIGSTOP,
  SIG_DFL,
  SIG_IGN,
} from './abi.ts';
import { current } from './context.ts';
import { do_coredump, go_on_dumping } from './coredump.ts';
import { do_group_exit, go_on_exiting } from './exit.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { is_orphaned_pgrp, process_group } from './pgrp.ts';
import { do_schedule_next_timer } from './posix-timer.ts';
import { PROFILE_DESAI_2005 } from './profiles.ts';
import { handle_signal, is_code } from './sigframe.ts';
import { begin_ptrace_stop, finish_ptrace_stop, stops_for_tracer, take_resumed } from './ptrace-stop.ts';
import { do_signal_stop, finish_stop, join_stop, STOP_CANCELLED } from './signal-stop.ts';
import { collect_signal } from './sigqueue.ts';
import {
  dumps_core,
  next_signal,
  sigaction_of,
  ignored_by_default,
  stops_by_default,
  recalc_sigpending,
  stop_is_pending,
} from './sigset.ts';
import { forget_timeout, interrupt_timeout } from './timeout.ts';

/**
 * Takes the next signal to deliver out of the task's own set, or else out of what the group shares; 0 for none. A stop
 * signal leaves a mark, which SIGCONT wipes out before the stop takes effect. A timer that waited for that goes on, and meanwhile
 * siglock is let go of, since it_lock stands around it. siglock held.
 */
function dequeue_signal(tsk: number, sighand: number): number {
  const signal = load(tsk + task_struct.signal);
  let set = tsk + task_struct.pending;
  let sig = next_signal(set, tsk + task_struct.blocked);
  if (sig === 0) {
    set = signal + signal_struct.shared_pending;
    sig = next_signal(set, tsk + task_struct.blocked);
  }
  if (sig === 0) {
    recalc_sigpending(tsk);
    return 0;
  }
  const goes_on = collect_signal(sig, set);
  recalc_sigpending(tsk);
  const flags = load(signal + signal_struct.flags);
  // Until 2.6.14 in a group that is ending too (B15).
  const marks = (flags & SIGNAL_GROUP_EXIT) === 0 || load(kernel.profile) === PROFILE_DESAI_2005;
  if (stops_by_default(sig) && marks) {
    store(signal + signal_struct.flags, flags | SIGNAL_STOP_DEQUEUED);
  }
  if (goes_on) {
    spin_unlock(sighand + sighand_struct.siglock);
    do_schedule_next_timer(goes_on);
    spin_lock(sighand + sighand_struct.siglock);
  }
  return sig;
}

/** A handler is to run: notes it, and ends a call that slept unless it asks for a restart. siglock held. */
function deliver(tsk: number, action: number): void {
  store(tsk + task_struct.handled_signals, load(tsk + task_struct.handled_signals) + 1);
  const flags = load(action + 4);
  store(tsk + task_struct.handler_flags, flags);
  if (flags & SA_RESETHAND) store(action, SIG_DFL);
  const restart = load(tsk + task_struct.restart);
  const never = restart === RESTART_NOHAND || restart === RESTART_SIGNALLED || restart === RESTART_BLOCK;
  if (never || (restart === RESTART_SLEPT && (flags & SA_RESTART) === 0)) {
    store(tsk + task_struct.restart, RESTART_INTERRUPTED);
    forget_timeout(tsk);
  }
}

/** A handler that returns at once ends sigsuspend: the mask is what it was before. siglock held. */
function end_suspend(tsk: number): void {
  store(tsk + task_struct.suspended, 0);
  store(tsk + task_struct.blocked, load(tsk + task_struct.saved_sigmask));
  store(tsk + task_struct.blocked + 4, load(tsk + task_struct.saved_sigmask + 4));
  recalc_sigpending(tsk);
}

/**
 * 1 when the stop signals of a terminal mean nothing to the current task, because its process group is orphaned. Called and
 * returns with siglock, which it drops meanwhile; takes tasklist_lock for reading.
 */
function stops_nobody(tsk: number, sighand: number): number {
  spin_unlock_irq(sighand + sighand_struct.siglock);
  const orphaned = is_orphaned_pgrp(process_group(tsk));
  spin_lock_irq(sighand + sighand_struct.siglock);
  return orphaned;
}

/** 1 for the thread that the others stop for, because it is to take a signal that dumps core. siglock held. */
function goes_on_to_dump(tsk: number, signal: number): number {
  if (load(signal + signal_struct.group_exit_task) !== tsk) return 0;
  store(signal + signal_struct.group_exit_task, 0);
  return 1;
}

/** What get_signal_to_deliver answers when the task stopped, when it was the last of its group, and when its tracer is to say. */
const STOPPED = -1;
const GROUP_STOPPED = -2;
const PTRACE_STOPPED = -3;

/**
 * The next signal of the current task that needs more than siglock: one with a handler of code, which is noted, or one
 * that kills. 0 for none, STOPPED, GROUP_STOPPED, PTRACE_STOPPED. Takes siglock.
 */
function get_signal_to_deliver(tsk: number): number {
  const sighand = load(tsk + task_struct.sighand);
  const signal = load(tsk + task_struct.signal);
  let result = 0;
  spin_lock_irq(sighand + sighand_struct.siglock);
  for (let sig = take_resumed(tsk); ; sig = 0) {
    if (sig === 0) {
      const exiting = load(signal + signal_struct.flags) & SIGNAL_GROUP_EXIT;
      if (stop_is_pending(tsk) && !exiting && goes_on_to_dump(tsk, signal) === 0) {
        result = join_stop(tsk) === 0 ? GROUP_STOPPED : STOPPED;
        break;
      }
      sig = dequeue_signal(tsk, sighand);
      if (sig && stops_for_tracer(tsk, sig)) {
        begin_ptrace_stop(tsk, sig);
        result = PTRACE_STOPPED;
        break;
      }
    }
    result = sig;
    if (sig === 0) break;
    const action = sigaction_of(sighand, sig);
    const handler = load(action);
    if (handler === SIG_IGN) continue;
    store(tsk + task_struct.handler, handler);
    if (handler !== SIG_DFL) {
      deliver(tsk, action);
      if (is_code(handler)) break;
      if (load(tsk + task_struct.suspended)) end_suspend(tsk);
      continue;
    }
    if (ignored_by_default(sig) || load(tsk + task_struct.tgid) === 1) continue;
    if (stops_by_default(sig) === 0) break;
    if (sig !== SIGSTOP && stops_nobody(tsk, sighand)) continue;
    const left = do_signal_stop(tsk, sig);
    if (left === STOP_CANCELLED) continue;
    result = left === 0 ? GROUP_STOPPED : STOPPED;
    break;
  }
  spin_unlock_irq(sighand + sighand_struct.siglock);
  return result;
}

/**
 * Delivers what is pending to the current task, a stop of its group first, one handler of code at a time. 1 when it goes
 * on in user mode, 0 when it stopped or died: the CPU then takes another task. Takes siglock and tasklist_lock; dying
 * takes everything exit takes.
 */
export function do_signal(): number {
  const tsk = current();
  const restart = load(tsk + task_struct.restart);
  if (restart === RESTART_DUMPING || restart === RESTART_EXITING) {
    if (restart === RESTART_EXITING) go_on_exiting(tsk);
    else if (go_on_dumping(tsk)) do_group_exit(load(tsk + task_struct.dying_code));
    return 0;
  }
  if (restart === RESTART_BLOCK || restart === RESTART_ONCE) interrupt_timeout(tsk);
  if (restart === RESTART_ONCE && load(tsk + task_struct.restart) === RESTART_ONCE)
    store(tsk + task_struct.restart, RESTART_SIGNALLED);
  // What a wait would have told of the stop that is over.
  if (load(tsk + task_struct.exit_code) && load(tsk + task_struct.ptrace_stopped) === 0)
    store(tsk + task_struct.exit_code, 0);
  const sig = get_signal_to_deliver(tsk);
  if (sig === 0) return 1;
  if (sig < 0) {
    if (sig === PTRACE_STOPPED) finish_ptrace_stop(tsk);
    else finish_stop(tsk, sig === GROUP_STOPPED ? 1 : 0);
    return 0;
  }
  if (load(tsk + task_struct.handler) === SIG_DFL) {
    if (dumps_core(sig) === 0 || do_coredump(tsk, sig)) do_group_exit(sig);
    return 0;
  }
  handle_signal(sig, tsk);
  return 1;
}
