/**
 * Sets of signals: two words; what default actions do; and the flag that makes a task look at what it and its group have
 * pending. Everything here is guarded by the siglock of the sighand.
 */
import { load, store } from '../machine/bus.ts';
import {
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGURG,
  SIGWINCH,
  TASK_INTERRUPTIBLE,
  TASK_STOPPED,
  TASK_TRACED,
  TASK_WAKEKILL,
} from './abi.ts';
import { current } from './context.ts';
import { kernel, sighand_struct, signal_struct, task_struct } from './layout.ts';
import { PROFILE_LINUX_6 } from './profiles.ts';
import { try_to_wake_up } from './sched.ts';

/** SIGSTOP, SIGTSTP, SIGTTIN and SIGTTOU as bits of a set's first word. */
export const SIG_KERNEL_STOP_MASK = 0x3c0000;

/** QUIT, ILL, TRAP, ABRT, BUS, FPE, SEGV, XCPU, XFSZ and SYS as bits of a set's first word. */
const SIG_KERNEL_COREDUMP_MASK = 0x418004fc;

export function sigaddset(set: number, sig: number): void {
  const at = set + 4 * ((sig - 1) >>> 5);
  store(at, load(at) | (1 << ((sig - 1) & 31)));
}

export function sigdelset(set: number, sig: number): void {
  const at = set + 4 * ((sig - 1) >>> 5);
  store(at, load(at) & ~(1 << ((sig - 1) & 31)));
}

export function sigismember(set: number, sig: number): number {
  return (load(set + 4 * ((sig - 1) >>> 5)) >>> ((sig - 1) & 31)) & 1;
}

/** Number of the lowest bit that is set in a word that is not 0. */
function lowest_bit(word: number): number {
  let bit = 0;
  while ((word & (1 << bit)) === 0) bit++;
  return bit;
}

/** The signal to take next out of a set: SIGKILL, else the lowest that is not blocked; 0 for none. siglock held. */
export function next_signal(set: number, blocked: number): number {
  const low = load(set) & ~load(blocked);
  if (low & (1 << (SIGKILL - 1))) return SIGKILL;
  if (low) return 1 + lowest_bit(low);
  const high = load(set + 4) & ~load(blocked + 4);
  return high ? 33 + lowest_bit(high) : 0;
}

/** Address of the handler word of a signal; the word after it holds the SA_ flags. */
export function sigaction_of(sighand: number, sig: number): number {
  return sighand + sighand_struct.action + 8 * (sig - 1);
}

/** 1 when the default action of a signal is to be ignored. */
export function ignored_by_default(sig: number): number {
  return sig === SIGCHLD || sig === SIGCONT || sig === SIGURG || sig === SIGWINCH ? 1 : 0;
}

export function stops_by_default(sig: number): number {
  return sig === SIGSTOP || sig === SIGTSTP || sig === SIGTTIN || sig === SIGTTOU ? 1 : 0;
}

export function dumps_core(sig: number): number {
  return sig <= 32 ? (SIG_KERNEL_COREDUMP_MASK >>> (sig - 1)) & 1 : 0;
}

/**
 * 1 while the task has a stop of its group before it: in 2.6 as long as any thread has; in linux-6 when it is counted, and not
 * once more when its tracer let it go on from that stop. siglock held.
 */
export function stop_is_pending(tsk: number): number {
  if (load(load(tsk + task_struct.signal) + signal_struct.group_stop_count) === 0) return 0;
  return load(kernel.profile) !== PROFILE_LINUX_6 || load(tsk + task_struct.stop_pending) ? 1 : 0;
}

/** Works out again whether the task has something to deliver; siglock held. */
export function recalc_sigpending(tsk: number): void {
  const shared = load(tsk + task_struct.signal) + signal_struct.shared_pending;
  const own = tsk + task_struct.pending;
  const blocked = tsk + task_struct.blocked;
  const low = (load(own) | load(shared)) & ~load(blocked);
  const high = (load(own + 4) | load(shared + 4)) & ~load(blocked + 4);
  store(tsk + task_struct.sigpending, low | high || stop_is_pending(tsk) ? 1 : 0);
}

/** Makes a task look at its signals; `resume` also wakes it from a stop, and from a sleep that a kill ends. siglock held, inside it rq->lock. */
export function signal_wake_up(tsk: number, resume: number): void {
  store(tsk + task_struct.sigpending, 1);
  try_to_wake_up(tsk, resume ? TASK_INTERRUPTIBLE | TASK_STOPPED | TASK_TRACED | TASK_WAKEKILL : TASK_INTERRUPTIBLE);
}

/** 1 when a task is being killed. No lock: who sends SIGKILL wakes the task up after. */
export function fatal_signal_pending(tsk: number): number {
  return load(tsk + task_struct.sigpending) && sigismember(tsk + task_struct.pending, SIGKILL) ? 1 : 0;
}

/** 1 when the current task should leave a sleep. */
export function signal_pending(): number {
  return load(current() + task_struct.sigpending);
}
