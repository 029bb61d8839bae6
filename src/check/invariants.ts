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

/** What one checker finds; a structure that leads out of RAM ends its walk with one finding more. */
function guarded(check: () => Finding[]): Finding[] {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [finding('assert', 'a list or pointer leads out of memory', 'the task tables', 0, error.message)];
  }
}

/** Everything that is wrong with a machine whose CPUs all stand between two user instructions. */
export function checkInvariants(view: RamView, running: Running): Finding[] {
  let census: Census | undefined;
  const walk = guarded(() => {
    census = new Census(view);
    return [...census.dangling];
  });
  const all = census;
  if (all === undefined) return walk;
  const checks = [
    checkSlabs,
    checkFamilies,
    checkZombies,
    checkSharingRules,
    checkPids,
    () => checkRunQueues(all, running),
    checkRefcounts,
    checkMounts,
    () => (all.dangling.length === 0 ? checkLeaks(all) : []),
  ];
  return [...walk, ...checks.flatMap((check) => guarded(() => check(all)))];
}

/** What is left when every program ended: init alone, with its own contexts. */
export function checkNothingLeft(view: RamView): Finding[] {
  const tasks = view.tasks();
  if (tasks.length === 1) return [];
  const what = 'tasks left when every program has ended';
  return [finding('leak', what, 'release_task', 0, `${tasks.length - 1} tasks besides init`)];
}
