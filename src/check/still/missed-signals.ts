/**
 * What a machine in which every task sleeps tells of signals that went wrong. Signals to a group that nobody takes: the
 * thread that was chosen for one is gone or blocks it, and one that would take it sleeps and was not told. And stops that
 * wait for a thread that has exited.
 */
import { PF_EXITING, TASK_INTERRUPTIBLE, TASK_STOPPED } from '../../kernel/abi.ts';
import { signal_struct, task_struct } from '../../kernel/layout.ts';
import { taskText } from '../evidence/machine-state.ts';
import type { RamView } from '../evidence/view.ts';

/** A line for each task that sleeps on while its group has a signal for it; every task has to be at rest. */
export function missedSignals(view: RamView, names: readonly string[]): string[] {
  return view.tasks().flatMap((task) => {
    const word = (field: number): number => view.word(task + field);
    const signal = word(task_struct.signal);
    const sleeps = word(task_struct.state) === TASK_INTERRUPTIBLE && word(task_struct.sigpending) === 0;
    if (!sleeps || signal === 0 || (word(task_struct.flags) & PF_EXITING) !== 0) return [];
    const missed = [0, 1].flatMap((half) => {
      const pending = view.word(signal + signal_struct.shared_pending + 4 * half);
      const open = pending & ~word(task_struct.blocked + 4 * half);
      return Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => (open >>> bit) & 1)
        .map((bit) => 32 * half + bit + 1);
    });
    return missed.map(
      (sig) => `${taskText(view, task, names)} sleeps and was never told of signal ${sig} of its group`,
    );
  });
}

/** A line for each group of which every thread that is left has stopped, and whose stop still waits for others. */
export function unfinishedStops(view: RamView, names: readonly string[]): string[] {
  const word = (task: number, field: number): number => view.word(task + field);
  const alive = view.tasks().filter((task) => word(task, task_struct.exit_state) === 0);
  const groups = new Set(alive.map((task) => word(task, task_struct.signal)));
  return [...groups].flatMap((signal) => {
    const threads = alive.filter((task) => word(task, task_struct.signal) === signal);
    const count = view.word(signal + signal_struct.group_stop_count);
    const all = threads.every((task) => word(task, task_struct.state) === TASK_STOPPED);
    if (count === 0 || !all) return [];
    return [`the stop of ${taskText(view, threads[0] ?? 0, names)} waits for ${count} more, of whom none is left`];
  });
}
