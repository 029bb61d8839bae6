/** Who shares what, in a line: `fs parent=child  vm parent=child`. */
import { RamView } from '../check/evidence/view.ts';
import { task_struct } from '../kernel/layout.ts';
import { programTask } from '../check/evidence/machine-state.ts';

const parts = {
  vm: task_struct.mm,
  fs: task_struct.fs,
  files: task_struct.files,
  sighand: task_struct.sighand,
  undo: task_struct.undo_list,
  namespace: task_struct.namespace,
} as const;

/** Name of a task: the program's, with the pid when several run the same text; a zombie says so. */
function names(view: RamView, tasks: readonly number[], taskNames: readonly string[]): string[] {
  const plain = tasks.map((task) => taskNames[programTask(view, task)] ?? 'init');
  return plain.map((name, i) => {
    const task = tasks[i] ?? 0;
    const twice = plain.filter((other) => other === name).length > 1;
    const zombie = view.word(task + task_struct.exit_state) === 0 ? '' : '(zombie)';
    return `${twice ? `${name}/${view.word(task + task_struct.pid)}` : name}${zombie}`;
  });
}

/** Groups of tasks with the same context, by part; init is left out. Empty when nobody shares anything. */
export function sharingText(memory: SharedArrayBuffer, taskNames: readonly string[]): string {
  const view = new RamView(memory);
  const tasks = view.tasks().filter((task) => view.word(task + task_struct.pid) !== 1);
  const called = names(view, tasks, taskNames);
  const groups = Object.entries(parts).flatMap(([part, field]) => {
    const members = new Map<number, string[]>();
    for (const [i, task] of tasks.entries()) {
      const context = view.word(task + field);
      if (context !== 0) members.set(context, [...(members.get(context) ?? []), called[i] ?? '?']);
    }
    return [...members.values()].filter((group) => group.length > 1).map((group) => `${part} ${group.join('=')}`);
  });
  return groups.join('  ');
}
