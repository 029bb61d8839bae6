/** The tasks of a machine at one moment. */
import type { RamView } from '../evidence/view.ts';

export interface TaskTable {
  readonly view: RamView;
  readonly tasks: readonly number[];
}

/** Throws RangeError for a task list that leads out of RAM. */
export const taskTable = (view: RamView): TaskTable => ({ view, tasks: view.tasks() });
