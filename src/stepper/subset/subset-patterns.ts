/**
 * Taking tables apart: `const { next, value } = NODE`, `const [first, , third] = SIZES`, `let [a, b] = [1, load(X)]`. What is
 * taken apart is known when the module is read, so each name is a constant or a local of its own (desugar-patterns.ts).
 */
import type { Expression, Node } from 'oxc-parser';
import { BUS_MODULE } from '../../machine/bus-functions.ts';
import { bare } from '../source/bare.ts';
import type { Check } from './check.ts';
import { hasMember, tableOf } from './subset-names.ts';

type Pattern = Node & { type: 'ObjectPattern' | 'ArrayPattern' };

export const isPattern = (node: Node): node is Pattern => /^(?:Object|Array)Pattern$/.test(node.type);

/** A declaration that takes something apart; `checkElement` looks at the elements of an array that is written out. */
export function checkPattern(
  check: Check,
  pattern: Pattern,
  init: Expression | null,
  checkElement: (element: Expression) => void,
): void {
  if (!isPlain(pattern)) {
    check.refuse(
      pattern,
      'destructuring',
      'take a table apart by plain names, without defaults, rest and further levels',
    );
    return;
  }
  const from = init && bare(init);
  if (from?.type === 'ArrayExpression' && pattern.type === 'ArrayPattern') {
    if (from.elements.length !== pattern.elements.length || !from.elements.every(isElement)) {
      check.refuse(pattern, 'destructuring', 'an array that is written out has one element for each name');
    } else for (const one of from.elements) checkElement(one as Expression);
    return;
  }
  const binding = from?.type === 'Identifier' ? check.names.at.get(from.start)?.binding : undefined;
  const table = binding?.moduleLevel === true ? tableOf(binding) : undefined;
  const mayBeTable = binding?.kind === 'import' && binding.from !== BUS_MODULE && binding.imported !== '*';
  if (table === undefined && !mayBeTable) check.refuse(pattern, 'destructuring');
  else if (table !== undefined) checkNames(check, pattern, table, binding?.name ?? '');
}

const isElement = (one: Node | null): boolean => one !== null && one.type !== 'SpreadElement';

function isPlain(pattern: Pattern): boolean {
  if (pattern.type === 'ArrayPattern')
    return pattern.elements.every((one) => one === null || one.type === 'Identifier');
  return pattern.properties.every(
    (one) =>
      one.type === 'Property' && !one.computed && one.key.type === 'Identifier' && one.value.type === 'Identifier',
  );
}

/** The names that a pattern asks a table for have to be there. */
function checkNames(
  check: Check,
  pattern: Pattern,
  table: NonNullable<ReturnType<typeof tableOf>>,
  name: string,
): void {
  if (pattern.type === 'ArrayPattern') {
    if (table.type !== 'ArrayExpression') {
      check.refuse(pattern, 'destructuring', `${name} has members with names: take it apart with { }`);
    } else if (pattern.elements.length > table.elements.length) {
      check.refuse(pattern, 'destructuring', `${name} has ${table.elements.length} elements`);
    }
    return;
  }
  for (const one of pattern.properties) {
    if (one.type !== 'Property' || hasMember(table, one.key)) continue;
    const member = one.key.type === 'Identifier' ? one.key.name : 'such member';
    check.refuse(one, 'member', `${name} has no ${member}`);
  }
}
