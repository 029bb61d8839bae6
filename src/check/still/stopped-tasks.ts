/**
 * Tasks that have stopped, on a machine in which every task sleeps: which of them another task has yet to let go on, and
 * which the kernel has left so.
 */
import {
  PT_ATTACHED,
  PT_PTRACED,
  P_ALL,
  P_PID,
  SIGCONT,
  SIGKILL,
  SIGNAL_STOP_STOPPED,
  TASK_STOPPED,
  TASK_TRACED,
  WUNTRACED,
} from '../../kernel/abi.ts';
import { kernel, pt_regs, signal_struct, task_struct } from '../../kernel/layout.ts';
import { PROFILE_LINUX_6 } from '../../kernel/profiles.ts';
import { NR_wait4, NR_waitid, NR_waitpid } from '../../kernel/syscall-numbers.ts';
import type { RamView } from '../evidence/view.ts';

export const isStopped = (view: RamView, task: number): boolean =>
  (view.word(task + task_struct.state) & (TASK_STOPPED | TASK_TRACED)) !== 0;

function isPending(view: RamView, task: number, sig: number): boolean {
  const shared = view.word(view.word(task + task_struct.signal) + signal_struct.shared_pending);
  return (((view.word(task + task_struct.pending) | shared) >>> (sig - 1)) & 1) === 1;
}

/** Whether a parent of now is the tracer: not so while a real parent attaches to its own child that was another's. */
function isTraced(view: RamView, task: number): boolean {
  const ptrace = view.word(task + task_struct.ptrace);
  if ((ptrace & PT_PTRACED) === 0) return false;
  return (
    (ptrace & PT_ATTACHED) === 0 || view.word(task + task_struct.parent) !== view.word(task + task_struct.real_parent)
  );
}

/** Which children the wait in which a task sleeps is about, as wait4 names them, and with which options; undefined for none. */
export function waitOf(view: RamView, task: number): { pid: number; options: number } | undefined {
  if (view.word(task + task_struct.exit_state) !== 0 || isStopped(view, task)) return undefined;
  const reg = (field: number): number => view.word(task + task_struct.regs + field);
  const call = reg(pt_regs.orig_eax);
  if (call === NR_waitpid || call === NR_wait4) return { pid: reg(pt_regs.ebx), options: reg(pt_regs.edx) };
  if (call !== NR_waitid) return undefined;
  const which = reg(pt_regs.ebx);
  const id = reg(pt_regs.ecx);
  return { pid: which === P_ALL ? -1 : which === P_PID ? id : -id, options: reg(pt_regs.esi) };
}

/** Whether a wait for the group of a task would tell of its stop, in linux-6: whatever its leader does. */
function hasUntoldGroup(view: RamView, task: number): boolean {
  const signal = view.word(task + task_struct.signal);
  const stopped = (view.word(signal + signal_struct.flags) & SIGNAL_STOP_STOPPED) !== 0;
  return stopped && view.word(signal + signal_struct.group_exit_code) !== 0;
}

/** Who is waited for when it is to be told that a task has stopped, or undefined. A thread is nobody's, but its tracer's. */
function toTellOf(view: RamView, task: number, traced: boolean): number | undefined {
  const code = view.word(task + task_struct.exit_code);
  if (traced) return code === 0 ? undefined : task;
  if (view.word(task + task_struct.state) === TASK_TRACED) return undefined;
  const leader = view.word(task + task_struct.group_leader);
  if (view.word(kernel.profile) === PROFILE_LINUX_6) return hasUntoldGroup(view, task) ? leader : undefined;
  return leader === task && code !== 0 ? task : undefined;
}

/** Whether its parent sleeps in a wait that would tell of its stop, and has not. */
function isUntold(view: RamView, task: number): boolean {
  const word = (one: number, field: number): number => view.word(one + field);
  const traced = isTraced(view, task);
  const child = toTellOf(view, task, traced);
  if (child === undefined) return false;
  const parents = word(word(child, task_struct.parent), task_struct.signal);
  return view.tasks().some((waiter) => {
    const wait = waitOf(view, waiter);
    if (wait === undefined || word(waiter, task_struct.signal) !== parents) return false;
    const { pid, options } = wait;
    return (traced || (options & WUNTRACED) !== 0) && (pid === -1 || pid === word(child, task_struct.pid));
  });
}

/**
 * Whether a task that has stopped may stay so until another lets it go on: SIGCONT and SIGKILL wake it by themselves, a
 * tracer that is gone takes its hand off, and who waits for its stop hears of it.
 */
export function waitsToGoOn(view: RamView, task: number): boolean {
  if (isPending(view, task, SIGKILL) || isUntold(view, task)) return false;
  if (view.word(task + task_struct.state) !== TASK_TRACED) return !isPending(view, task, SIGCONT);
  return isTraced(view, task) && view.word(view.word(task + task_struct.parent) + task_struct.exit_state) === 0;
}
