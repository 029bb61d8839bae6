/** All invariants that must hold while the machine stands still, in one list. */
import { Census } from './census.ts';
import { type Finding, finding } from './finding.ts';
import { checkMounts } from './mounts.ts';
import { checkRefcounts } from './refcounts.ts';
import { checkLeaks, checkSlabs } from './slab.ts';
import { checkFamilies, checkPids, checkRunQueues, checkSharingRules, checkZombies } from './tasks.ts';
import type { RamView } from './view.ts';

/** Tasks that CPUs are running at this moment, by address. */
export type Running = ReadonlySet<number>;

/**
 * Everything that is wrong with a machine whose CPUs all stand between two user instructions. A structure that leads
 * out of RAM ends the walk with one finding.
 */
export function checkInvariants(view: RamView, running: Running): Finding[] {
  try {
    const census = new Census(view);
    return [
      ...census.dangling,
      ...checkSlabs(census),
      ...checkFamilies(census),
      ...checkZombies(census),
      ...checkSharingRules(census),
      ...checkPids(census),
      ...checkRunQueues(census, running),
      ...checkRefcounts(census),
      ...checkMounts(census),
      ...(census.dangling.length === 0 ? checkLeaks(census) : []),
    ];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [finding('assert', 'a list or pointer leads out of memory', 'the task tables', 0, error.message)];
  }
}

/** What is left when every program ended: init alone, with its own contexts. */
export function checkNothingLeft(view: RamView): Finding[] {
  const tasks = view.tasks();
  if (tasks.length === 1) return [];
  const what = 'tasks left when every program has ended';
  return [finding('leak', what, 'release_task', 0, `${tasks.length - 1} tasks besides init`)];
}
