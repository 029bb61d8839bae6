/**
 * Colours the functions that may reach a scheduling point: those are compiled to resumable form. The rest runs in one
 * go and is copied as it is. A least fixpoint over the call graph, so that recursion is no special case.
 */
import type { KernelFunction, Program } from './program.ts';

/**
 * The functions that reach one of the points. The points themselves are not among them. With `recursive`, functions that
 * can call themselves count as well: in frames their depth has a bound. So do those that need a frame for other reasons.
 */
export function colour(
  program: Program,
  isPoint: (key: string) => boolean,
  recursive: boolean,
  needsFrame: (one: KernelFunction) => boolean,
): Set<KernelFunction> {
  const callers = new Map<KernelFunction, KernelFunction[]>();
  for (const one of program.functions) {
    if (isPoint(one.key)) continue;
    for (const call of one.calls) {
      const meaning = program.meaningOf(one.module, call);
      if (meaning.kind !== 'function') continue;
      const list = callers.get(meaning.callee);
      if (list === undefined) callers.set(meaning.callee, [one]);
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
  for (const one of recursive ? program.functions : []) {
    if (isPoint(one.key) || coloured.has(one) || !(callsItself(one, callers) || needsFrame(one))) continue;
    coloured.add(one);
    reach(one);
  }
  return coloured;
}

function callsItself(one: KernelFunction, callers: ReadonlyMap<KernelFunction, readonly KernelFunction[]>): boolean {
  const above = new Set(callers.get(one));
  for (const caller of above) for (const next of callers.get(caller) ?? []) above.add(next);
  return above.has(one);
}
