/** From a function's syntax tree to the intermediate form. */
import type { Graph, Whole } from '../form/code.ts';
import { lowerStatements } from './lower-statements.ts';
import { beginLowering, type LoweringOptions, type Naming } from './lowering.ts';
import type { KernelFunction } from './program.ts';
import { noteArrays } from './scratch.ts';
import { wholeStatements } from './whole-statements.ts';

/** The graph of a function that points cut. */
export function lowerFunction(one: KernelFunction, naming: Naming, options: LoweringOptions): Graph {
  const isCutAt = (call: KernelFunction['calls'][number]): boolean =>
    /point|compiled/.test(naming.classify(one, call).kind);
  const cuts = new Set(one.calls.filter(isCutAt).map((call) => call.start));
  const lowering = beginLowering(one, naming, options, cuts, true);
  noteArrays(lowering);
  lowerStatements(lowering, one.node.body?.body ?? []);
  lowering.current.end ??= { kind: 'return', value: undefined };
  const { blocks, arrays } = lowering;
  return { routine: naming.routineOf(one), blocks, parameters: one.node.params.length, arrays };
}

/** A function that no point cuts. */
export function lowerWhole(one: KernelFunction, naming: Naming, options: LoweringOptions): Whole {
  const lowering = beginLowering(one, naming, options, new Set(), false);
  const statements = one.node.body === null ? [] : wholeStatements(lowering, one.node.body);
  return {
    routine: naming.routineOf(one),
    parameters: one.node.params.length,
    locals: lowering.locals.size,
    body: options.counts ? [{ kind: 'turn' }, ...statements] : statements,
  };
}
