/** Functions that no scheduling point cuts, as they stand in the compiled module. */
import { MagicString } from 'magic-string';
import type { Node } from 'oxc-parser';
import type { Names } from './naming.ts';
import type { KernelFunction } from './program.ts';
import { childrenOf } from '../source/source.ts';

/**
 * A function that no point cuts: its own text, with the names of the compiled module. Of a user's module its locals are
 * numbered too, and its calls and turns counted.
 */
export function copyFunction(one: KernelFunction, names: Names, guarded: boolean): string {
  const { node, module, calls } = one;
  const text = new MagicString(module.source.text);
  const callees = new Map(calls.map((call) => [call.callee.start, call]));
  const locals = guarded ? numberLocals(one, text) : new Map<Node, string>();
  for (const { start, end, name, binding } of module.names.references) {
    if (start < node.start || end > node.end || binding === undefined) continue;
    if (!binding.moduleLevel) {
      const local = locals.get(binding.node);
      if (local !== undefined) text.overwrite(start, end, local);
      continue;
    }
    const call = callees.get(start);
    if (call === undefined) {
      text.overwrite(start, end, names.constant(module, name));
      continue;
    }
    const callee = names.classify(one, call);
    if (callee.kind === 'plain') text.overwrite(start, end, callee.text);
    else if (callee.kind === 'register') text.overwrite(call.start, call.end, callee.text);
  }
  if (node.id) text.overwrite(node.id.start, node.id.end, names.nameOf(one));
  if (guarded && node.body) {
    text.appendRight(node.body.start + 1, ' $turn();');
    guardLoops(node.body, text);
  }
  return text.slice(node.start, node.end);
}

/** Names for parameters and locals by the node that declares them; they are put where these stand. */
function numberLocals({ node }: KernelFunction, text: MagicString): ReadonlyMap<Node, string> {
  const names = new Map<Node, string>();
  const add = (declared: Node, id: Node): void => {
    const name = `v${names.size}`;
    names.set(declared, name);
    text.overwrite(id.start, id.end, name);
  };
  for (const one of node.params) add(one, one);
  const visit = (one: Node): void => {
    if (one.type === 'VariableDeclarator') add(one, one.id);
    for (const child of childrenOf(one)) visit(child);
  };
  if (node.body) visit(node.body);
  return names;
}

/** Counts the turns of every loop, so that one that never ends is noticed. */
function guardLoops(node: Node, text: MagicString): void {
  if (/^(While|DoWhile|For)Statement$/.test(node.type) && 'body' in node) {
    const { start, end } = node.body as Node;
    text.appendRight(start, '{ $turn(); ').appendLeft(end, ' }');
  }
  for (const child of childrenOf(node)) guardLoops(child, text);
}
