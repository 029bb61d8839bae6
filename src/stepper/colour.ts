/**
 * Colours the functions that may reach a scheduling point: those are compiled to resumable form. The rest runs in one
 * go and is copied as it is. A least fixpoint over the call graph, so that recursion is no special case.
 */
import type { KernelFunction, Program } from './program.ts';

/** The functions that reach one of the points. The points themselves are not among them. */
export function colour(program: Program, isPoint: (key: string) => boolean): Set<KernelFunction> {
  const callers = new Map<KernelFunction, KernelFunction[]>();
  for (const one of program.functions) {
    if (isPoint(one.key)) continue;
    for (const call of one.calls) {
      const target = program.targetOf(one.module, call);
      if (target.kind !== 'function') continue;
      const list = callers.get(target.callee);
      if (list === undefined) callers.set(target.callee, [one]);
      else list.push(one);
    }
  }
  const coloured = new Set<KernelFunction>();
  const reach = (callee: KernelFunction): void => {
    for (const caller of callers.get(callee) ?? []) {
      if (coloured.has(caller)) continue;
      coloured.add(caller);
      reach(caller);
    }
  };
  for (const one of program.functions) if (isPoint(one.key)) reach(one);
  return coloured;
}
