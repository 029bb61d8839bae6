/** What can stand in the list of CPUs while it is worked out (cpus-list.ts). */
import type { ArrowFunctionExpression, Function as FunctionNode, Node } from 'oxc-parser';

/** A function of the module, with the arguments that come before the others. */
export class ModuleFunction {
  readonly entry: number;
  readonly bound: readonly Value[];
  constructor(entry: number, bound: readonly Value[] = []) {
    this.entry = entry;
    this.bound = bound;
  }
}

/** What calling one means: the CPU that does so runs it. */
export class ModuleCall {
  readonly entry: number;
  readonly args: readonly Value[];
  constructor(entry: number, args: readonly Value[]) {
    this.entry = entry;
    this.args = args;
  }
}

/** A function written in the list. */
export class Closure {
  readonly node: ArrowFunctionExpression | FunctionNode;
  readonly scope: Scope;
  constructor(node: ArrowFunctionExpression | FunctionNode, scope: Scope) {
    this.node = node;
    this.scope = scope;
  }
}

export type Value = number | undefined | ModuleFunction | Closure | ModuleCall | readonly Value[];

/** Values of parameters, by the node that declares them. */
export type Scope = ReadonlyMap<Node, Value>;
