/**
 * Signals to a group that nobody takes: the thread that was chosen for one is gone or blocks it, and one that would take it
 * sleeps and was not told.
 */
import { PF_EXITING, TASK_INTERRUPTIBLE } from '../../kernel/abi.ts';
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
