/**
 * What a machine in which every task sleeps tells of signals that went wrong: signals to a group that nobody takes, while one
 * of its threads that would take it sleeps and was not told; and stops that wait for somebody although all have stopped.
 *
 * The era did both by itself in a few ways (B39, B53, B52), and a line says so where what is left can be that. Elsewhere it
 * says only what is wrong. A thread that a signal was sent to is asked first, so it is missed in none of those ways.
 */
import { PF_EXITING, PF_FORKNOEXEC, TASK_INTERRUPTIBLE, TASK_STOPPED } from '../../kernel/abi.ts';
import { signal_struct, task_struct } from '../../kernel/layout.ts';
import { taskText } from '../evidence/machine-state.ts';
import type { RamView } from '../evidence/view.ts';
import { killedStops } from './killed-stops.ts';
import { releasedTasks } from './released-tasks.ts';

interface Missed {
  readonly task: number;
  readonly sig: number;
}

/** Each task that sleeps on while its group has a signal for it; every task has to be at rest. */
function missed(view: RamView): Missed[] {
  return view.tasks().flatMap((task) => {
    const word = (field: number): number => view.word(task + field);
    const signal = word(task_struct.signal);
    const sleeps = word(task_struct.state) === TASK_INTERRUPTIBLE && word(task_struct.sigpending) === 0;
    if (!sleeps || signal === 0 || (word(task_struct.flags) & PF_EXITING) !== 0) return [];
    return [0, 1].flatMap((half) => {
      const pending = view.word(signal + signal_struct.shared_pending + 4 * half);
      const open = pending & ~word(task_struct.blocked + 4 * half);
      return Array.from({ length: 32 }, (_, bit) => bit)
        .filter((bit) => (open >>> bit) & 1)
        .map((bit) => ({ task, sig: 32 * half + bit + 1 }));
    });
  });
}

/** What may have become of the thread that was chosen instead, or undefined: then the era did not do it. */
function excuse(view: RamView, { task, sig }: Missed, names: readonly string[]): string | undefined {
  const word = (one: number, field: number): number => view.word(one + field);
  const leader = word(task, task_struct.group_leader);
  const gone = releasedTasks(view) > 0 ? 'the one that was chosen is gone' : undefined;
  // A leader by birth. One that has executed may have taken over from who was asked.
  if (task === leader) return (word(task, task_struct.flags) & PF_FORKNOEXEC) === 0 ? gone : undefined;
  const target = view.word(word(task, task_struct.signal) + signal_struct.curr_target);
  // A leader that takes a signal leaves no place to go on from; where there is one, it is who was asked last.
  const asked = target === 0 ? leader : target;
  if (asked !== task && (asked !== leader || target === 0)) {
    const blocked = word(asked, task_struct.blocked + 4 * ((sig - 1) >> 5)) >>> ((sig - 1) & 31);
    if (blocked & 1) return `${taskText(view, asked, names)} blocks it`;
    if (word(asked, task_struct.flags) & PF_EXITING) return `${taskText(view, asked, names)} has exited`;
  }
  return target === 0 ? undefined : gone;
}

/** A line for each signal that was missed; those that the era is not to blame for, when there are any. */
export function missedSignals(view: RamView, names: readonly string[]): string[] {
  const all = missed(view).map((one) => ({ ...one, why: excuse(view, one, names) }));
  const bare = all.filter(({ why }) => why === undefined);
  return (bare.length > 0 ? bare : all).map(({ task, sig, why }) => {
    const what = `${taskText(view, task, names)} sleeps and was never told of signal ${sig} of its group`;
    return why === undefined ? what : `${what}: ${why}`;
  });
}

/** A line for each group of which every thread that is left has stopped, and whose stop still waits for others. */
export function unfinishedStops(view: RamView, names: readonly string[]): string[] {
  const word = (task: number, field: number): number => view.word(task + field);
  const tasks = view.tasks();
  const alive = tasks.filter((task) => word(task, task_struct.exit_state) === 0);
  const groups = new Set(alive.map((task) => word(task, task_struct.signal)));
  return [...groups].flatMap((signal) => {
    const threads = alive.filter((task) => word(task, task_struct.signal) === signal);
    const count = view.word(signal + signal_struct.group_stop_count);
    const all = threads.every((task) => word(task, task_struct.state) === TASK_STOPPED);
    if (count === 0 || !all) return [];
    const dead = tasks.filter((task) => word(task, task_struct.signal) === signal).length - threads.length;
    const what = `the stop of ${taskText(view, threads[0] ?? 0, names)} waits for ${count} more`;
    return [dead + releasedTasks(view) >= count ? `${what}, of whom none is left` : `${what} than there are`];
  });
}

/** Whether a task sleeps for the kernel's fault, whatever its program waits for. */
export const isMissed = (view: RamView): boolean =>
  missed(view).length > 0 || unfinishedStops(view, []).length > 0 || killedStops(view, []).length > 0;
