/** What a machine in which every task sleeps tells of core dumps that nobody ends: whom the dumper still waits for. */
import { PF_EXITING, RESTART_DUMPING, RESTART_EXITING, TASK_STOPPED } from '../../kernel/abi.ts';
import { core_state, mm_struct, task_struct } from '../../kernel/layout.ts';
import { taskText } from '../evidence/machine-state.ts';
import type { RamView } from '../evidence/view.ts';

/** Lines for each dump of shared memory (2.6): who has it and does not come, and how many have it no more. */
export function unfinishedDumps(view: RamView, names: readonly string[]): string[] {
  const word = (task: number, field: number): number => view.word(task + field);
  const name = (task: number): string => taskText(view, task, names);
  return view.tasks().flatMap((dumper) => {
    const mm = word(dumper, task_struct.mm);
    if (word(dumper, task_struct.restart) !== RESTART_DUMPING || mm === 0) return [];
    const count = view.word(mm + mm_struct.core_state + core_state.core_waiters);
    const absent = view.tasks().filter((task) => {
      const has = task !== dumper && word(task, task_struct.mm) === mm;
      return has && word(task, task_struct.restart) !== RESTART_EXITING;
    });
    const left = count - absent.length;
    return [
      ...absent.map((task) => `the core dump of ${name(dumper)} waits for ${name(task)}, which ${doing(view, task)}`),
      ...(left > 0 ? [`the core dump of ${name(dumper)} waits for ${left} more, who left its memory`] : []),
    ];
  });
}

function doing(view: RamView, task: number): string {
  if (view.word(task + task_struct.state) === TASK_STOPPED) return 'has stopped';
  if (view.word(task + task_struct.exec_mm) !== 0) return 'waits in exec for others to die';
  return view.word(task + task_struct.flags) & PF_EXITING ? 'exits' : 'sleeps';
}
