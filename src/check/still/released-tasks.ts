/** What the slab remembers of tasks that are gone: who freed an object last stays in its header, in use again or not. */
import { TASK_CACHE } from '../../kernel/caches.ts';
import { heldTasks, waitingObjects } from '../evidence/callbacks.ts';
import { forEachObject, objectAt, provenance } from '../evidence/objects.ts';
import { site } from '../evidence/sites.ts';
import type { RamView } from '../evidence/view.ts';

function freedBy(view: RamView, wanted: string): number {
  let count = 0;
  forEachObject(view, (address, cache) => {
    if (cache === TASK_CACHE && site(provenance(view, address).freeSite).function === wanted) count++;
  });
  return count;
}

/** Tasks that lived and were released, or wait for RCU to be; fewer than there were once objects are used again. */
export function releasedTasks(view: RamView): number {
  const waiting = [...waitingObjects(view).keys()].filter((object) => objectAt(view, object)?.cache === TASK_CACHE);
  return freedBy(view, 'put_task_struct') + heldTasks(view).length + waiting.length;
}

/** Whether a clone is known to have failed on its way: a task that nobody ever saw. */
export const hasFailedClone = (view: RamView): boolean => freedBy(view, 'free_unseen_task') > 0;
