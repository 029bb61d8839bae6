/** Functions of a module, in whatever form: which there are, which stand in the list of CPUs, which give a value. */
import type { ArrowFunctionExpression, Function as FunctionNode, Node } from 'oxc-parser';
import type { Binding, Names } from '../source/scope.ts';
import { busFunctions, BUS_MODULE } from '../../machine/bus-functions.ts';
import { childrenOf } from '../source/source.ts';
import { bare } from '../source/bare.ts';

export type AnyFunction = FunctionNode | ArrowFunctionExpression;

export function isFunction(node: Node | null | undefined): node is AnyFunction {
  return node != null && /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

/** The function that a module-level name stands for: declared, or a constant that is one. */
export function functionOf(binding: Binding | undefined): AnyFunction | undefined {
  if (binding === undefined || !binding.moduleLevel) return undefined;
  const { node } = binding;
  if (binding.kind === 'function') return isFunction(node) ? node : undefined;
  if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || node.init === null) return undefined;
  const init = bare(node.init);
  return isFunction(init) ? init : undefined;
}

/**
 * Functions written out in the list of CPUs that can be moved to module level: elements of an array, or what fill() is
 * given, that use no local of a function around them.
 */
export function cpuFunctions(names: Names, list: Node): AnyFunction[] {
  const found: AnyFunction[] = [];
  const visit = (node: Node, parent: Node): void => {
    if (!isFunction(node)) {
      for (const child of childrenOf(node)) visit(child, node);
      return;
    }
    const isElement = parent.type === 'ArrayExpression' || (parent.type === 'CallExpression' && isFill(parent));
    if (isElement && !isCallAlone(node)) found.push(node);
  };
  visit(list, list);
  return found.filter((one) => standsAlone(names, one));
}

const isFill = ({ callee }: Node & { type: 'CallExpression' }): boolean =>
  callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'fill';

/** `() => worker(1)` is worker with an argument, and keeps its name. */
function isCallAlone({ body, params, async: waits }: AnyFunction): boolean {
  if (body?.type !== 'CallExpression' || params.length > 0 || waits || body.callee.type !== 'Identifier') return false;
  return !busFunctions.has(body.callee.name);
}

function standsAlone({ references }: Names, { start, end }: AnyFunction): boolean {
  const inside = references.filter((one) => one.start >= start && one.end <= end);
  return inside.every(({ binding }) => {
    if (binding === undefined || binding.moduleLevel) return true;
    return binding.node.start >= start && binding.node.end <= end;
  });
}

/** Name of the i-th function that was moved out of the list. */
export function cpuFunctionName({ module }: Names, index: number): string {
  let name = `cpu${index}`;
  while (module.has(name)) name += '_';
  return name;
}

/** True when a return of the function gives a value, or its body is an expression that has one. */
export function givesValue(names: Names, node: AnyFunction, around: readonly AnyFunction[] = []): boolean {
  const { body } = node;
  // One that returns what it returns itself has a value elsewhere or none.
  if (body === null || around.includes(node)) return false;
  if (body.type === 'CallExpression') return callGivesValue(names, body, [...around, node]);
  if (body.type !== 'BlockStatement') return body.type !== 'AssignmentExpression';
  return returnsValue(body);
}

function returnsValue(node: Node): boolean {
  if (isFunction(node)) return false;
  if (node.type === 'ReturnStatement') return node.argument !== null;
  return childrenOf(node).some(returnsValue);
}

/** False for the call of a function that is known to give none. */
export function callGivesValue(
  names: Names,
  { callee }: Node & { type: 'CallExpression' },
  around: readonly AnyFunction[] = [],
): boolean {
  if (callee.type !== 'Identifier') return true;
  const binding = names.at.get(callee.start)?.binding;
  if (binding?.from === BUS_MODULE) return busFunctions.get(binding.imported ?? '')?.givesValue ?? true;
  const own = functionOf(binding);
  return own === undefined || givesValue(names, own, around);
}
