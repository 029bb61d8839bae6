/** Functions that run inside a loop: called from the body of one, or by a function that is. */
import type { Node } from 'oxc-parser';
import type { KernelFunction, Program } from './program.ts';
import { childrenOf } from '../source/source.ts';

const LOOP = /^(While|DoWhile|For)Statement$/;

export function loopedFunctions(program: Program): ReadonlySet<KernelFunction> {
  const looped = new Set<KernelFunction>();
  const addCallees = (one: KernelFunction, within: (start: number) => boolean): void => {
    for (const call of one.calls) {
      const meaning = within(call.start) ? program.meaningOf(one.module, call) : undefined;
      if (meaning?.kind === 'function') looped.add(meaning.callee);
    }
  };
  for (const one of program.functions) {
    const loops: Node[] = [];
    collectLoops(one.node, loops);
    addCallees(one, (start) => loops.some((loop) => start >= loop.start && start < loop.end));
  }
  for (const one of looped) addCallees(one, () => true);
  return looped;
}

function collectLoops(node: Node, out: Node[]): void {
  if (LOOP.test(node.type)) out.push(node);
  for (const child of childrenOf(node)) collectLoops(child, out);
}
