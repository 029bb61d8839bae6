/** How many words the deepest chain of calls can take. */
import type { Graph } from './cfg.ts';
import type { KernelFunction } from './program.ts';

/** Words of frames from any function down; infinite when functions can call themselves. */
export function deepest(graphs: readonly Graph[]): number {
  const byFunction = new Map(graphs.map((graph) => [graph.function, graph]));
  const known = new Map<KernelFunction, number>();
  const depthOf = (one: KernelFunction): number => {
    const before = known.get(one);
    if (before !== undefined) return before;
    // Met again while it is being worked out: the chain has no end.
    known.set(one, Number.POSITIVE_INFINITY);
    const graph = byFunction.get(one);
    let below = 0;
    for (const { end } of graph?.blocks ?? []) if (end?.kind === 'call') below = Math.max(below, depthOf(end.callee));
    const words = (graph?.frameWords ?? 0) + below;
    known.set(one, words);
    return words;
  };
  return Math.max(0, ...graphs.map((graph) => depthOf(graph.function)));
}
