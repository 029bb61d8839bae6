/**
 * What a machine in which every task sleeps tells of tasks that have stopped and were killed: a kill wakes who has stopped.
 * One that was born stopped in the same moment misses it until the flag's end (B40): its SIGSTOP lies in its set still.
 */
import { SIGKILL, SIGSTOP, TASK_STOPPED } from '../../kernel/abi.ts';
import { task_struct } from '../../kernel/layout.ts';
import { taskText } from '../evidence/machine-state.ts';
import type { RamView } from '../evidence/view.ts';

export function killedStops(view: RamView, names: readonly string[]): string[] {
  return view.tasks().flatMap((task) => {
    const pending = view.word(task + task_struct.pending);
    const has = (sig: number): boolean => ((pending >>> (sig - 1)) & 1) === 1;
    if (view.word(task + task_struct.state) !== TASK_STOPPED || !has(SIGKILL)) return [];
    const what = `${taskText(view, task, names)} has stopped, was killed, and sleeps on`;
    return [has(SIGSTOP) ? `${what}: it was born so` : what];
  });
}
