/**
 * Assignments. Two things are asked of each: whether it writes shared memory or may run a setter that can be left, and
 * what of it outlives the iteration of a loop.
 */
import { keyOf, links } from './access.ts';
import type { Emitter, Rule } from './emitter.ts';
import { emitTarget, memberTargets } from './patterns.ts';
import { changes, effect, memberPlace, placeOf, writeName, writes } from './places.ts';
import { bare, type Node } from './source.ts';
import { emitSource } from './sources.ts';

const LOGICAL = new Set(['&&=', '||=', '??=']);

const assignment: Rule = (e, node) => {
  const left = bare(node.left as Node);
  const operator = node.operator as string;
  const right = node.right as Node;
  if (left.type === 'ArrayPattern' || left.type === 'ObjectPattern')
    return patternAssignment(e, left, e.emit(right), right);
  const mark = e.state.mark();
  try {
    if (left.type === 'Identifier') return nameAssignment(e, left, operator, right);
    const place = placeOf(e, left);
    const v = e.temporary();
    if (operator === '=') return `(${place.first}${v} = ${e.emit(right)}, ${place.write(v)})`;
    if (LOGICAL.has(operator))
      return `(${place.first}${v} = ${place.read()}, ${v} ${operator.slice(0, 2)} (${v} = ${e.emit(right)}, ${place.write(v)}))`;
    return `(${place.first}${v} = ${place.read()}, ${v} = ${v} ${operator.slice(0, -1)} (${e.emit(right)}), ${place.write(v)})`;
  } finally {
    e.state.release(mark);
  }
};

function nameAssignment(e: Emitter, left: Node, operator: string, right: Node): string {
  const name = left.name as string;
  const value = (): string => e.emit(right, name);
  if (operator === '=') return writeName(e, name, value());
  const binding = e.find(name);
  if (binding?.kind === 'import') return `${e.name('readOnly')}()`;
  if (binding?.kind === 'self')
    return e.state.strict ? `${e.name('readOnly')}()` : `(${name} ${operator.slice(0, -1)} (${e.emit(right)}))`;
  const global = binding === undefined ? e.global(name) : undefined;
  const target = global ?? name;
  const text = LOGICAL.has(operator)
    ? `(${target} ${operator.slice(0, 2)} (${changes(e, name)}${target} = ${value()}))`
    : `(${changes(e, name)}${target} ${operator} ${e.emit(right)})`;
  return global === undefined ? text : e.defined(name, text);
}

/** Members among the targets get their values when the pattern has taken them all. */
export function patternAssignment(e: Emitter, left: Node, given: string, from: Node): string {
  const mark = e.state.mark();
  const source = e.temporary();
  const value = `${source} = ${given}`;
  const members = memberTargets(left);
  const places = new Map(members.map((one) => [one, e.temporary()] as const));
  const target = emitTarget(e, left, places);
  const written = members.map((one) => {
    const place = memberPlace(e, one);
    return `, ${place.first}${place.write(places.get(one) as string)}`;
  });
  const taken = emitSource(e, left, source, from);
  const text = `(${value}, ${effect(e)}, ${target} = ${taken}${written.join('')}, ${source})`;
  e.state.release(mark);
  return text;
}

const update: Rule = (e, node) => {
  const argument = bare(node.argument as Node);
  const operator = node.operator as string;
  if (argument.type === 'Identifier') {
    const own = argument.name as string;
    const binding = e.find(own);
    const global = binding === undefined ? e.global(own) : undefined;
    const name = global ?? e.emit(argument);
    const kind = binding?.kind;
    if (kind === 'import') return `${e.name('readOnly')}()`;
    if (kind === 'self') return e.state.strict ? `${e.name('readOnly')}()` : `(+${name})`;
    const before = changes(e, own);
    const text = node.prefix ? `${operator}${name}` : `${name}${operator}`;
    const changed = before === '' ? text : `(${before}${text})`;
    return global === undefined ? changed : e.defined(own, changed);
  }
  const mark = e.state.mark();
  const place = memberPlace(e, argument);
  const v = e.temporary();
  const read = `${place.first}${v} = ${place.read()}`;
  let text: string;
  if (node.prefix) text = `(${read}, ${operator}${v}, ${place.write(v)})`;
  else {
    const old = e.temporary();
    text = `(${read}, ${old} = ${v}${operator}, ${place.write(v)}, ${old})`;
  }
  e.state.release(mark);
  return text;
};

const unary: Rule = (e, node) => {
  const argument = bare(node.argument as Node);
  if (node.operator === 'typeof' && argument.type === 'Identifier') {
    const name = argument.name as string;
    const global = e.find(name) === undefined ? e.global(name) : undefined;
    return `typeof ${global ?? e.emit(argument)}`;
  }
  if (node.operator !== 'delete') return e.text(node);
  if (argument.type === 'MemberExpression' && (argument.object as Node).type !== 'Super')
    return remove(e, e.emit(argument.object as Node), argument);
  if (argument.type === 'ChainExpression' && (argument.expression as Node).type === 'MemberExpression') {
    const mark = e.state.mark();
    const text = links(e, argument.expression as Node, 'true', (object, member) => remove(e, object, member));
    e.state.release(mark);
    return text;
  }
  return e.text(node);
};

function remove(e: Emitter, object: string, member: Node): string {
  return `delete ${writes(e, object)}[${keyOf(e, member)}]`;
}

export const assignRules: Readonly<Record<string, Rule>> = {
  AssignmentExpression: assignment,
  UpdateExpression: update,
  UnaryExpression: unary,
};
