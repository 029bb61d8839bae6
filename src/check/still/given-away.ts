/**
 * What a machine in which every task sleeps tells of waits for a child that is another's by now: a thread that traces a task
 * lets go of it, or exits, while another thread of its group waits for that task. A wait looks again when one of the
 * children has news, and nobody tells it that one is a child no more, in Linux to this day.
 */
import { TASK_INTERRUPTIBLE } from '../../kernel/abi.ts';
import { task_struct } from '../../kernel/layout.ts';
import { taskText } from '../evidence/machine-state.ts';
import type { RamView } from '../evidence/view.ts';
import { waitOf } from './stopped-tasks.ts';

/** A line for each task that sleeps in a wait for one who is there, and whose parents are both of other groups. */
export function givenAway(view: RamView, names: readonly string[]): string[] {
  const word = (task: number, field: number): number => view.word(task + field);
  const tasks = view.tasks();
  return tasks.flatMap((waiter) => {
    const asleep = word(waiter, task_struct.state) === TASK_INTERRUPTIBLE && word(waiter, task_struct.sigpending) === 0;
    const wait = asleep ? waitOf(view, waiter) : undefined;
    if (wait === undefined || wait.pid <= 0) return [];
    const group = word(waiter, task_struct.signal);
    const child = tasks.find((task) => word(task, task_struct.pid) === wait.pid);
    if (child === undefined) return [];
    const parents = [task_struct.parent, task_struct.real_parent].map((field) => word(child, field));
    if (parents.some((parent) => word(parent, task_struct.signal) === group)) return [];
    return [
      `${taskText(view, waiter, names)} sleeps in a wait for ${taskText(view, child, names)}, who was given to another`,
    ];
  });
}
