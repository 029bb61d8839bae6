/** What the slab remembers of tasks that are gone: who freed an object last stays in its header, in use again or not. */
import { TASK_CACHE } from '../../kernel/caches.ts';
import { provenance, slabObjects } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

function freedBy(view: RamView, wanted: string): number {
  let count = 0;
  for (const { address, cache } of slabObjects(view)) {
    if (cache === TASK_CACHE && site(provenance(view, address).freeSite).function === wanted) count++;
  }
  return count;
}

/** Tasks that lived and were released; fewer than there were once objects are used again. */
export const releasedTasks = (view: RamView): number => freedBy(view, 'put_task_struct');

/** Whether a clone is known to have failed on its way: a task that nobody ever saw. */
export const hasFailedClone = (view: RamView): boolean => freedBy(view, 'free_unseen_task') > 0;
