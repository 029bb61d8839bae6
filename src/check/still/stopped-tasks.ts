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
  TASK_STOPPED,
  TASK_TRACED,
  WUNTRACED,
} from '../../kernel/abi.ts';
import { pt_regs, signal_struct, task_struct } from '../../kernel/layout.ts';
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
function waitOf(view: RamView, task: number): { pid: number; options: number } | undefined {
  if (view.word(task + task_struct.exit_state) !== 0 || isStopped(view, task)) return undefined;
  const reg = (field: number): number => view.word(task + task_struct.regs + field);
  const call = reg(pt_regs.orig_eax);
  if (call === NR_waitpid || call === NR_wait4) return { pid: reg(pt_regs.ebx), options: reg(pt_regs.edx) };
  if (call !== NR_waitid) return undefined;
  const which = reg(pt_regs.ebx);
  const id = reg(pt_regs.ecx);
  return { pid: which === P_ALL ? -1 : which === P_PID ? id : -id, options: reg(pt_regs.esi) };
}

/** Whether its parent sleeps in a wait that would tell of its stop, and has not. */
function isUntold(view: RamView, task: number): boolean {
  const word = (one: number, field: number): number => view.word(one + field);
  if (word(task, task_struct.exit_code) === 0) return false;
  // A thread is nobody's to wait for, but its tracer's.
  const traced = isTraced(view, task);
  if (!traced && (word(task, task_struct.group_leader) !== task || word(task, task_struct.state) === TASK_TRACED))
    return false;
  const parents = word(word(task, task_struct.parent), task_struct.signal);
  return view.tasks().some((waiter) => {
    const wait = waitOf(view, waiter);
    if (wait === undefined || word(waiter, task_struct.signal) !== parents) return false;
    const { pid, options } = wait;
    return (traced || (options & WUNTRACED) !== 0) && (pid === -1 || pid === word(task, task_struct.pid));
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
