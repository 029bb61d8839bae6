/** How many words the deepest chain of calls can take. */
import type { Resumable } from '../form/unit.ts';
import type { Routine } from '../form/value.ts';

/** Words of frames from any function down; infinite when functions can call themselves. */
export function deepest(functions: readonly Resumable[]): number {
  const byRoutine = new Map(functions.map((one) => [one.graph.routine, one]));
  const known = new Map<Routine, number>();
  const depthOf = (routine: Routine): number => {
    const before = known.get(routine);
    if (before !== undefined) return before;
    // Met again while it is being worked out: the chain has no end.
    known.set(routine, Number.POSITIVE_INFINITY);
    const one = byRoutine.get(routine);
    let below = 0;
    for (const { end } of one?.graph.blocks ?? [])
      if (end?.kind === 'call') below = Math.max(below, depthOf(end.callee));
    const words = (one?.frameWords ?? 0) + below;
    known.set(routine, words);
    return words;
  };
  return Math.max(0, ...functions.map((one) => depthOf(one.graph.routine)));
}
