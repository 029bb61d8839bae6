/** `const seen = scratch(8)`: which names stand for words of a CPU's own (machine/scratch.ts). */
import type { CallExpression, Expression, Node } from 'oxc-parser';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import type { Binding, Names } from '../source/scope.ts';

/** The call, if an expression is one of `scratch`. */
export function scratchCall({ at }: Names, node: Expression | null): CallExpression | undefined {
  if (node?.type !== 'CallExpression' || node.callee.type !== 'Identifier') return undefined;
  const binding = at.get(node.callee.start)?.binding;
  return binding?.from === BUS_MODULE && binding.imported === 'scratch' ? node : undefined;
}

/** The call that made the words which a name stands for. */
export function scratchOf(names: Names, binding: Binding | undefined): CallExpression | undefined {
  const node = binding?.node;
  return node?.type === 'VariableDeclarator' && node.id.type === 'Identifier'
    ? scratchCall(names, node.init)
    : undefined;
}

/** The same of `name` in `name[i]` and `name.length`. */
export function scratchIn(names: Names, node: Node): CallExpression | undefined {
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined;
  return scratchOf(names, names.at.get(node.object.start)?.binding);
}
