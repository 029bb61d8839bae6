/** What code of a stranger is given in place of threads and of the right to write its checkpoint. */
import { PartProcesses } from './part-processes.ts';
import type { RunOptions } from './explore-run.ts';
import { writeCheckpoint } from './thread.ts';

export const forStrangers: Pick<RunOptions, 'runners' | 'write'> = {
  runners: (setup) => new PartProcesses(setup),
  write: (_, text) => writeCheckpoint(text),
};
